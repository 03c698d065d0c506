"""Fits the weights on the kinds for tuning, and prints them. Knows manners and who was hostile; judges no verdict.

Logistic regression by gradient ascent with a Gaussian prior around what is believed. No weight may change its sign, and
what an account, a network, an hour or a referrer is worth is not fitted: how many attackers have which here was chosen
by us, and an attacker chooses as freely.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import exp

from play import Sample, play
from scenarios import corpus

from seawall.siege.lengths import Lengths
from seawall.verdict.manner import Manner
from seawall.verdict.weights import BELIEVED

# Nor is what an attacker has for nothing: that his prompts differ, that he reads to the end, that he takes his time.
_BELIEVED_ONLY = (
    "standing.", "network.", "hour.", "referrer.", "prompts.own", "streams.read", "retry.obeyed", "order.usual",
    "pace.human", "rate.",
)  # fmt: skip
PRIOR_WIDTH, ROUNDS = 0.5, 400
# As many effective samples: what one asker does in one window is no independent finding of what he did in the last.
EFFECTIVE = 2_000.0


def tune(seeds: int) -> None:
    """Prints a table to be put into ``seawall/verdict/weights.py``."""
    lengths = Lengths.of_the_trace()
    samples: list[Sample] = []
    for scenario in corpus(half="tuned", seeds=seeds):
        play(scenario, lengths, samples)
    weights, bias = fitted(samples)
    print("WEIGHTS: Mapping[str, float] = {")
    for name, weight in weights.items():
        print(f'    "{name}": {weight:.2f},')
    print(f"}}\nBIAS = {bias:.2f}")


def fitted(samples: Iterable[Sample]) -> tuple[Mapping[str, float], float]:
    """Weights and bias. Each kind counts as much as any other, and the hostile together as much as the honest."""
    counts = _balanced(samples)
    rows = [([f"{trait}.{level}" for trait, level in manner], both) for manner, both in counts.items()]
    weights, bias = dict(BELIEVED), 0.0
    for step in range(ROUNDS):
        slope: defaultdict[str, float] = defaultdict(float)
        at_bias = 0.0
        for names, (honest, hostile) in rows:
            p = 1 / (1 + exp(-bias - sum(weights.get(name, 0.0) for name in names)))
            miss = hostile * (1 - p) - honest * p
            at_bias += miss
            for name in names:
                slope[name] += miss
        rate = 4.0 / EFFECTIVE / (1 + step / 100)
        bias += rate * (at_bias - bias / 0.25)
        for name, believed in BELIEVED.items():
            if not name.startswith(_BELIEVED_ONLY):
                pull = (believed - weights[name]) / PRIOR_WIDTH**2
                moved = weights[name] + rate * (slope[name] + pull)
                weights[name] = max(0.0, moved) if believed > 0 else min(0.0, moved)
    return weights, bias


def _balanced(samples: Iterable[Sample]) -> Mapping[Manner, list[float]]:
    by_kind: defaultdict[tuple[str, bool], defaultdict[Manner, float]] = defaultdict(lambda: defaultdict(float))
    for one in samples:
        by_kind[one.family if one.hostile else one.surge or "day", one.hostile][one.manner] += 1
    counts: defaultdict[Manner, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for hostile in (False, True):
        kinds = [manners for (_, is_hostile), manners in by_kind.items() if is_hostile is hostile]
        for manners in kinds:
            total = sum(manners.values())
            for manner, count in manners.items():
                counts[manner][hostile] += EFFECTIVE / 2 * count / total / len(kinds)
    return counts
