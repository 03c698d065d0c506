"""A program that trains: what a test kills, and what torchrun starts twice. Its folder is its only argument."""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from seawall.training import tokenizer, weights
from seawall.training.data import sources
from seawall.training.devices import World, joined
from seawall.training.loop import Step
from seawall.training.recipe import RlRecipe, SftRecipe
from seawall.training.reinforce import Reinforcement
from seawall.training.rl import rl
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

RL_RECIPE = RlRecipe(
    data=("arithmetic",),
    held_out=("arithmetic",),
    held_out_problems=5,
    examples=40,
    steps=2,
    problems=3,
    group=3,
    most_tokens=8,
    updates=2,
    kl_weight=0.1,
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


def reinforce(project: Path) -> None:
    """Two steps of a run; and one update by answers that every process drew alike, whose weights each writes down."""
    rl(RL_RECIPE, project)
    start, words = project / "sft" / "final", tokenizer.load(project / "tokenizer")
    questions = sources.lessons(RL_RECIPE, seed=0)

    def policy(world: World) -> Reinforcement:
        reference = weights.load(start)
        return Reinforcement(weights.load(start), words, RL_RECIPE, questions, seed=0, reference=reference, world=world)

    with joined() as world:
        drawn = [answer for group in policy(World()).draw(0) for answer in group]
        taught = [(answer, (-1.0) ** number) for number, answer in enumerate(drawn[:7])]
        learner = policy(world)
        learner.learn(taught, 0)
        save_file(dict(learner.model.named_parameters()), project / f"learnt-{world.rank}.safetensors")


def _tell(step: Step) -> None:
    sys.stdout.write(f"{step.number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with joined() as together:
        train(Path(sys.argv[1]))
        if together.size > 1:
            reinforce(Path(sys.argv[1]))
