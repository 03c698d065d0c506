"""How much each level of each trait speaks for attack. Knows numbers; counts nothing.

Log odds, natural: positive speaks for attack, negative for people. They were fitted by ``bench/verdict --tune`` on the
kinds named there for tuning, as a logistic regression whose weights are drawn towards ``BELIEVED`` (a Gaussian prior:
what has been seen seldom stays near what was believed) and may not change their sign against it. What no kind for
tuning shows stands as it is believed. What is not here speaks for neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log

from seawall.verdict.proportions import Beyond, suspicion

_NOTHING: Mapping[str, Beyond] = {}

BELIEVED: Mapping[str, float] = {
    "standing.home": -1.2,
    "standing.away": 0.2,
    "standing.known": -0.7,
    "standing.stranger": 0.2,
    "headers.browser": -0.5,
    "headers.program": 0.8,
    "order.risen": 0.7,
    "order.usual": -0.3,
    "rate.flooding": 7.0,
    "rate.hammering": 6.0,
    "rate.heavy": 3.2,
    "rate.busy": 0.5,
    "pace.human": -0.7,
    "pace.fast": 0.8,
    "pace.regular": 0.8,
    "files.fetched": -1.5,
    "files.awaited": 0.3,
    "files.skipped": 1.2,
    "files.no_page": 0.8,
    "depth.varied": -0.8,
    "depth.single": 0.7,
    "stay.reading": 0.2,
    "form.blind": 1.5,
    "form.hasty": 1.2,
    "signup.through_page": -0.4,
    "signup.straight": 1.2,
    "signup.again": 0.8,
    "logins.succeeded": -0.8,
    "logins.failed": 0.3,
    "logins.failing": 0.9,
    "logins.guessing": 3.0,
    "logins.spread": 2.5,
    "prompts.own": -0.4,
    "prompts.shared": 0.3,
    "prompts.alike": 1.0,
    "prompts.templated": 1.8,
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
    "neighbours.many": 0.2,
    "neighbours.accounts": 4.0,
    "answers.misses": 1.2,
    "answers.only_misses": 4.5,
    "reading.cut": 2.5,
    "reading.cut_often": 5.0,
}

WEIGHTS: Mapping[str, float] = {
    "standing.home": -1.20,
    "standing.away": 0.20,
    "standing.known": -0.70,
    "standing.stranger": 0.20,
    "headers.browser": -0.96,
    "headers.program": 0.27,
    "order.risen": 1.83,
    "order.usual": -0.30,
    "rate.flooding": 7.00,
    "rate.hammering": 6.00,
    "rate.heavy": 3.20,
    "rate.busy": 0.50,
    "pace.human": -0.70,
    "pace.fast": 0.83,
    "pace.regular": 1.11,
    "files.fetched": -2.89,
    "files.awaited": 0.41,
    "files.skipped": 2.52,
    "files.no_page": 1.23,
    "depth.varied": -1.29,
    "depth.single": 0.76,
    "stay.reading": 0.91,
    "form.blind": 1.75,
    "form.hasty": 1.20,
    "signup.through_page": -0.45,
    "signup.straight": 1.24,
    "signup.again": 0.81,
    "logins.succeeded": -0.82,
    "logins.failed": 0.95,
    "logins.failing": 1.04,
    "logins.guessing": 3.00,
    "logins.spread": 2.58,
    "prompts.own": -0.40,
    "prompts.shared": 0.30,
    "prompts.alike": 0.81,
    "prompts.templated": 1.50,
    "cost.dear": 2.12,
    "streams.read": -0.40,
    "streams.left": 0.83,
    "retry.obeyed": -0.60,
    "retry.ignored": 1.13,
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
    "neighbours.many": 0.26,
    "neighbours.accounts": 4.00,
    "answers.misses": 0.64,
    "answers.only_misses": 4.50,
    "reading.cut": 2.64,
    "reading.cut_often": 5.02,
}
BIAS = -0.30

# Of small groups only this is told (``clusters``): the sum of their weights, in steps.
LEANING = "leaning"
STEP, MOST_LEANING = 1.0, 8.0


# What comes with a real browser that a script drives, with patience, or with any link that is made up: it speaks for
# people only against who does not take that trouble.
FREE = frozenset(
    {
        "headers.browser", "order.usual", "pace.human", "files.fetched", "depth.varied", "signup.through_page",
        "prompts.own", "streams.read", "retry.obeyed", "puzzle.solved", "referrer.outside", "referrer.own",
        "hour.day", "network.known",
    }
)  # fmt: skip
# The part of attackers that takes it, and the log odds of who is in disguise and has done nothing that shows it.
DISGUISED, UNSEEN = 0.3, -3.2


def leaning_of(manner: Mapping[str, str], beyond: Mapping[str, Beyond] = _NOTHING) -> float:
    """The log odds of this manner, where attack and not are equally likely beforehand.

    An attacker is either one who takes no trouble to look like people, or one in disguise, whom only his deeds give
    away; ``beyond`` is which deeds more do than honest people would (``proportions``).
    """
    if LEANING in manner:
        return float(manner[LEANING])
    plain, deeds = BIAS, UNSEEN
    for trait, level in manner.items():
        name = f"{trait}.{level}"
        weight = WEIGHTS.get(name, 0.0)
        plain += weight
        if name not in FREE:
            deeds += weight
    total = log(exp(plain) + DISGUISED * exp(min(deeds, 2 * MOST_LEANING)))
    together = suspicion(manner, beyond)
    if together is not None:
        total = max(total, together)
    return max(-MOST_LEANING, min(MOST_LEANING, total))
