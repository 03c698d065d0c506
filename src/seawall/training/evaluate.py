"""How many held-out problems a model solves, and how sure that is. Knows scores; changes no weight.

Three numbers: the likeliest answer to each problem (greedy), the mean over drawn answers (sampled), and whether any of
n drawn ones is right (best of n), which is what a model could do if somebody picked for it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import torch

from seawall.training import tokenizer, weights
from seawall.training.answers import answers
from seawall.training.data.example import DataError, Example
from seawall.training.data.sources import held_out
from seawall.training.model import V3
from seawall.training.recipe import EvalRecipe
from seawall.training.tokenizer import Words

EVALUATION = "evaluation.json"
Interval = tuple[float, float]

# The normal distribution's 97.5 % point: a 95 % interval has as much on either side.
_Z = 1.959964
_RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares of problems that were solved, with 95 % intervals: Wilson's for greedy and best of n, and for sampled the
    bootstrap over problems, as answers to one problem are no independent trials."""

    problems: int
    samples: int
    greedy: float
    interval: Interval
    sampled: float
    sampled_interval: Interval
    best_of_n: float
    best_of_n_interval: Interval
    mean_tokens: float
    ended: float

    @classmethod
    def load(cls, run: Path) -> Self:
        """What an evaluation left in a run's folder."""
        return cls(**json.loads((run / EVALUATION).read_text(encoding="utf-8")))


def evaluate(model: V3, words: Words, examples: Sequence[Example], recipe: EvalRecipe, *, seed: int) -> Scores:
    """Answers every example once greedily and ``recipe.samples`` times by chance."""
    most_tokens = recipe.most_tokens
    greedy = [one for (one,) in answers(model, words, examples, samples=1, temperature=0.0, most_tokens=most_tokens)]
    drawn = list(
        answers(
            model,
            words,
            examples,
            samples=recipe.samples,
            temperature=recipe.temperature,
            most_tokens=most_tokens,
            chance=torch.Generator(next(model.parameters()).device).manual_seed(seed),
        )
    )
    means = [sum(one.reward for one in group) / len(group) for group in drawn]
    solved, best = sum(one.reward for one in greedy), sum(any(one.reward for one in group) for group in drawn)
    return Scores(
        problems=len(examples),
        samples=recipe.samples,
        greedy=solved / len(examples),
        interval=wilson(solved, len(examples)),
        sampled=sum(means) / len(means),
        sampled_interval=bootstrap(means, seed=seed),
        best_of_n=best / len(examples),
        best_of_n_interval=wilson(best, len(examples)),
        mean_tokens=sum(len(one.tokens) for one in greedy) / len(greedy),
        ended=sum(one.ended for one in greedy) / len(greedy),
    )


def evaluation(recipe: EvalRecipe, project: Path, *, run: str = "rl", seed: int = 0) -> Scores:
    """The stage: how well a run's final model does; kept as its evaluation.json. Raises DataError."""
    final = project / run / "final"
    if not (final / "config.json").exists():
        raise DataError(f"There is no model in '{final}' to evaluate: finish that run first.")
    examples = held_out(recipe.held_out, recipe.held_out_problems, recipe.countdown)
    if not examples:
        raise DataError("There is nothing to judge by: the recipe's 'held_out' names nothing.")
    scores = evaluate(weights.load(final), tokenizer.load(final), examples, recipe, seed=seed)
    text = json.dumps(asdict(scores), indent=2) + "\n"
    (project / run / EVALUATION).write_text(text, encoding="utf-8")
    return scores


def wilson(successes: float, trials: int) -> Interval:
    """The 95 % interval of a share (Wilson 1927), which keeps within 0 and 1 however few the trials are."""
    share, spread = successes / trials, _Z**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4)


def bootstrap(values: Sequence[float], *, seed: int) -> Interval:
    """The 95 % interval of a mean, by drawing as many values again and again (Efron 1979)."""
    value_X = torch.tensor(values, dtype=torch.float64)
    chance = torch.Generator().manual_seed(seed)
    means = [value_X[torch.randint(len(values), (len(values),), generator=chance)].mean() for _ in range(_RESAMPLES)]
    low, high = torch.stack(means).quantile(torch.tensor((0.025, 0.975), dtype=torch.float64)).tolist()
    return round(low, 4), round(high, 4)
