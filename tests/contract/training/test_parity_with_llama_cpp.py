"""What was trained is what is served: the embedded engine says what our own model says, from a file that we wrote."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from native_engine import NativeEngine, native_engine
from seawall.training import tokenizer, weights
from seawall.training.config import ModelConfig, RopeScaling
from seawall.training.export import Precision, export
from seawall.training.model import V3
from seawall.training.tokenizer import Words

TOKENS = 32
MOST_LIKELY = 5
PLAIN = ModelConfig(vocab_size=320, q_lora_rank=32, qk_nope_head_dim=32, intermediate_size=160, initializer_range=0.05)
GROUPED = replace(
    PLAIN,
    n_routed_experts=16,
    n_group=4,
    topk_group=2,
    num_experts_per_tok=4,
    routed_scaling_factor=2.5,
    num_nextn_predict_layers=1,
    rope_scaling=RopeScaling(factor=4.0, original_max_position_embeddings=64),
)
CONFIGS = {"plain": PLAIN, "experts in groups, YaRN, a look ahead": GROUPED}

TEXTS = [
    "Make 24 from 3, 5 and 7.  It's\there!\n\n  \n1999 times \u00e9t\u00e9 \u4f60\u597d \U0001f600",
    "<|im_start|>user\nWe've 2<3<|im_end|>\n<|im_start|>assistant\n<think>3*8=24</think>3*8<|im_end|>",
    " ",
    "a  b",
]


@dataclass(frozen=True, slots=True)
class Trained:
    """A folder as a run leaves it, and what the model in it says after ``prompt``."""

    folder: Path
    prompt: list[int]
    said: list[int]
    log_probabilities: torch.Tensor


@pytest.fixture(scope="module")
def words() -> Words:
    return tokenizer.train(
        ["Make 24 from 3, 5 and 7. It's <b>here</b>,  \n\n in 1999 \u00e9t\u00e9 \u4f60\u597d"] * 3, vocabulary=300
    )


@pytest.fixture(scope="module", params=CONFIGS)
def trained(request: pytest.FixtureRequest, words: Words, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Random weights, as large as training makes them: small ones would agree whatever was done to them."""
    config, folder = CONFIGS[request.param], tmp_path_factory.mktemp("final")
    torch.manual_seed(1)
    model = V3(config).eval()
    with torch.inference_mode():
        for name, buffer in model.named_buffers():
            if name.endswith("e_score_correction_bias"):
                buffer.normal_(std=0.3)
        model.lm_head.weight.mul_(3)
        model.model.embed_tokens.weight.mul_(20)
    weights.save(model, folder)
    words.save(folder)
    prompt = words.question("Make 24 from 3, 5 and 7. It's here.") * 3
    return Trained(folder, prompt, *greedy(model, prompt))


@torch.inference_mode()
def greedy(model: V3, prompt: list[int]) -> tuple[list[int], torch.Tensor]:
    said = list(prompt)
    for _ in range(TOKENS):
        said.append(int(model(torch.tensor([said])).logits_BTW[0, -1].argmax()))
    logits = model(torch.tensor([said])).logits_BTW[0, len(prompt) - 1 : -1]
    return said[len(prompt) :], logits.log_softmax(-1)


@contextmanager
def served(trained: Trained, precision: Precision, folder: Path) -> Generator[NativeEngine]:
    file = export(trained.folder, folder / "model.gguf", precision=precision, name="tiny").path
    with native_engine(file) as engine:
        yield engine


def largest_difference(trained: Trained, engine: NativeEngine, positions: range) -> float:
    differences: list[float] = []
    for at in positions:
        theirs = engine.most_likely([*trained.prompt, *trained.said[:at]], MOST_LIKELY)
        assert len(theirs) == MOST_LIKELY
        differences += [abs(float(trained.log_probabilities[at, token]) - found) for token, found in theirs.items()]
    return max(differences)


def test_in_32_bits_the_engine_reads_and_says_the_same_32_tokens_for_the_same_reasons(
    trained: Trained, words: Words, tmp_path: Path
):
    with served(trained, "F32", tmp_path) as engine:
        assert engine.says(trained.prompt, TOKENS) == trained.said
        assert largest_difference(trained, engine, range(0, TOKENS, 4)) < 1e-3
        assert [engine.tokens_of(text) for text in TEXTS] == [words.encode(text) for text in TEXTS]


def test_in_8_bits_its_reasons_are_nearly_the_same(trained: Trained, tmp_path: Path):
    with served(trained, "Q8_0", tmp_path) as engine:
        assert largest_difference(trained, engine, range(0, TOKENS, 4)) < 0.05
