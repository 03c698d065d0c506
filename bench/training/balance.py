"""How evenly experts are used, with the bias that the trainer moves and without it. Three seeds; 1.0 is perfect."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import mean

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from lesson import studying, words_and_documents

from heading import heading, table
from seawall.training.config import ModelConfig
from seawall.training.recipe import PretrainRecipe

# V3 moves the bias by 0.001 a step, for a hundred thousand of them. A run of a hundred steps needs larger ones.
RATES = (0.0, 0.001, 0.01)


def measured(rate: float, seed: int, steps: int) -> tuple[float, float]:
    """The largest load of an expert over the mean, of the worst layer, over the last third of steps; and the loss."""
    words, documents, judged = words_and_documents(seed)
    config = ModelConfig(vocab_size=len(words), num_hidden_layers=3, n_routed_experts=16, moe_intermediate_size=16)
    recipe = PretrainRecipe(steps=steps, batch=8, warmup_steps=10, decay="none", mtp_weight=0.0, bias_rate=rate)
    *_, (_, progress) = studying(config, recipe, documents, judged, seed)
    return mean(progress.balance[-steps // 3 :]), progress.held_out[-1][2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[tuple[str, ...]] = []
    for rate in RATES:
        loads, losses = zip(*(measured(rate, seed, asked.steps) for seed in range(asked.seeds)), strict=True)
        rows.append(
            (
                f"{rate:g}" if rate else "no bias",
                *(f"{mean(one):.3f} ({min(one):.3f} to {max(one):.3f})" for one in (loads, losses)),
            )
        )
    print(heading(), table(rows, ("bias a step", "largest load / mean", "held-out loss")), sep="\n\n")


if __name__ == "__main__":
    main()
