"""What operators announce: maintenance, and the banner. In memory, and kept. Knows records; knows no page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from seawall.records.port import Records, RecordsUnavailable
from seawall.records.status_entries import (
    BannerRow,
    CurrentBanner,
    LatestMaintenances,
    MaintenanceRow,
    PutBanner,
    PutMaintenance,
)
from seawall.status.components import Component, components_in
from seawall.status.incidents import Words
from seawall.values.refusal import Reason, Refusal

MOST_MAINTENANCES = 50
# Whoever plans further ahead than a year plans no maintenance.
LONGEST_AHEAD_S = 366 * 86_400.0
LONGEST_WORK_S = 7 * 86_400.0

NO_SUCH = Refusal(Reason.NOT_FOUND, "There is no such maintenance.")
_WRONG_TIMES = Refusal(
    Reason.INVALID_REQUEST, "Maintenance begins within a year, ends after it begins, and lasts a week at most."
)
_IS_OVER = Refusal(Reason.CONFLICT, "This maintenance is over: announce another one.")
_TOO_MANY = Refusal(Reason.CONFLICT, "50 maintenances are announced already: end or call off one of them first.")

Stage = Literal["scheduled", "in_progress", "completed"]
Deed = Literal["announced", "changed", "ended"]


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A piece of work at one moment."""

    row: MaintenanceRow
    stage: Stage

    @property
    def components(self) -> tuple[Component, ...]:
        return components_in(self.row.components)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an operator announces. Times are Unix seconds."""

    title: Words
    text: Words
    components: tuple[Component, ...]
    begins_s: float
    ends_s: float


@dataclass(frozen=True, slots=True)
class MaintenanceEdit:
    """What was done to it, by which operator's account."""

    deed: Deed
    maintenance: Maintenance
    by: str


class Maintenances:
    """``told`` hears of every edit; it must not block."""

    def __init__(
        self,
        records: Records,
        *,
        unix_time: Callable[[], float],
        new_id: Callable[[], str],
        told: Callable[[MaintenanceEdit], None],
    ) -> None:
        self._records = records
        self._unix_time = unix_time
        self._new_id = new_id
        self._told = told
        self._all: dict[str, MaintenanceRow] = {}
        self._unkept: dict[str, MaintenanceRow] = {}

    async def read(self) -> None:
        """What earlier lives kept. Raises RecordsUnavailable."""
        for row in await self._records.read(LatestMaintenances(MOST_MAINTENANCES)):
            self._all.setdefault(row.id, row)

    def all(self) -> list[Maintenance]:
        """The next to begin first, those that are over last."""
        now_s = self._unix_time()
        told = [Maintenance(row, _stage(row, now_s)) for row in self._all.values()]
        coming = sorted((one for one in told if one.stage != "completed"), key=lambda one: one.row.begins_s)
        over = sorted((one for one in told if one.stage == "completed"), key=lambda one: -one.row.begins_s)
        return [*coming, *over]

    def is_kept(self, maintenance_id: str) -> bool:
        """False while the records have not taken its last edit."""
        return maintenance_id not in self._unkept

    def announce(self, plan: Plan, by: str) -> Maintenance | Refusal:
        """Puts it on the page, and tells subscribers."""
        if sum(one.stage != "completed" for one in self.all()) >= MOST_MAINTENANCES:
            return _TOO_MANY
        now_s = self._unix_time()
        if not _is_sound(plan, now_s):
            return _WRONG_TIMES
        return self._put("announced", _row(self._new_id(), plan, now_s, now_s), by)

    def change(self, maintenance_id: str, plan: Plan, by: str) -> Maintenance | Refusal:
        """All of it anew."""
        row, now_s = self._all.get(maintenance_id), self._unix_time()
        if row is None:
            return NO_SUCH
        if _stage(row, now_s) == "completed":
            return _IS_OVER
        if not _is_sound(plan, now_s):
            return _WRONG_TIMES
        return self._put("changed", _row(row.id, plan, row.created_s, now_s), by)

    def end(self, maintenance_id: str, by: str) -> Maintenance | Refusal:
        """Before its time, or before it has begun at all."""
        row, now_s = self._all.get(maintenance_id), self._unix_time()
        if row is None:
            return NO_SUCH
        if _stage(row, now_s) == "completed":
            return _IS_OVER
        return self._put("ended", replace(row, ended_s=now_s, changed_s=now_s), by)

    async def keep(self) -> bool:
        """Hands on what the records have not got. True when nothing is left."""
        for maintenance_id, row in list(self._unkept.items()):
            try:
                await self._records.write(PutMaintenance(row))
            except RecordsUnavailable:
                return False
            if self._unkept.get(maintenance_id) is row:
                del self._unkept[maintenance_id]
        return True

    def _put(self, deed: Deed, row: MaintenanceRow, by: str) -> Maintenance:
        self._all[row.id] = self._unkept[row.id] = row
        over = [one.row.id for one in self.all() if one.stage == "completed" and one.row.id not in self._unkept]
        for maintenance_id in over[MOST_MAINTENANCES:]:
            del self._all[maintenance_id]
        told = Maintenance(row, _stage(row, self._unix_time()))
        self._told(MaintenanceEdit(deed, told, by))
        return told


class Banner:
    """One sentence over every page, until it is over. ``told`` hears of every change and of who made it."""

    def __init__(
        self, records: Records, *, unix_time: Callable[[], float], told: Callable[[BannerRow, str], None]
    ) -> None:
        self._records = records
        self._unix_time = unix_time
        self._told = told
        self._row: BannerRow | None = None
        self._is_kept = True

    @property
    def is_kept(self) -> bool:
        """False while the records have not taken the last change."""
        return self._is_kept

    async def read(self) -> None:
        """What earlier lives kept. Raises RecordsUnavailable."""
        kept = await self._records.read(CurrentBanner())
        self._row = self._row or kept

    def now(self) -> BannerRow | None:
        """None where there is none, or none any more."""
        row = self._row
        if row is None or not (row.text_en or row.text_zh):
            return None
        return None if row.until_s is not None and row.until_s <= self._unix_time() else row

    def put(self, text: Words, until_s: float | None, by: str) -> BannerRow:
        """Shows this one from now on; empty words take it away."""
        self._row = BannerRow(text.en, text.zh, self._unix_time(), until_s)
        self._is_kept = False
        self._told(self._row, by)
        return self._row

    async def keep(self) -> bool:
        """Hands on what the records have not got. True when nothing is left."""
        row = self._row
        if self._is_kept or row is None:
            return True
        try:
            await self._records.write(PutBanner(row))
        except RecordsUnavailable:
            return False
        self._is_kept = self._row is row
        return self._is_kept


def _row(maintenance_id: str, plan: Plan, created_s: float, now_s: float) -> MaintenanceRow:
    return MaintenanceRow(
        id=maintenance_id,
        title_en=plan.title.en,
        title_zh=plan.title.zh,
        text_en=plan.text.en,
        text_zh=plan.text.zh,
        components=" ".join(plan.components),
        begins_s=plan.begins_s,
        ends_s=plan.ends_s,
        created_s=created_s,
        changed_s=now_s,
    )


def _is_sound(plan: Plan, now_s: float) -> bool:
    return (
        plan.begins_s <= now_s + LONGEST_AHEAD_S
        and plan.begins_s < plan.ends_s <= plan.begins_s + LONGEST_WORK_S
        and plan.ends_s > now_s
    )


def _stage(row: MaintenanceRow, now_s: float) -> Stage:
    if now_s >= (row.ends_s if row.ended_s is None else row.ended_s):
        return "completed"
    return "in_progress" if now_s >= row.begins_s else "scheduled"
