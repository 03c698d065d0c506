"""The door's own refusals, each with its sentence and its time. Knows classes and waits; decides nothing."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from random import Random

from seawall.values.refusal import Reason, Refusal
from seawall.values.ticket import ServiceClass

# Sooner nothing will have changed, and later than this nobody can tell.
SOONEST_S, LATEST_S = 5.0, 300.0
# Those refused together shall not come back together (Brooker, "Exponential backoff and jitter").
JITTER = 0.5
# A day's budgets all begin anew in the same second; who comes back within a minute of it does not come with all.
MIDNIGHT_S = 60.0

_WHO = {
    ServiceClass.C1: "Registered users together ask more than the model can answer.",
    ServiceClass.C2: "The service is full. Registered users at home are served first; new accounts and those away from "
    "home find no place now.",
    ServiceClass.C3: "The service is full, and registered users are served first. If you have an account, sign in.",
}


def no_room(service_class: ServiceClass, wait_s: float, random: Random) -> Refusal:
    """We lack capacity for this class: 503."""
    who = _WHO[ServiceClass.C1 if service_class.is_registered else min(service_class, ServiceClass.C3, key=_rank)]
    after_s = jittered(wait_s, random)
    sentence = f"{who} Your question was not asked; try again in about {ceil(after_s)} s."
    return Refusal(Reason.NO_ROOM, sentence, retry_after_s=after_s)


def too_early(remaining_s: float) -> Refusal:
    """The asker passed its share by not waiting: 429. The time named before still holds."""
    sentence = (
        f"You were told when to ask again, and have asked too often before it. Wait {ceil(remaining_s)} s: "
        "then asking costs you nothing."
    )
    return Refusal(Reason.SHARE_USED, sentence, retry_after_s=max(1.0, remaining_s))


def jittered(wait_s: float, random: Random) -> float:
    """Not before the wait, and up to half as long again."""
    return min(LATEST_S, max(SOONEST_S, wait_s)) * (1 + JITTER * random.random())


def spread(refusal: Refusal, random: Random) -> Refusal:
    """The same, its time up to a minute later: for times that many are told alike."""
    if refusal.retry_after_s is None:
        return refusal
    return replace(refusal, retry_after_s=refusal.retry_after_s + MIDNIGHT_S * random.random())


def _rank(service_class: ServiceClass) -> int:
    return service_class.rank
