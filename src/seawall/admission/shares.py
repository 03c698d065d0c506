"""What each network, or each mail domain, may take of one thing. Knows token buckets; knows not whose they are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """``burst`` at once, then one more every ``refill_s``."""

    burst: float
    refill_s: float


class Shares:
    """A bucket by name, ``most`` of them: beyond, the one used longest ago is forgotten, and thereby full again.

    Each is kept as the time at which it is full (the generic cell rate algorithm, ITU-T I.371): 250 bytes.
    """

    def __init__(self, share: Share, *, clock: Callable[[], float], most: int = 4_096) -> None:
        self._share = share
        self._clock = clock
        self._most = most
        self._full_s: OrderedDict[str, float] = OrderedDict()

    def used(self, name: str) -> float:
        """How much of its burst this one has used and not got back yet."""
        full_s = self._full_s.get(name)
        return 0.0 if full_s is None else max(0.0, (full_s - self._clock()) / self._share.refill_s)

    def wait_s(self, name: str, amount: float = 1.0) -> float:
        """How long until it may take that much; 0 when it may now."""
        return max(0.0, (self.used(name) + amount - self._share.burst) * self._share.refill_s)

    def take(self, name: str, amount: float = 1.0) -> None:
        """Takes it, whether there is so much or not."""
        self._use(name, min(self._share.burst, self.used(name) + amount))
        self._full_s.move_to_end(name)
        if len(self._full_s) > self._most:
            self._full_s.popitem(last=False)

    def give_back(self, name: str, amount: float = 1.0) -> None:
        """It was not needed after all."""
        if name in self._full_s:
            self._use(name, max(0.0, self.used(name) - amount))

    def _use(self, name: str, used: float) -> None:
        self._full_s[name] = self._clock() + used * self._share.refill_s
