"""Keeps what is said of a component from flickering. Knows looks and time; knows no component.

    worse    after 15 s without a break at which it was as bad or worse
    better   after 60 s without a break at which it was as good or better; twice as long after each relapse, to 15 min

A fault that comes and goes is one fault. Getting worse takes three looks, so that one restart of an engine, which takes
under a second, is no state; getting better takes longer, for a page that says "all well" too early is believed once.
"""

from __future__ import annotations

from collections.abc import Callable

from seawall.status.components import Reading

WORSE_AFTER_S = 15.0
BETTER_AFTER_S, LONGEST_S = 60.0, 900.0
# A relapse is to be worse again so soon after it was said to be better.
RELAPSE_S = 1800.0


class Steady:
    """One component. ``clock`` is monotonic."""

    def __init__(self, first: Reading, *, clock: Callable[[], float]) -> None:
        self._said = first
        self._clock = clock
        self._worse_since_s: float | None = None
        self._better_since_s: float | None = None
        self._mildest = first
        self._worst = first
        self._bettered_s: float | None = None
        self._relapses = 0
        self._held_s = 0.0

    @property
    def said(self) -> Reading:
        """What is said now."""
        return self._said

    @property
    def held_s(self) -> float:
        """For how long it had been so already when it was said."""
        return self._held_s

    def look(self, seen: Reading) -> Reading:
        """Takes what a look found, and returns what is said from then on."""
        now_s = self._clock()
        badness, said = seen.level.badness, self._said.level.badness
        if badness > said:
            self._better_since_s = None
            self._grow_worse(seen, now_s)
        elif badness < said:
            self._worse_since_s = None
            self._grow_better(seen, now_s)
        else:
            self._worse_since_s = self._better_since_s = None
            self._said = seen  # As bad as before, perhaps for another reason.
        return self._said

    def _grow_worse(self, seen: Reading, now_s: float) -> None:
        """To the mildest of what was seen since: the worst may have been a moment's."""
        if self._worse_since_s is None:
            self._worse_since_s, self._mildest = now_s, seen
        if seen.level.badness <= self._mildest.level.badness:
            self._mildest = seen
        if now_s - self._worse_since_s < WORSE_AFTER_S:
            return
        if self._bettered_s is not None:
            self._relapses = self._relapses + 1 if now_s - self._bettered_s < RELAPSE_S else 0
            self._bettered_s = None
        self._said = self._mildest
        self._held_s = now_s - self._worse_since_s
        self._worse_since_s = None

    def _grow_better(self, seen: Reading, now_s: float) -> None:
        """To the worst of what was seen since."""
        if self._better_since_s is None:
            self._better_since_s, self._worst = now_s, seen
        if seen.level.badness >= self._worst.level.badness:
            self._worst = seen
        if now_s - self._better_since_s < min(LONGEST_S, BETTER_AFTER_S * 2.0 ** min(self._relapses, 8)):
            return
        self._said = self._worst
        self._held_s = now_s - self._better_since_s
        self._bettered_s = now_s
        self._better_since_s = None
