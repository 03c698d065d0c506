"""How much strangers may ask, by network. Knows a clock and hashed cells; knows neither requests nor accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from mmap import mmap

# Three rows of 2^17 cells are 3 MiB a level whoever comes. With 2,000 networks over their share a stranger elsewhere
# is taken for one of them once in 300,000 times; with 30,000 of them, once in 90.
ROWS = 3
CELLS = 1 << 17
CELL_BYTES = 8
# Whom the cells mistake for another is not mistaken for long.
SALT_S = 3600.0
# One wide level is worth so many narrow ones: a campus or a provider's customers share it, a rented /48 does not
# become 65,536 askers.
WIDE = 32
# Of every hash, so many bits choose a cell of one row.
_BITS = CELLS.bit_length() - 1
_MASK = CELLS - 1


@dataclass(frozen=True, slots=True)
class Share:
    """``burst`` units at once, then ``rate`` units a second. What costs how many units, the asker says."""

    rate: float
    burst: float

    def times(self, factor: float) -> Share:
        """The share of a wider level."""
        return Share(self.rate * factor, self.burst * factor)


class Level:
    """Token buckets in constant memory: a count-min sketch of generic cell rate algorithms (ITU-T I.371).

    A cell holds the time at which its bucket is full again. A name has one cell a row and is refused only when all of
    them are over, so that who shares a cell with a flood still has others. Only what was granted is charged, each cell
    to no more than the least of them: conservative update (Estan and Varghese, SIGCOMM 2002).
    """

    def __init__(self, share: Share) -> None:
        self._interval_s = 1 / share.rate
        self._burst_s = share.burst / share.rate
        # Anonymous pages are zero and take no memory until they are written.
        rows = [memoryview(mmap(-1, CELLS * CELL_BYTES)).cast("d") for _ in range(ROWS)]
        self._first, self._second, self._third = rows

    def wait_s(self, name: str, cost: float, now_s: float) -> float:
        """How long until this name may take ``cost`` units; at most 0 when it may now. Charges nothing."""
        # Written out, without a loop: it runs at every request of a flood.
        drawn = hash((name, now_s // SALT_S))
        full_s = self._first[drawn & _MASK]
        other_s = self._second[drawn >> _BITS & _MASK]
        if other_s < full_s:
            full_s = other_s
        other_s = self._third[drawn >> _BITS + _BITS & _MASK]
        if other_s < full_s:
            full_s = other_s
        return (full_s - now_s if full_s > now_s else 0.0) + cost * self._interval_s - self._burst_s

    def take(self, name: str, cost: float, now_s: float) -> None:
        """Charges the units."""
        # Python's own hash of a text is keyed anew in each process (SipHash); the hour draws other cells.
        drawn = hash((name, now_s // SALT_S))
        cells = (drawn & _MASK, drawn >> _BITS & _MASK, drawn >> 2 * _BITS & _MASK)
        rows = (self._first, self._second, self._third)
        full_s = max(now_s, min(row[cell] for row, cell in zip(rows, cells, strict=True))) + cost * self._interval_s
        for row, cell in zip(rows, cells, strict=True):
            if row[cell] < full_s:
                row[cell] = full_s


class Buckets:
    """Two levels: the household's network, and the wider one around it. A request needs room in both."""

    def __init__(self, share: Share, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._narrow = Level(share)
        self._wide = Level(share.times(WIDE))

    def take(self, narrow: str, wide: str, cost: float = 1.0) -> float:
        """0 where the units were taken, else the seconds until they may be."""
        now_s = self._clock()
        wait_s = self._narrow.wait_s(narrow, cost, now_s)
        if wait_s <= 0:
            wait_s = self._wide.wait_s(wide, cost, now_s)
        if wait_s > 0:
            return wait_s
        self._narrow.take(narrow, cost, now_s)
        self._wide.take(wide, cost, now_s)
        return 0.0
