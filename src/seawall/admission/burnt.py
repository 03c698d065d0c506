"""What may be used once. Knows names and when they end by themselves; knows not what they are."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Hashable

_DRAWER_S = 60.0


class Burnt:
    """Remembers each name until it expires, a drawer for every minute, so that forgetting costs a drawer and no search.

    Bounded: ``is_full`` is True rather than a name being forgotten early, which would let it be used again.
    """

    def __init__(self, *, most: int, unix_time: Callable[[], float]) -> None:
        self._most = most
        self._unix_time = unix_time
        # Hashes of 61 bits or more, keyed anew by each process: of a hundred thousand names none meets another's. In
        # order, each takes eight bytes where a set takes a hundred.
        self._drawers: dict[int, array[int]] = {}
        self._count = 0

    @property
    def is_full(self) -> bool:
        """True while nothing more can be remembered."""
        self._forget()
        return self._count >= self._most

    def burn(self, name: Hashable, expires_unix_s: float) -> bool:
        """True the first time, and never again until it expires. Room must have been asked for before."""
        if self.holds(name, expires_unix_s):
            return False
        insort(self._drawers.setdefault(int(expires_unix_s // _DRAWER_S), array("q")), hash(name))
        self._count += 1
        return True

    def holds(self, name: Hashable, expires_unix_s: float) -> bool:
        """Whether it has been used."""
        drawer, sought = self._drawers.get(int(expires_unix_s // _DRAWER_S)), hash(name)
        if drawer is None:
            return False
        at = bisect_left(drawer, sought)
        return at < len(drawer) and drawer[at] == sought

    def _forget(self) -> None:
        now = int(self._unix_time() // _DRAWER_S)
        for minute in [minute for minute in self._drawers if minute < now]:
            self._count -= len(self._drawers.pop(minute))
