"""A program that trains: what a test kills, and what torchrun starts twice. Its folder is its only argument."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from seawall.training import tokenizer
from seawall.training.loop import Step
from seawall.training.recipe import SftRecipe
from seawall.training.stages import sft

RECIPE = SftRecipe(
    data=("arithmetic",),
    held_out=("arithmetic",),
    held_out_problems=5,
    examples=40,
    model={
        "hidden_size": 32,
        "intermediate_size": 32,
        "moe_intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "n_routed_experts": 4,
        "num_nextn_predict_layers": 1,
    },
    steps=12,
    batch=4,
    context_tokens=96,
    warmup_steps=2,
    save_every=2,
    optimizer="muon",
)


def project_in(folder: Path) -> Path:
    tokenizer.train(["What is 12 + 34?", "12 + 34 = 46"], vocabulary=300).save(folder / "tokenizer")
    return folder


def train(project: Path) -> None:
    """On one thread, so that sums are added in one order, whichever process adds them."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    sft(RECIPE, project, watch=_tell)
    torch.set_num_threads(threads)


def _tell(step: Step) -> None:
    sys.stdout.write(f"{step.number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    train(Path(sys.argv[1]))
