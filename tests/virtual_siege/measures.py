"""What a siege did to whom. Knows what was asked and when it was answered; knows no shield.

A question counts as served when its first token came within the promise. Every question of a registered user counts,
whatever class it was moved to; one that was refused or left counts as waited for without end, in the percentiles too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from virtual_siege.askers import Kind
from virtual_siege.events import BEGINS_S, ENDS_S
from virtual_siege.house import Asked
from virtual_siege.run import Course

PROMISE_S = 5.0
MINUTE_S = 60.0
# The first seconds fill an empty engine: they would make the quiet minute look quieter than a quiet day is.
SETTLED_S = 10.0


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one mix, over all its seeds. Shares from 0 to 1; nan where nobody asked."""

    mix: str
    quiet: float
    first_minute: float
    later: float
    recovery: float
    first_token_quiet_s: float
    first_token_s: float
    token_ratio: float
    strangers: float
    busy: float
    quiet_busy: float
    asked: int
    refused: dict[str, int]

    @property
    def first_token_ratio(self) -> float:
        """p95 of the event over that of the quiet minute."""
        return self.first_token_s / self.first_token_quiet_s


def measure(courses: Iterable[Course]) -> Measures:
    """All seeds of one mix taken together."""
    courses = list(courses)
    asked = [one for course in courses for one in course.asked]
    own = [one for one in asked if one.kind is Kind.REGISTERED]
    quiet, event = _within(own, SETTLED_S, BEGINS_S), _within(own, BEGINS_S, ENDS_S)
    strangers = [one for one in _within(asked, BEGINS_S, ENDS_S) if one.kind is Kind.STRANGER]
    return Measures(
        mix=courses[0].mix.name,
        quiet=served(quiet),
        first_minute=served(_within(own, BEGINS_S, BEGINS_S + MINUTE_S)),
        later=served(_within(own, BEGINS_S + MINUTE_S, ENDS_S)),
        recovery=served(_within(own, ENDS_S, ENDS_S + MINUTE_S - PROMISE_S)),
        first_token_quiet_s=p95([one.waited_s for one in quiet]),
        first_token_s=p95([one.waited_s for one in event]),
        token_ratio=p95(_token_times(event)) / p95(_token_times(quiet)),
        strangers=served(strangers),
        busy=fmean(_busy(course, BEGINS_S + 10, ENDS_S) for course in courses),
        quiet_busy=fmean(_busy(course, SETTLED_S, BEGINS_S) for course in courses),
        asked=len(event),
        refused=dict(Counter(one.refusal.reason.code for one in event if one.refusal)),
    )


def served(asked: list[Asked]) -> float:
    """The share whose first token came within the promise."""
    if not asked:
        return float("nan")
    return fmean(one.waited_s <= PROMISE_S for one in asked)


def p95(values: list[float]) -> float:
    """The nearest-rank percentile; nan of nothing."""
    if not values:
        return float("nan")
    return sorted(values)[max(0, -(-95 * len(values) // 100) - 1)]


def _within(asked: Iterable[Asked], from_s: float, to_s: float) -> list[Asked]:
    return [one for one in asked if from_s <= one.asked_s < to_s]


def _token_times(asked: list[Asked]) -> list[float]:
    return [token_s for one in asked if (token_s := one.token_s) is not None]


def _busy(course: Course, from_s: float, to_s: float) -> float:
    """The part of the engine's slots that was held."""
    held_s = course.busy_slot_s[int(to_s) - 1] - course.busy_slot_s[int(from_s) - 1]
    return held_s / (course.slots * (to_s - from_s))
