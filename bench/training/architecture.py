"""What is left to learn at equal arithmetic and at equal time: V3's experts against dense models. Three seeds each.

Dense of equal active parameters has a feed-forward as wide as what a token meets, dense of equal total parameters one
as wide as all experts together; attention is the same. The experts learn for a set number of steps; the others until
they have spent as much arithmetic and as much CPU time, and are read at both points. Time is CPU time of one thread.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import mean

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from lesson import Progress, studying, words_and_documents

from heading import heading, table
from seawall.training.config import ModelConfig
from seawall.training.recipe import PretrainRecipe

RECIPE = PretrainRecipe(steps=1, batch=8, warmup_steps=10, decay="none", learning_rate=3e-3, mtp_weight=0.0)


def shapes(hidden: int, vocabulary: int) -> dict[str, ModelConfig]:
    size = hidden // 2
    experts = ModelConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        intermediate_size=3 * size,
        moe_intermediate_size=size,
        num_hidden_layers=3,
        first_k_dense_replace=0,
    )
    dense = replace(experts, first_k_dense_replace=99)
    return {
        "experts": experts,
        "dense, equal active": dense,
        "dense, equal total": replace(dense, intermediate_size=9 * size),
    }


def studied(config: ModelConfig, seed: int, enough: Callable[[Progress], bool]) -> Progress:
    words, documents, judged = words_and_documents(seed)
    assert len(words) == config.vocab_size
    for _, progress in studying(config, replace(RECIPE, steps=100_000), documents, judged, seed):
        if enough(progress):
            return progress
    raise AssertionError("training has no end")


def loss_at(progress: Progress, column: int, spent: float) -> float:
    """The last loss that was read before so much was spent: of arithmetic (column 0) or of time (1)."""
    return [point[2] for point in progress.held_out if point[column] <= spent * 1.001][-1]


def compared(hidden: int, seed: int, steps: int) -> dict[str, tuple[float, float]]:
    ours, *others = shapes(hidden, len(words_and_documents(seed)[0])).items()
    experts = studied(ours[1], seed, lambda progress: len(progress.balance) >= steps)
    flops, cpu_s, loss = experts.held_out[-1]
    found = {ours[0]: (loss, loss)}
    for name, config in others:
        dense = studied(
            config,
            seed,
            lambda one: bool(one.held_out) and one.held_out[-1][0] >= flops and one.held_out[-1][1] >= cpu_s,
        )
        found[name] = (loss_at(dense, 0, flops), loss_at(dense, 1, cpu_s))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--hidden", type=int, nargs="+", default=[48, 96])
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[tuple[str, ...]] = []
    for hidden in asked.hidden:
        every = [compared(hidden, seed, asked.steps) for seed in range(asked.seeds)]
        for name in every[0]:
            flops, time = ([one[name][column] for one in every] for column in range(2))
            spread = (f"{mean(values):.3f} ({min(values):.3f} to {max(values):.3f})" for values in (flops, time))
            rows.append((str(hidden), name, *spread))
    print(heading(), table(rows, ("hidden size", "feed-forward", "loss at equal FLOPs", "at equal time")), sep="\n\n")


if __name__ == "__main__":
    main()
