"""A model of transformers' own making is improved by TRL, with our rules: a tiny random one, nothing fetched."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

from seawall.training import tokenizer, trl
from seawall.training.data.countdown import Game
from seawall.training.data.example import END_OF_TURN, DataError, Example, as_reply
from seawall.training.recipe import RlRecipe, TokenizerRecipe
from seawall.training.reinforce import RlStep

GAME = Game(numbers=2, largest=9)
RECIPE = RlRecipe(
    steps=2,
    problems=2,
    group=4,
    updates=1,
    most_tokens=8,
    warmup_steps=1,
    examples=10,
    held_out_problems=5,
    countdown=GAME,
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama with random weights, and a tokenizer with a chat template."""
    folder = tmp_path_factory.mktemp("model")
    words = tokenizer.build(TokenizerRecipe(examples=10, held_out_problems=5, countdown=GAME, vocabulary=300), folder)
    words.save(folder)
    shape = LlamaConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        eos_token_id=words.end_of_turn, pad_token_id=words.pad, bos_token_id=words.pad,
    )  # fmt: skip
    LlamaForCausalLM(shape).save_pretrained(folder)
    return folder


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_a_model_of_transformers_is_improved_and_stays_one(model: Path, tmp_path: Path):
    seen: list[RlStep] = []
    result = trl.rl(RECIPE, str(model), tmp_path, seed=1, watch=seen.append)
    assert [step.number for step in seen] == [1, 2]
    assert result.last == seen[-1]
    assert all(0 < step.length <= 8 and step.tokens > 0 and step.flops > 0 for step in seen)
    assert len((result.run / "steps.jsonl").read_text().splitlines()) == 2
    assert AutoModelForCausalLM.from_pretrained(result.final).config.model_type == "llama"
    assert not [path for path in result.run.rglob("*") if path.suffix in {".bin", ".pt", ".pth"}]


def test_trl_is_paid_by_the_same_rules(model: Path):
    words = AutoTokenizer.from_pretrained(model)
    example = Example("Make 12 from 3, 4.", "3 * 4", " 3 * 4 = 12", "countdown")
    said = [
        as_reply(example).removesuffix(END_OF_TURN),
        "<think></think>12",
        " 3 * 4 = 12</think>3 * 4",
        "<think></think>3 * 4",
    ]
    worth = trl.rule_of(words)(
        completions=said,
        completion_ids=[[7, words.eos_token_id]] * 3 + [[7, 7]],
        question=[example.prompt] * 4,
        answer=[""] * 4,
        rule=["countdown"] * 4,
        opened=[False, False, True, False],
    )
    assert worth == [1.0, 0.0, 1.0, 0.0]


def test_a_recipe_that_trl_cannot_follow_is_refused(model: Path, tmp_path: Path):
    with pytest.raises(DataError, match="no muon"):
        trl.rl(replace(RECIPE, optimizer="muon"), str(model), tmp_path)
    with pytest.raises(DataError, match="another number of updates than 5"):
        trl.rl(replace(RECIPE, updates=5), str(model), tmp_path)


def test_weights_that_are_pickled_are_not_read(model: Path, tmp_path: Path):
    pickled = tmp_path / "pickled"
    copytree(model, pickled, ignore=ignore_patterns("*.safetensors"))
    torch.save({}, pickled / "pytorch_model.bin")
    with pytest.raises(DataError, match=r"cannot be loaded.*safetensors"):
        trl.rl(RECIPE, str(pickled), tmp_path)


def test_a_folder_without_a_model_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match="cannot be loaded"):
        trl.rl(RECIPE, str(tmp_path), tmp_path)


def test_a_held_out_problem_is_refused_here_too(model: Path, tmp_path: Path):
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(json.dumps({"prompt": "What is it?", "answer": "x"}) for _ in range(2)))
    with pytest.raises(DataError, match="'What is it\\?' stands in example 1"):
        trl.rl(replace(RECIPE, data=(str(path),), held_out=(str(path),)), str(model), tmp_path)
