"""Which networks took most of the engine in the last minutes. Knows networks and times; knows no account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import nlargest

# What is half gone after two minutes is no longer what presses.
HALF_LIFE_S = 120.0
# Space-saving (Metwally, Agrawal, El Abbadi, ICDT 2005): who took more than a 512th of all is in the table for sure.
MOST = 512
SHOWN = 10
# Below a hundredth of a second nobody presses on anything.
_LEAST_MS = 10.0


@dataclass(slots=True)
class _Counted:
    engine_ms: float
    questions: float
    error_ms: float = 0.0
    """What a network that made room may have left behind: it is not shown as this one's."""


class Heaviest:
    """Sums that fade, for at most `MOST` networks at a time; a further one takes the place of the least."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since_s = clock()
        self._counted: dict[str, _Counted] = {}

    def add(self, network: str, engine_ms: float) -> None:
        """An answer has held a slot for so long."""
        scale = self._scale()
        counted = self._counted.get(network)
        if counted is None:
            counted = self._counted[network] = self._room()
        counted.engine_ms += engine_ms * scale
        counted.questions += scale

    def shown(self) -> list[dict[str, object]]:
        """The heaviest as JSON, the first the heaviest."""
        scale = self._scale()
        certain = ((one.engine_ms - one.error_ms, network, one) for network, one in self._counted.items())
        return [
            {"network": network, "engine_ms": round(ms / scale, 1), "requests": round(one.questions / scale, 1)}
            for ms, network, one in nlargest(SHOWN, certain, key=lambda row: row[0])
            if ms / scale >= _LEAST_MS
        ]

    def _room(self) -> _Counted:
        if len(self._counted) < MOST:
            return _Counted(0.0, 0.0)
        least = min(self._counted, key=lambda network: self._counted[network].engine_ms)
        gone = self._counted.pop(least)
        return _Counted(gone.engine_ms, 0.0, gone.engine_ms)

    def _scale(self) -> float:
        """What a unit counts now: newer ones count more, which is the same as older ones fading."""
        passed_s = self._clock() - self._since_s
        if passed_s > HALF_LIFE_S * 64:
            # Before the numbers grow out of a float's precision.
            shrink = 0.5 ** (passed_s / HALF_LIFE_S)
            for one in self._counted.values():
                one.engine_ms, one.questions = one.engine_ms * shrink, one.questions * shrink
                one.error_ms *= shrink
            self._since_s, passed_s = self._clock(), 0.0
        return 2.0 ** (passed_s / HALF_LIFE_S)
