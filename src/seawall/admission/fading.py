"""Sums whose past fades. Knows numbers and seconds; knows nothing of what is summed."""

from __future__ import annotations

from collections.abc import Callable


class Fading:
    """A sum that halves every ``half_life_s``."""

    __slots__ = ("_clock", "_half_life_s", "_seen_s", "_sum")

    def __init__(self, half_life_s: float, clock: Callable[[], float]) -> None:
        self._half_life_s = half_life_s
        self._clock = clock
        self._sum = 0.0
        self._seen_s = clock()

    def add(self, amount: float = 1.0) -> None:
        """Counts it as of now."""
        self._sum = self.value() + amount
        self._seen_s = self._clock()

    def value(self) -> float:
        """The sum as it has faded by now."""
        return self._sum * 0.5 ** ((self._clock() - self._seen_s) / self._half_life_s)
