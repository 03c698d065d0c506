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
    """A bucket by name, ``most`` of them: beyond, the one used longest ago is forgotten, and thereby full again."""

    def __init__(self, share: Share, *, clock: Callable[[], float], most: int = 20_000) -> None:
        self._share = share
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def used(self, name: str) -> float:
        """How much of its burst this one has used and not got back yet."""
        missing, since_s = self._buckets.get(name, (0.0, 0.0))
        return max(0.0, missing - (self._clock() - since_s) / self._share.refill_s)

    def wait_s(self, name: str, amount: float = 1.0) -> float:
        """How long until it may take that much; 0 when it may now."""
        return max(0.0, (self.used(name) + amount - self._share.burst) * self._share.refill_s)

    def take(self, name: str, amount: float = 1.0) -> None:
        """Takes it, whether there is so much or not."""
        self._buckets[name] = (min(self._share.burst, self.used(name) + amount), self._clock())
        self._buckets.move_to_end(name)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)

    def give_back(self, name: str, amount: float = 1.0) -> None:
        """It was not needed after all."""
        if name in self._buckets:
            self._buckets[name] = (max(0.0, self.used(name) - amount), self._clock())
