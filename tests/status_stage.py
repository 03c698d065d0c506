"""A status room over real records, whose service is as a test says and whose time stands. Knows no test."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from records_that_fail import SwitchedRecords
from seawall.admission.posture import Posture, Stance
from seawall.engines.port import EngineReport
from seawall.observing.metrics import Metrics
from seawall.records.port import RecordsReport
from seawall.records.status_entries import BannerRow
from seawall.status.announcements import Banner, MaintenanceEdit, Maintenances
from seawall.status.automaton import Automaton
from seawall.status.history import History
from seawall.status.incidents import Edit, Incidents
from seawall.status.room import LOOK_S, Parts, Sources, StatusRoom
from seawall.status.snapshot import Snapshot
from seawall.values.verdict import Verdict
from settable_clock import SettableClock

# Some afternoon, so that a test of a few hours stays within its day.
NOON_S = 1_790_000_000.0 - 1_790_000_000.0 % 86_400 + 43_200


@dataclass
class Service:
    """How the service is, for the room to see."""

    engines: tuple[bool, ...] = (True,)
    records_well: bool = True
    narrowed: bool = False
    posture: Posture = Posture.NORMAL
    since_s: float = NOON_S
    verdict: Verdict | None = None
    metrics: Metrics = field(default_factory=Metrics)
    entries: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])

    def engine(self) -> EngineReport:
        members = tuple(EngineReport(f"e{number}", well, 4, 0) for number, well in enumerate(self.engines))
        return EngineReport("pool", any(self.engines), 4, 0, members=members if len(members) > 1 else ())

    def stance(self) -> Stance:
        return Stance(self.posture, self.since_s, "queue", self.posture, None)

    def report(self) -> RecordsReport:
        return RecordsReport(self.records_well, 0.0, 0, 0, 0)


@dataclass
class Stage:
    """``edits`` are what was written, in order."""

    service: Service
    records: SwitchedRecords
    wall: SettableClock
    clock: SettableClock
    room: StatusRoom
    edits: list[Edit | MaintenanceEdit | BannerRow]

    def look(self) -> Snapshot:
        """One look, without time."""
        return self.room.look()

    def goes_on(self, seconds: float, every_s: float = LOOK_S) -> Snapshot:
        """So long with a look every few seconds, as the room itself takes them."""
        snapshot = self.room.look()
        for _ in range(round(seconds / every_s)):
            self.clock.advance(every_s)
            self.wall.advance(every_s)
            snapshot = self.room.look()
        return snapshot


def stage_over(records: SwitchedRecords, *, at_s: float = NOON_S, published: bool = True) -> Stage:
    """Nothing is read yet; ``room.start`` is for tests that want the looks of real time."""
    service, wall, clock, ids = Service(), SettableClock(at_s), SettableClock(), count(1)
    edits: list[Edit | MaintenanceEdit | BannerRow] = []

    def new_id() -> str:
        return f"{next(ids):012d}"

    incidents = Incidents(records, unix_time=wall, new_id=new_id, told=edits.append)
    sources = Sources(
        totals=service.metrics.totals,
        entries=service.entries.copy,
        engine=service.engine,
        records=service.report,
        stance=service.stance,
        signup_narrowed=lambda: service.narrowed,
        signup_open=True,
        promise_s=5.0,
        verdict=lambda: service.verdict,
    )
    parts = Parts(
        history=History(records, clock=clock, unix_time=wall),
        incidents=incidents,
        maintenances=Maintenances(records, unix_time=wall, new_id=new_id, told=edits.append),
        banner=Banner(records, unix_time=wall, told=lambda row, by: edits.append(row)),
        automaton=Automaton(incidents, published=published, clock=clock, unix_time=wall),
    )
    return Stage(service, records, wall, clock, StatusRoom(sources, parts, clock=clock, unix_time=wall), edits)


@asynccontextmanager
async def staged(records: SwitchedRecords, *, at_s: float = NOON_S, published: bool = True) -> AsyncGenerator[Stage]:
    """The same with the records open, as a service that has just started."""
    await records.start()
    stage = stage_over(records, at_s=at_s, published=published)
    for part in (stage.room.parts.history, stage.room.parts.incidents, stage.room.parts.maintenances):
        await part.read()
    try:
        yield stage
    finally:
        await records.close()
