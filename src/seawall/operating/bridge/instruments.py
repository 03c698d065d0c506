"""The bridge's instruments: read once a tick, however many watch. Knows who can tell what; decides nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from seawall.engines.port import EngineReport
from seawall.observing.felt import felt
from seawall.observing.metrics import Totals
from seawall.operating.bridge.between import (
    classes_between,
    entrance_between,
    promise,
    refusals_between,
    work_between,
)
from seawall.operating.bridge.cost import Costs, Rates
from seawall.records.port import RecordsReport
from seawall.values.load import Load

# People see a change within two seconds, and all of it costs a thousandth of a core.
TICK_S = 2.0
# A quarter of an hour: what an operator who has just opened the page wants to see behind.
POINTS = 450
# Rates over ten seconds, as single ones jump; what people felt over a minute, as p95 of a few says nothing.
_RATE_TICKS, _FELT_TICKS = 5, 30
# Far more than a team's screens.
LISTENERS = 32

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sources:
    """Who is read at each tick; none may do I/O. ``more`` is what further rooms tell, by name."""

    totals: Callable[[], Totals]
    load: Callable[[], Load]
    engine: Callable[[], EngineReport]
    records: Callable[[], RecordsReport]
    shield: Callable[[], Told]
    entrance: Callable[[], Iterable[tuple[str, str, str, float]]]
    promise_s: float
    rates: Rates
    more: Mapping[str, Callable[[], Any]] | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    at_s: float
    totals: Totals
    entrance: Mapping[str, float]


class Instruments:
    """``look`` is to be called every `TICK_S`. For one event loop."""

    def __init__(self, sources: Sources, *, unix_time: Callable[[], float]) -> None:
        self._sources = sources
        self._unix_time = unix_time
        self._costs = Costs(sources.rates)
        self._looks: deque[_Look] = deque(maxlen=_FELT_TICKS + 1)
        self._points: deque[Told] = deque(maxlen=POINTS)
        self._next: asyncio.Future[None] | None = None
        self._listeners = 0
        self._closed = False
        self._more: dict[str, Callable[[], Any]] = dict(sources.more or {})
        self.reading: Told = {}

    def tell_too(self, name: str, tell: Callable[[], Any]) -> None:
        """Adds to each reading what a room tells that itself goes by the readings."""
        self._more[name] = tell

    def look(self) -> None:
        """Reads all once, and tells whoever watches."""
        sources = self._sources
        entrance = {name: value for _, name, _, value in sources.entrance()}
        self._looks.append(_Look(self._unix_time(), sources.totals(), entrance))
        self.reading = self._read()
        self._points.append(_point(self.reading))
        self._wake()

    def history(self) -> dict[str, list[Any]]:
        """The points of the last quarter of an hour, a list a column; all are of one length."""
        names = self._points[-1].keys() if self._points else ()
        return {name: [point[name] for point in self._points] for name in names}

    async def watch(self) -> AsyncGenerator[Told, None]:
        """The next readings, until the service stops. Who is slow misses some and gets the newest.

        Ends at once where `LISTENERS` watch already.
        """
        if self._listeners >= LISTENERS:
            return
        self._listeners += 1
        try:
            while not self._closed:
                if self._next is None:
                    self._next = asyncio.get_running_loop().create_future()
                await asyncio.shield(self._next)
                if not self._closed:
                    yield self.reading
        finally:
            self._listeners -= 1

    def close(self) -> None:
        """Ends whoever watches. Idempotent."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        if self._next is not None:
            self._next.set_result(None)
            self._next = None

    def _read(self) -> Told:
        sources, now = self._sources, self._looks[-1]
        lately = self._looks[max(0, len(self._looks) - 1 - _RATE_TICKS)]
        minute = self._looks[0]
        over_s, load, engine, records = now.at_s - lately.at_s, sources.load(), sources.engine(), sources.records()
        busy = load.held / load.slots if load.slots else 0.0
        return {
            "at_s": round(now.at_s, 1),
            "promise": promise(felt(minute.totals, now.totals), sources.promise_s, now.at_s - minute.at_s),
            "classes": classes_between(lately.totals, now.totals, over_s, load),
            "tokens_per_s": work_between(lately.totals, now.totals, over_s),
            "refusals": refusals_between(minute.totals, now.totals),
            "engine": _engine(engine, load),
            "shield": sources.shield(),
            "entrance": entrance_between(minute.entrance, now.entrance),
            "records": {"healthy": records.healthy, "lag_s": round(records.lag_s, 3), "trouble": records.trouble},
            "cost": self._costs.look(now.at_s, _all_tokens(now.totals), busy),
            **{name: tell() for name, tell in self._more.items()},
        }


def _all_tokens(totals: Totals) -> float:
    """Of prompts and answers; cached ones are among the prompts'."""
    return totals.tokens.get("prompt", 0.0) + totals.tokens.get("completion", 0.0)


def _engine(report: EngineReport, load: Load) -> Told:
    members = report.members or (report,)
    return {
        "ready": report.ready,
        "slots": load.slots,
        "held": load.held,
        "waiting": load.waiting,
        "kv_use": round(load.kv_use, 3),
        "members": [
            {
                "name": one.name,
                "ready": one.ready,
                "slots": one.slots,
                "in_flight": one.in_flight,
                "restarts": one.restarts,
                "trouble": one.trouble,
            }
            for one in members
        ],
    }


def _point(reading: Told) -> Told:
    """What is plotted of a reading."""
    classes, shield, told = reading["classes"], reading["shield"], reading["promise"]
    return {
        "at_s": reading["at_s"],
        **{f"asked_{one['class']}": one["asked_per_s"] for one in classes},
        "refused": round(sum(one["refused_per_s"] for one in classes), 2),
        "answered_tokens": reading["tokens_per_s"].get("completion", 0.0),
        "first_token_p95_s": told["first_token_p95_s"],
        "success": told["success"],
        "held": reading["engine"]["held"],
        "waiting": reading["engine"]["waiting"],
        "slots": reading["engine"]["slots"],
        "pressure": round(max(shield["pressure"].values(), default=0.0), 2),
        "posture": shield["posture"],
    }
