"""How much each level of each trait speaks for attack. Knows numbers; counts nothing.

Log odds, natural: positive speaks for attack, negative for people. They were fitted by ``bench/verdict --tune`` on the
kinds named there for tuning, as a logistic regression whose weights are drawn towards ``BELIEVED`` (a Gaussian prior:
what has been seen seldom stays near what was believed) and may not change their sign against it. What is not here
speaks for neither.
"""

from __future__ import annotations

from collections.abc import Mapping

BELIEVED: Mapping[str, float] = {
    "standing.home": -1.2,
    "standing.away": 0.2,
    "standing.known": -0.7,
    "standing.stranger": 0.2,
    "headers.browser": -0.5,
    "headers.program": 0.8,
    "order.risen": 0.7,
    "order.usual": -0.3,
    "rate.flooding": 4.5,
    "rate.heavy": 2.2,
    "rate.busy": 0.5,
    "pace.human": -0.7,
    "pace.fast": 0.8,
    "pace.regular": 0.8,
    "files.fetched": -1.5,
    "files.skipped": 1.2,
    "files.no_page": 0.8,
    "depth.varied": -0.8,
    "depth.single": 0.7,
    "signup.through_page": -0.4,
    "signup.straight": 1.2,
    "signup.again": 0.8,
    "logins.succeeded": -0.8,
    "logins.failed": 0.3,
    "logins.failing": 0.9,
    "logins.spread": 2.5,
    "prompts.own": -0.4,
    "prompts.alike": 0.8,
    "prompts.templated": 1.5,
    "cost.dear": 1.0,
    "streams.read": -0.4,
    "streams.left": 1.0,
    "retry.obeyed": -0.6,
    "retry.ignored": 0.9,
    "puzzle.solved": -0.7,
    "puzzle.wrong": 0.6,
    "puzzle.instant": 0.6,
    "puzzle.unsolved": 0.4,
    "referrer.outside": -0.4,
    "referrer.none": 0.1,
    "referrer.own": -0.2,
    "hour.night": 0.4,
    "hour.day": -0.2,
    "network.known": -0.4,
    "network.new": 0.1,
    "answers.misses": 1.2,
    "reading.cut": 2.5,
    "reading.cut_often": 5.0,
}

WEIGHTS: Mapping[str, float] = {
    "standing.home": -1.20,
    "standing.away": 0.20,
    "standing.known": -0.70,
    "standing.stranger": 0.20,
    "headers.browser": -0.86,
    "headers.program": 0.41,
    "order.risen": 1.47,
    "order.usual": -0.30,
    "rate.flooding": 4.50,
    "rate.heavy": 2.20,
    "rate.busy": 0.50,
    "pace.human": -0.70,
    "pace.fast": 0.92,
    "pace.regular": 1.36,
    "files.fetched": -2.68,
    "files.skipped": 2.64,
    "files.no_page": 1.67,
    "depth.varied": -1.22,
    "depth.single": 0.73,
    "signup.through_page": -0.44,
    "signup.straight": 1.31,
    "signup.again": 0.88,
    "logins.succeeded": -0.82,
    "logins.failed": 0.54,
    "logins.failing": 1.08,
    "logins.spread": 2.82,
    "prompts.own": -0.40,
    "prompts.alike": 0.63,
    "prompts.templated": 1.02,
    "cost.dear": 1.18,
    "streams.read": -0.40,
    "streams.left": 0.86,
    "retry.obeyed": -0.60,
    "retry.ignored": 1.17,
    "puzzle.solved": -0.72,
    "puzzle.wrong": 0.60,
    "puzzle.instant": 0.60,
    "puzzle.unsolved": 0.40,
    "referrer.outside": -0.40,
    "referrer.none": 0.10,
    "referrer.own": -0.20,
    "hour.night": 0.40,
    "hour.day": -0.20,
    "network.known": -0.40,
    "network.new": 0.10,
    "answers.misses": 0.73,
    "reading.cut": 2.53,
    "reading.cut_often": 5.03,
}
BIAS = -0.70

# Of small groups only this is told (``clusters``): the sum of their weights, in steps.
LEANING = "leaning"
STEP, MOST_LEANING = 1.0, 8.0


def leaning_of(manner: Mapping[str, str]) -> float:
    """The log odds of this manner, where attack and not are equally likely beforehand."""
    if LEANING in manner:
        return float(manner[LEANING])
    total = BIAS + sum(WEIGHTS.get(f"{trait}.{level}", 0.0) for trait, level in manner.items())
    return max(-MOST_LEANING, min(MOST_LEANING, total))
