"""Our GRPO against TRL's: one cold start, one reward, the same settings. Knows both loops; changes neither.

    python bench/training/grpo.py [--seeds 3] [--draws 24]

Both start from the same weights and draw as many answers to as many questions a step; TRL runs them as transformers'
DeepseekV3. One thread, CPU seconds, in turns. Told: reward over the last quarter of the draws (equal rollouts), reward
when the faster one has used what both had (equal time), CPU seconds a draw.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from seawall.training import stages, tokenizer, trl, weights
from seawall.training.data import sources
from seawall.training.data.countdown import Game
from seawall.training.recipe import RlRecipe, SftRecipe, TokenizerRecipe
from seawall.training.reinforce import Reinforcement, RlStep

# Two numbers: a cold start takes a minute, and there is much to be won by reward.
GAME = Game(numbers=2, largest=30, tries=2)
SHAPE = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "moe_intermediate_size": 32,
    "num_hidden_layers": 2,
    "n_routed_experts": 4,
    "qk_nope_head_dim": 32,
    "q_lora_rank": 32,
}
MATERIAL: dict[str, Any] = {"countdown": GAME, "held_out_problems": 50, "examples": 600}
SFT = SftRecipe(
    **MATERIAL,
    model=SHAPE,
    steps=150,
    optimizer="muon",
    learning_rate=5e-3,
    warmup_steps=15,
    batch=16,
    context_tokens=128,
)
RL = RlRecipe(**MATERIAL, learning_rate=2e-4, warmup_steps=5, problems=32, group=8, updates=2, most_tokens=48)

# CPU seconds since the beginning, and the reward of the draw that was done then.
Curve = list[tuple[float, float]]


def ours(project: Path, recipe: RlRecipe, seed: int) -> Curve:
    words, model = tokenizer.load(project / "tokenizer"), weights.load(project / "sft" / "final")
    policy = Reinforcement(model, words, recipe, sources.lessons(recipe, seed=seed), seed=seed)
    began, curve = time.process_time(), Curve()
    for number in range(recipe.steps):
        step = policy.step(number)
        curve.append((time.process_time() - began, step.reward))
    return curve


def theirs(project: Path, recipe: RlRecipe, seed: int) -> Curve:
    final = project / "sft" / "final"
    model = AutoModelForCausalLM.from_pretrained(final, dtype=torch.float32)
    curve = Curve()

    def watch(step: RlStep) -> None:
        curve.append((time.process_time() - began, step.reward))

    questions = sources.lessons(recipe, seed=seed)
    Random(seed).shuffle(questions)
    words = AutoTokenizer.from_pretrained(final)
    trainer = trl.trainer_of(model, words, recipe, questions, project / "trl", seed=seed, watch=watch)
    began = time.process_time()
    trainer.train()
    return curve


def last(curve: Curve) -> float:
    """The mean reward of the last quarter."""
    return fmean(reward for _, reward in curve[-max(1, len(curve) // 4) :])


def by(curve: Curve, cpu_s: float) -> float:
    """The same of what was done by then."""
    return last([point for point in curve if point[0] <= cpu_s] or curve[:1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--draws", type=int, default=24)
    given = parser.parse_args()
    torch.set_num_threads(1)
    recipe = replace(RL, steps=given.draws)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        tokenizer.build(TokenizerRecipe(**MATERIAL, vocabulary=512), project)
        stages.sft(SFT, project)
        rows: list[tuple[Curve, Curve]] = []
        print("seed  first  equal rollouts: ours TRL  equal time: ours TRL  CPU s a draw: ours TRL", flush=True)
        for seed in range(given.seeds):
            one, other = ours(project, recipe, seed), theirs(project, recipe, seed)
            rows.append((one, other))
            print(f"{seed:4}  {one[0][1]:5.2f}  {_told(one, other)}", flush=True)
    print(f"mean         {_means(rows)}")


def _numbers(one: Curve, other: Curve) -> tuple[float, ...]:
    both_s = min(one[-1][0], other[-1][0])
    equal_time = (by(one, both_s), by(other, both_s))
    return last(one), last(other), *equal_time, one[-1][0] / len(one), other[-1][0] / len(other)


def _told(one: Curve, other: Curve) -> str:
    mine, trl_s, early, early_trl, cost, trl_cost = _numbers(one, other)
    return f"{mine:20.3f} {trl_s:.3f} {early:15.3f} {early_trl:.3f} {cost:17.2f} {trl_cost:.2f}"


def _means(rows: list[tuple[Curve, Curve]]) -> str:
    mine, trl_s, early, early_trl, cost, trl_cost = map(fmean, zip(*(_numbers(*row) for row in rows), strict=True))
    return (
        f"{mine:20.3f} {trl_s:.3f} {early:15.3f} {early_trl:.3f} {cost:17.2f} {trl_cost:.2f}"
        f"   ({trl_cost / cost:.1f} of theirs for one of ours)"
    )


if __name__ == "__main__":
    main()
