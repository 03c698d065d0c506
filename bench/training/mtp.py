"""What predicting one token further is worth: to what is learnt, and as a draft in decoding. Three seeds.

Both learn the same batches; the loss is that of next tokens alone. Drafts are accepted where greedy decoding would have
said the same, so the text does not change; the gain is told in passes of the model and in CPU time, in turns.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from lesson import studying, words_and_documents

from heading import heading, table
from seawall.training.config import ModelConfig
from seawall.training.decode import Decoded, generate
from seawall.training.model import V3
from seawall.training.recipe import PretrainRecipe


def timed(work: Callable[[], Decoded]) -> tuple[Decoded, float]:
    began = time.process_time()
    return work(), time.process_time() - began


def drafting(model: V3, prompts: list[list[int]], stop: int) -> tuple[float, float, float]:
    """The share of guesses accepted, passes saved as a ratio, CPU time saved as a ratio. One prompt at a time."""
    plain_s, draft_s = list[float](), list[float]()
    passes, draft_passes, drafted, accepted = 0, 0, 0, 0
    for prompt in prompts:
        plain, seconds = timed(lambda prompt=prompt: generate(model, [prompt], max_tokens=48, stops=(stop,)))
        draft, fewer = timed(lambda prompt=prompt: generate(model, [prompt], max_tokens=48, stops=(stop,), drafts=True))
        assert plain.completions[0].tokens == draft.completions[0].tokens
        plain_s.append(seconds)
        draft_s.append(fewer)
        passes, draft_passes = passes + plain.passes, draft_passes + draft.passes
        drafted, accepted = drafted + draft.drafted, accepted + draft.accepted
    ratios = (one / other for one, other in zip(plain_s, draft_s, strict=True))
    return accepted / drafted, passes / draft_passes, median(ratios)


def measured(seed: int, steps: int) -> tuple[float, ...]:
    words, documents, judged = words_and_documents(seed)
    config = ModelConfig(vocab_size=len(words), num_hidden_layers=3, num_nextn_predict_layers=1)
    found: list[float] = []
    for weight in (0.0, 0.3):
        recipe = PretrainRecipe(steps=steps, batch=8, warmup_steps=10, decay="none", mtp_weight=weight)
        *_, (model, progress) = studying(config, recipe, documents, judged, seed)
        found.append(progress.held_out[-1][2])
    prompts = [list(document.tokens[: len(document.tokens) // 3]) for document in judged[:12]]
    return (*found, *drafting(model, prompts, words.end_of_turn))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    columns = list(zip(*(measured(seed, asked.steps) for seed in range(asked.seeds)), strict=True))
    names = ("loss without", "loss with", "drafts accepted", "fewer passes, times", "less CPU time, times")
    rows = [
        (name, f"{mean(values):.3f}", " ".join(f"{value:.3f}" for value in values))
        for name, values in zip(names, columns, strict=True)
    ]
    print(heading(), table(rows, ("what", "mean", "each seed")), sep="\n\n")


if __name__ == "__main__":
    main()
