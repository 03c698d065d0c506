"""What is promised to registered users, and whether it was kept. Knows limits; measures nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from operator import attrgetter

from seawall.siege.measures import Measures
from seawall.siege.mixes import Mix


class Verdict(StrEnum):
    """``REACHED`` stands where physics forbids the promise: the figure is told and not judged."""

    KEPT = "kept"
    NOT_KEPT = "not kept"
    NOT_MEASURABLE = "not measurable"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Promise:
    """One limit on one measure."""

    name: str
    read: Callable[[Measures], float | None]
    limit: float
    at_least: bool
    unit: str

    @property
    def told(self) -> str:
        """The limit in words."""
        return f"{'at least' if self.at_least else 'at most'} {self.figure(self.limit)}"

    def figure(self, value: float | None) -> str:
        """A value as it is shown."""
        if value is None:
            return "–"
        if value == inf:
            return "never"
        return f"{value * 100:.1f} %" if self.unit == "%" else f"{value:.2f}x"

    def holds(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Judged:
    """A promise over all seeds: kept only where it was kept in each of them, never on average."""

    promise: Promise
    values: tuple[float | None, ...]
    verdict: Verdict

    @property
    def worst(self) -> float | None:
        known = [value for value in self.values if value is not None]
        if not known:
            return None
        return min(known) if self.promise.at_least else max(known)


def promises_of(mix: Mix) -> tuple[Promise, ...]:
    """What is promised in this mix."""
    times = mix.first_token_times
    general = (
        Promise("success, first minute", attrgetter("success_first"), 0.97, True, "%"),
        Promise("success, afterwards", attrgetter("success_later"), 0.99, True, "%"),
        Promise("first token p95, first minute", attrgetter("first_token_first"), times, False, "x"),
        Promise("first token p95, afterwards", attrgetter("first_token_later"), times, False, "x"),
        Promise("inter-token p95", attrgetter("inter_token"), 1.5, False, "x"),
        Promise("login p95", attrgetter("login"), 2.0, False, "x"),
        Promise("status page p99", attrgetter("status"), 2.0, False, "x"),
    )
    fame = (
        Promise("strangers wrongly blocked", attrgetter("strangers_blamed"), 0.01, False, "%"),
        Promise("capacity used", attrgetter("capacity_used"), 0.9, True, "%"),
    )
    return general + fame if mix.is_fame else general


def judge(mix: Mix, measured: Sequence[Measures]) -> tuple[Judged, ...]:
    """Every promise of the mix over the measures of its seeds."""
    judged: list[Judged] = []
    for promise in promises_of(mix):
        values = tuple(promise.read(one) for one in measured)
        judged.append(Judged(promise, values, _verdict(mix, promise, values)))
    return tuple(judged)


def _verdict(mix: Mix, promise: Promise, values: Sequence[float | None]) -> Verdict:
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known:
        return Verdict.NOT_MEASURABLE
    if all(promise.holds(value) for value in known):
        return Verdict.KEPT
    return Verdict.NOT_KEPT if mix.promised else Verdict.REACHED
