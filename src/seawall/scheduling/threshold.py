"""Publishes who need not come now. Knows how many were refused by class; knows neither askers nor HTTP."""

from __future__ import annotations

from math import ceil
from random import Random

from seawall.scheduling.rules import CLASSES
from seawall.values.load import Threshold
from seawall.values.ticket import ServiceClass

# The draw that decides who of a class gets in holds for an hour: long enough for whoever is in to finish what they came
# for, short enough that nobody is out for a day.
DRAW_S = 3600.0
# C0 and C1 are always let try: their own estimate at the queue tells them apart, and they are few.
LEAST = 2.0
# Closes fast and opens slowly, in classes a second, as TCP does and for the same reason: what is let in
# too early comes back as refusals for everybody.
CLOSING = 0.4
OPENING = 0.04
# It closes while more than half of the lowest class let in are refused all the same. The other half keep testing.
HOPELESS = 0.5
# It opens while an ordinary newcomer of that class would wait for no more than this part of the patience.
HOPEFUL = 0.75


class Publisher:
    """Moves one number: how many classes, and which part of the last of them, may come to the queue."""

    def __init__(self, patience_s: float, random: Random) -> None:
        self._patience_s = patience_s
        self._random = random
        self._all = float(len(ServiceClass))
        self._open = self._all
        self._arrived = dict.fromkeys(ServiceClass, 0)
        self._refused = dict.fromkeys(ServiceClass, 0)
        self._drawn_s: float | None = None
        self._salt = b""
        self.threshold = Threshold()

    def arrived(self, service_class: ServiceClass) -> None:
        """One of this class came to the queue."""
        self._arrived[service_class] += 1

    def refused(self, service_class: ServiceClass) -> None:
        """One of this class was refused for want of room."""
        self._refused[service_class] += 1

    def publish(self, waits_s: dict[ServiceClass, float], now_s: float, elapsed_s: float) -> None:
        """``waits_s`` is what a newcomer of each class would wait; ``elapsed_s`` since it was last published."""
        if self._drawn_s is None or now_s - self._drawn_s >= DRAW_S:
            self._drawn_s, self._salt = now_s, self._random.randbytes(16)
        came = next((one for one in reversed(CLASSES) if self._arrived[one]), None)
        if came is not None and self._refused[came] > HOPELESS * self._arrived[came]:
            # Of classes below nobody came, so closing them first would take time and help nobody. Those above are not
            # closed for it: once this class is shut, the last of it that were on their way are refused all the same.
            closed = max(LEAST, float(came.rank), min(self._open, came.rank + 1) - CLOSING * elapsed_s)
            self._open = min(self._open, closed)
        elif not any(self._refused.values()) and waits_s[self._lowest] <= HOPEFUL * self._patience_s:
            self._open = min(self._all, self._open + OPENING * elapsed_s)
        self._arrived = dict.fromkeys(ServiceClass, 0)
        self._refused = dict.fromkeys(ServiceClass, 0)
        rank = self._lowest.rank
        self.threshold = Threshold(rank, self._open - rank, self._salt)

    @property
    def _lowest(self) -> ServiceClass:
        """The lowest class of which anybody may come; a hundredth of a class is nobody."""
        return CLASSES[ceil(round(self._open, 2)) - 1]
