"""How much work stands before a newcomer. Knows amounts; knows neither flows nor time."""

from __future__ import annotations

from math import frexp


class Backlogs:
    """The backlogs of many flows, so kept that the sum of ``min(backlog, x)`` over all of them costs a few steps.

    A flow is counted in the bucket of its backlog's power of two, and of its ``level``, by which flows at the same
    counter are ordered. Of the one bucket that x falls into only the mean is known: a sum is off by less than that
    bucket's share of it.
    """

    __slots__ = ("_buckets",)

    def __init__(self) -> None:
        self._buckets: dict[tuple[int, int], list[float]] = {}

    def move(self, before: float, after: float, level: int = 0) -> None:
        """A flow's backlog has changed; 0 is none."""
        out = frexp(before)[1] if before > 0 else None
        into = frexp(after)[1] if after > 0 else None
        buckets = self._buckets
        if out is not None:
            bucket = buckets[level, out]
            if out == into:
                bucket[1] += after - before
                return
            bucket[0] -= 1
            bucket[1] -= before
            if bucket[0] == 0:
                del buckets[level, out]
        if into is not None:
            bucket = buckets.get((level, into))
            if bucket is None:
                buckets[level, into] = [1, after]
            else:
                bucket[0] += 1
                bucket[1] += after

    def capped(self, x: float, level: int, x_above: float) -> float:
        """The sum of ``min(backlog, x)`` over flows up to ``level``, of ``min(backlog, x_above)`` over the others."""
        total = 0.0
        for (one, _), (count, amount) in self._buckets.items():
            most = count * (x if one <= level else x_above)
            total += amount if amount < most else most
        return total
