"""Who asks again too early, and who is owed another try. Knows names and times; knows no question.

A client that tries again at once makes three requests of one, when there is least room for it (Brooker, "Fixing
retries with token buckets and circuit breakers"). So early retries are paid from a budget that only new questions
fill, a fifth of a retry each, as in Finagle's RetryBudget and Envoy's retry_budget. Whoever comes back at the time
that it was told pays nothing a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from seawall.admission.remembered import Remembered

# About 3 MB when full. Strangers' networks are askers too; whoever is pushed out is owed nothing and owes nothing.
MOST_ASKERS = 8_192
# Who is new to us, or asks seldom, may be impatient three times; the most that is saved up serves ten.
AT_FIRST, MOST_SAVED = 3.0, 10.0
# How many refused questions of one asker are remembered as owed another try, and for how long.
MOST_OWED, OWED_S = 64, 600.0


class Try(Enum):
    """A new question, one that comes back when it was told to, one that comes too early, one too many of those."""

    NEW = "new"
    AWAITED = "awaited"
    EARLY = "early"
    TOO_EARLY = "too_early"

    @property
    def weight(self) -> float:
        """How often its price is charged."""
        return _WEIGHTS[self]


_WEIGHTS = {Try.NEW: 1.0, Try.AWAITED: 0.0, Try.EARLY: 2.0, Try.TOO_EARLY: 0.0}


@dataclass(slots=True)
class _Asker:
    named_s: float = 0.0
    owed: int = 0
    saved: float = AT_FIRST


class Retries:
    """What each asker was told of when to come back. Costs about a microsecond."""

    def __init__(self, *, share: float, clock: Callable[[], float]) -> None:
        self._share = share
        self._clock = clock
        self._askers = Remembered(_Asker, most=MOST_ASKERS)

    def told(self, name: str, retry_after_s: float) -> None:
        """The asker was refused and told to come back after so long. The last word counts."""
        asker = self._askers.of(name)
        asker.named_s = self._clock() + retry_after_s
        asker.owed = min(MOST_OWED, asker.owed + 1)

    def take(self, name: str) -> Try:
        """What a question of this asker is now, paid from its budget where it comes too early."""
        asker = self._askers.known(name)
        if asker is None:
            return Try.NEW
        now_s = self._clock()
        if asker.owed and now_s > asker.named_s + OWED_S:
            asker.owed = 0
        if not asker.owed:
            asker.saved = min(MOST_SAVED, asker.saved + self._share)
            return Try.NEW
        if now_s >= asker.named_s:
            asker.owed -= 1
            return Try.AWAITED
        if asker.saved < 1:
            return Try.TOO_EARLY
        asker.saved -= 1
        asker.owed -= 1
        return Try.EARLY

    def is_too_early(self, name: str) -> bool:
        """Whether the next question of this asker would be one too many; pays nothing."""
        asker = self._askers.known(name)
        return asker is not None and asker.owed > 0 and asker.saved < 1 and self._clock() < asker.named_s

    def remaining_s(self, name: str) -> float:
        """How long the asker was told to wait from now; 0 for who may come at any time."""
        asker = self._askers.known(name)
        return max(0.0, asker.named_s - self._clock()) if asker else 0.0
