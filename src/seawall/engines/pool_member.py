"""One engine of a pool and its standing. Knows misses and time; knows no questions."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from seawall.engines.port import Engine, EngineReport

MISSES_BEFORE_EJECTION = 3
FIRST_EJECTION_S = 1.0
LONGEST_EJECTION_S = 60.0


class Member:
    """States: trusted -> (third miss in a row) ejected -> (time is up) on trial -> trusted, or ejected for twice as
    long at the first miss."""

    __slots__ = ("_clock", "_ejected_until_s", "_ejection_s", "_misses", "_random", "engine", "number")

    def __init__(self, engine: Engine, number: int, *, clock: Callable[[], float], random: Random) -> None:
        self.engine = engine
        self.number = number
        self._clock = clock
        self._random = random
        self._misses = 0
        self._ejection_s = FIRST_EJECTION_S
        self._ejected_until_s = float("-inf")

    @property
    def is_ejected(self) -> bool:
        return self._clock() < self._ejected_until_s

    def hit(self) -> None:
        """It sent a token: all is forgiven."""
        self._misses = 0
        self._ejection_s = FIRST_EJECTION_S

    def miss(self) -> None:
        """It failed a question. Misses of questions asked before an ejection do not lengthen it."""
        if self.is_ejected:
            return
        self._misses += 1
        if self._misses >= MISSES_BEFORE_EJECTION:
            # Spread, so that gateways that lost a member together do not come back to it together.
            self._ejected_until_s = self._clock() + self._ejection_s * self._random.uniform(0.75, 1.25)
            self._ejection_s = min(2 * self._ejection_s, LONGEST_EJECTION_S)

    def offers(self, model: str, report: EngineReport) -> bool:
        """Whether a question for this model may go to it."""
        return report.ready and any(offer.id == model for offer in report.models)
