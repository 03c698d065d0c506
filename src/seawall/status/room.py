"""Looks at the service every few seconds and tells how it is. Knows the parts of the page; knows no HTML, no HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from seawall.admission.posture import Posture, Stance
from seawall.engines.port import EngineReport
from seawall.observing.felt import Entries
from seawall.observing.logs import logger
from seawall.observing.metrics import Totals
from seawall.records.port import RecordsReport, RecordsUnavailable
from seawall.status.announcements import Banner, Maintenances
from seawall.status.automaton import Automaton, Scene
from seawall.status.components import Component, Level, Reading, Standing, Why
from seawall.status.feeling import NEW, Feeling
from seawall.status.history import History, uptime
from seawall.status.hysteresis import Steady
from seawall.status.incidents import Incidents, Words
from seawall.status.judging import Sight, judge
from seawall.status.snapshot import ComponentNow, LogHead, Overall, Snapshot, level_told, overall_of
from seawall.values.verdict import Verdict

# A page that is five seconds old is of now to whoever reads it, and a look with its pages costs a few milliseconds.
LOOK_S = 5.0
KEEP_S = 60.0
# Clocks are slewed by less than this between two looks, and never by what a reader of the page would see.
JUMP_S = 10.0
# A large model on a slow disk is there by then; one that is not will not come by itself.
STARTING_S = 300.0


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the looks go; each answers at once, from memory."""

    totals: Callable[[], Totals]
    engine: Callable[[], EngineReport]
    records: Callable[[], RecordsReport]
    stance: Callable[[], Stance]
    signup_narrowed: Callable[[], bool]
    signup_open: bool
    promise_s: float
    verdict: Callable[[], Verdict | None] = lambda: None
    log_head: Callable[[], LogHead | None] = lambda: None
    log_trouble: Callable[[], Words | None] = lambda: None
    entries: Callable[[], Entries] = dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Parts:
    """What is kept. ``automaton`` is None where no incident opens by itself."""

    history: History
    incidents: Incidents
    maintenances: Maintenances
    banner: Banner
    automaton: Automaton | None


class StatusRoom:
    """``published`` are given each snapshot as soon as it is taken. Times are Unix seconds but for ``clock``."""

    def __init__(
        self, sources: Sources, parts: Parts, *, clock: Callable[[], float], unix_time: Callable[[], float]
    ) -> None:
        self.parts = parts
        self._sources = sources
        self._clock = clock
        self._unix_time = unix_time
        self._published: list[Callable[[Snapshot], None]] = []
        self._feeling = Feeling()
        self._may_start_until_s = clock() + STARTING_S
        now_s = unix_time()
        self._steady: dict[Component, Steady] = {}
        self._measured = {one: Standing(one, Reading(), now_s) for one in Component}
        self._told = dict(self._measured)
        self._overall: Overall = Overall.WELL
        self._since_s: float = now_s
        self._calendar_s = now_s - clock()
        self._tasks: list[asyncio.Task[None]] = []
        self._log = logger("status")

    def publish_to(self, listener: Callable[[Snapshot], None]) -> None:
        """It is given the snapshot of every look from now on."""
        self._published.append(listener)

    async def start(self) -> None:
        """Reads what is kept, looks once, and goes on looking."""
        parts = self.parts
        with suppress(RecordsUnavailable):  # Then it begins with nothing; the history is read later.
            for part in (parts.history, parts.incidents, parts.maintenances, parts.banner):
                await part.read()
        self.look()
        self._tasks = [
            asyncio.create_task(self._keep_looking(), name="status"),
            asyncio.create_task(self._keep_keeping(), name="status-records"),
        ]

    async def close(self) -> None:
        """Keeps what is left. Idempotent."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._tasks:
            self._tasks = []
            await self.parts.history.keep()
            await self._keep_words()

    def look(self) -> Snapshot:
        """How it is now, told to all who listen."""
        self._heed_the_calendar()
        self._feeling.look(self._sources.totals(), self._sources.entries(), self._clock())
        self._measure()
        self._tell()
        self.parts.history.look({one: standing.level for one, standing in self._told.items()})
        if self.parts.automaton is not None:
            self.parts.automaton.look(self._scene())
        snapshot = self._snapshot()
        for listener in self._published:
            listener(snapshot)
        return snapshot

    def _heed_the_calendar(self) -> None:
        """Where the clock was set to another hour, what has lasted for ten minutes has still lasted for ten minutes."""
        calendar_s = self._unix_time() - self._clock()
        by_s, self._calendar_s = calendar_s - self._calendar_s, calendar_s
        if abs(by_s) < JUMP_S:
            return
        self._log.warning("clock_jumped", seconds=round(by_s))
        self._since_s += by_s
        for standings in (self._measured, self._told):
            for component, one in standings.items():
                standings[component] = replace(one, since_s=one.since_s + by_s)

    def _measure(self) -> None:
        """What is seen, made steady."""
        seen, now_s = judge(self._sight()), self._unix_time()
        for component, reading in seen.items():
            before = self._measured[component]
            if component not in self._steady or before.reading.why is Why.STARTING:
                # Nothing was said yet, or only that it starts: what is seen then is so at once.
                self._steady[component] = Steady(reading, clock=self._clock)
            steady = self._steady[component]
            said = steady.look(reading)
            if said != before.reading:
                # A change for the better or worse is told since when it was seen first, not since it was sure.
                since_s = before.since_s if said.level is before.level else now_s - steady.held_s
                self._measured[component] = Standing(component, said, since_s)

    def _tell(self) -> None:
        """What is measured under what operators say of it."""
        incidents = [one for one in self.parts.incidents.all() if one.row.published]
        works, now_s = self.parts.maintenances.all(), self._unix_time()
        for component, measured in self._measured.items():
            level = level_told(component, measured.level, incidents, works)
            before = self._told[component]
            if level is measured.level:
                self._told[component] = measured
            elif level is not before.level:
                why = Why.MAINTENANCE if level is Level.MAINTENANCE else Why.INCIDENT
                self._told[component] = Standing(component, Reading(level, why), now_s)

    def _sight(self) -> Sight:
        sources = self._sources
        engine = sources.engine()
        members = engine.members or (engine,)
        records_well = sources.records().healthy
        if engine.ready:
            self._may_start_until_s = 0.0
        else:
            self._feeling.excuse_answers()
        if not records_well:
            self._feeling.excuse_entries()
        return Sight(
            engines=(sum(one.ready for one in members) if engine.ready else 0, len(members)),
            starting=self._clock() < self._may_start_until_s,
            records_well=records_well,
            signup_open=sources.signup_open,
            signup_narrowed=sources.signup_narrowed(),
            chat=self._feeling.judged("chat"),
            api=self._feeling.judged("api"),
            home=self._feeling.entered("home"),
            away=self._feeling.entered("away"),
            new=self._feeling.entered("sign_up"),
            promise_s=sources.promise_s,
        )

    def _scene(self) -> Scene:
        stance = self._sources.stance()
        return Scene(
            standings=tuple(self._measured.values()),
            posture=stance.posture,
            posture_since_s=stance.since_unix_s,
            felt=self._feeling.felt(),
            verdict=self._sources.verdict(),
        )

    def _snapshot(self) -> Snapshot:
        parts, sources, stance = self.parts, self._sources, self._sources.stance()
        incidents = tuple(one for one in parts.incidents.all() if one.row.published)
        maintenances = tuple(parts.maintenances.all())
        overall = overall_of(self._told.values(), stance.posture, incidents, maintenances)
        now_s = self._unix_time()
        if overall is not self._overall:
            self._log.info("status", overall=overall.value, before=self._overall.value)
            self._overall, self._since_s = overall, now_s
        return Snapshot(
            at_s=now_s,
            overall=overall,
            since_s=self._since(overall, stance),
            components=tuple(self._component(one) for one in Component),
            registered=self._feeling.felt(),
            newcomers=self._feeling.felt(NEW),
            promise_s=sources.promise_s,
            posture=stance.posture,
            posture_since_s=min(stance.since_unix_s, now_s),
            verdict=sources.verdict(),
            banner=parts.banner.now(),
            incidents=incidents,
            maintenances=maintenances,
            records_well=sources.records().healthy,
            head=sources.log_head(),
            log_trouble=sources.log_trouble(),
        )

    def _since(self, overall: Overall, stance: Stance) -> float:
        """Since when what the answer rests on is so, as far as that is known."""
        if overall in (Overall.NARROWED, Overall.LOADED) and stance.posture is not Posture.NORMAL:
            return min(self._since_s, stance.since_unix_s)
        # What is a little unwell for longer is not what the answer speaks of.
        worst = max(one.level.badness for one in self._told.values())
        return min(
            [self._since_s, *(one.since_s for one in self._told.values() if worst and one.level.badness == worst)]
        )

    def _component(self, component: Component) -> ComponentNow:
        days = tuple(self.parts.history.of(component))
        return ComponentNow(self._told[component], days, uptime(days))

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - the page of a moment ago stays up, and says of when it is.
                self._log.error("look_failed", exc_info=error)

    async def _keep_keeping(self) -> None:
        """Words as soon as they are written, seconds now and then."""
        due_s = self._clock() + KEEP_S
        while True:
            await asyncio.sleep(LOOK_S)
            await self._keep_words()
            if self._clock() >= due_s:
                due_s = self._clock() + KEEP_S
                await self.parts.history.keep()

    async def _keep_words(self) -> None:
        for part in (self.parts.incidents, self.parts.maintenances, self.parts.banner):
            await part.keep()
