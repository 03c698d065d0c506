"""When an alarm begins and when it is over. Knows causes and a clock; knows neither mail nor webhooks.

A cause has to last before anybody is woken, and to be gone for longer before it is said to be over, so that what comes
and goes is one alarm. All together are bounded: an operator who is sent fifty messages reads none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from seawall.operating.alarm.causes import Cause, Found

# What is over by itself within a minute wakes nobody; where each second counts it is sooner.
LASTS_S = {Cause.SIEGE: 0.0, Cause.ENGINE: 20.0, Cause.DATABASE: 20.0, Cause.PROMISE: 30.0, Cause.LOG: 0.0}
LASTS_OTHERWISE_S = 60.0
GONE_S = 180.0
MOST_AN_HOUR = 20


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to tell. ``since_s`` is in Unix seconds, ``lasted_s`` what it had lasted when it was over.

    ``gone_s`` is for how long its cause has not been seen, while it is not over yet.
    """

    state: Literal["begun", "over"]
    found: Found
    since_s: float
    lasted_s: float = 0.0
    gone_s: float = 0.0


@dataclass(slots=True)
class _Case:
    found: Found
    since_s: float
    seen_s: float
    told: bool = False


class Watchman:
    """``look`` at every reading; what it returns is to be sent. Seconds are of the calendar: people read them."""

    def __init__(self, *, unix_time: Callable[[], float], most_an_hour: int = MOST_AN_HOUR) -> None:
        self._unix_time = unix_time
        self._most = most_an_hour
        self._cases: dict[tuple[Cause, str], _Case] = {}
        self._sent: deque[float] = deque()
        self._looked_s = 0.0
        self.withheld = 0

    @property
    def going_on(self) -> list[Alarm]:
        """What was told and is not over, the newest first."""
        told = [
            Alarm("begun", case.found, case.since_s, gone_s=self._looked_s - case.seen_s)
            for case in self._cases.values()
            if case.told
        ]
        return sorted(told, key=lambda alarm: -alarm.since_s)

    def look(self, found: Iterable[Found]) -> list[Alarm]:
        """The alarms that begin or end with this look."""
        now_s = self._looked_s = self._unix_time()
        self._take(found, now_s)
        alarms = [*self._begun(now_s), *self._over(now_s)]
        return [alarm for alarm in alarms if self._may_send(now_s)]

    def _take(self, found: Iterable[Found], now_s: float) -> None:
        for one in found:
            case = self._cases.setdefault((one.cause, one.about), _Case(one, now_s, now_s))
            case.found, case.seen_s = one, now_s

    def _begun(self, now_s: float) -> Iterable[Alarm]:
        for case in self._cases.values():
            lasts_s = LASTS_S.get(case.found.cause, LASTS_OTHERWISE_S)
            if not case.told and case.seen_s == now_s and now_s - case.since_s >= lasts_s:
                case.told = True
                yield Alarm("begun", case.found, case.since_s)

    def _over(self, now_s: float) -> Iterable[Alarm]:
        for key, case in list(self._cases.items()):
            gone_s = now_s - case.seen_s
            if gone_s >= GONE_S or (not case.told and gone_s > 0):
                del self._cases[key]
                if case.told:
                    yield Alarm("over", case.found, case.since_s, case.seen_s - case.since_s)

    def _may_send(self, now_s: float) -> bool:
        while self._sent and now_s - self._sent[0] >= 3600:
            self._sent.popleft()
        if len(self._sent) >= self._most:
            self.withheld += 1
            return False
        self._sent.append(now_s)
        return True
