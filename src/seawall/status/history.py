"""How many seconds of each day a component was in which state. Knows days and records; judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from seawall.records.port import Records, RecordsUnavailable
from seawall.records.status_entries import AddComponentSeconds, ComponentDayRow, ComponentDays
from seawall.status.components import Component, Level

DAYS = 90
# A look that comes later than this does not vouch for the time before it: the program stood still.
LONGEST_LOOK_S = 30.0
_FIELDS = {
    Level.OPERATIONAL: "operational_s",
    Level.DEGRADED: "degraded_s",
    Level.PARTIAL: "partial_s",
    Level.MAJOR: "major_s",
    Level.MAINTENANCE: "maintenance_s",
}
SECONDS = tuple(field.name for field in fields(ComponentDayRow) if field.name.endswith("_s"))


def day_of(unix_s: float) -> str:
    """The UTC day as it is kept."""
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d")


def days_until(unix_s: float, count: int = DAYS) -> list[str]:
    """The last so many days, today last."""
    today = datetime.fromtimestamp(unix_s, UTC).date()
    return [(today - timedelta(days=back)).isoformat() for back in range(count - 1, -1, -1)]


def added(one: ComponentDayRow, other: ComponentDayRow) -> ComponentDayRow:
    """Their seconds together."""
    return replace(one, **{name: getattr(one, name) + getattr(other, name) for name in SECONDS})


def measured_s(day: ComponentDayRow) -> float:
    """How much of the day was measured at all."""
    return sum(getattr(day, name) for name in SECONDS)


def uptime(days: Iterable[ComponentDayRow]) -> float | None:
    """The part of what was measured that it was not gone, as Statuspage counts: a partial outage counts 0.3."""
    whole = down = 0.0
    for day in days:
        whole += measured_s(day)
        down += day.major_s + 0.3 * day.partial_s
    return None if whole <= 0 else 1 - down / whole


class History:
    """The last days of all components in memory, each as the records have it plus what they have not been told yet.

    Monotonic time tells how long, the calendar only which day: a clock that jumps moves seconds to another day, and
    makes none.
    """

    def __init__(self, records: Records, *, clock: Callable[[], float], unix_time: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock
        self._unix_time = unix_time
        self._looked_s: float | None = None
        self._kept: dict[tuple[str, str], ComponentDayRow] = {}
        self._fresh: dict[tuple[str, str], ComponentDayRow] = {}
        self._is_read = False
        self._days: list[str] = []

    async def read(self) -> None:
        """What earlier lives kept. Raises RecordsUnavailable."""
        first = days_until(self._unix_time())[0]
        for row in await self._records.read(ComponentDays(first)):
            self._kept[row.component, row.day] = row
        self._is_read = True

    def look(self, levels: Mapping[Component, Level]) -> None:
        """The time since the look before belongs to the states of now."""
        now_s, before_s = self._clock(), self._looked_s
        self._looked_s = now_s
        if before_s is None or now_s <= before_s:
            return
        spent_s, today = min(now_s - before_s, LONGEST_LOOK_S), day_of(self._unix_time())
        for component, level in levels.items():
            row = self._fresh.get((component, today)) or ComponentDayRow(component, today)
            self._fresh[component, today] = replace(row, **{_FIELDS[level]: getattr(row, _FIELDS[level]) + spent_s})

    async def keep(self) -> None:
        """Hands on what the records have not got; what they do not take is tried again with the next."""
        if not self._is_read:
            await self._read_if_it_can_be()
        fresh, self._fresh = self._fresh, {}
        if not fresh:
            return
        try:
            await self._records.write(AddComponentSeconds(tuple(fresh.values())))
        except RecordsUnavailable:
            for key, row in fresh.items():
                self._fresh[key] = added(row, self._fresh[key]) if key in self._fresh else row
            return
        for key, row in fresh.items():
            self._kept[key] = added(row, self._kept[key]) if key in self._kept else row
        self._forget()

    def of(self, component: Component) -> list[ComponentDayRow]:
        """The last days in their order; a day of nothing where nothing was measured."""
        today = day_of(self._unix_time())
        if not self._days or self._days[-1] != today:
            self._days = days_until(self._unix_time())
        return [self._day(component, day) for day in self._days]

    def _day(self, component: Component, day: str) -> ComponentDayRow:
        kept, fresh = self._kept.get((component, day)), self._fresh.get((component, day))
        if kept is not None and fresh is not None:
            return added(kept, fresh)
        return kept or fresh or ComponentDayRow(component, day)

    async def _read_if_it_can_be(self) -> None:
        try:
            await self.read()
        except RecordsUnavailable:
            return

    def _forget(self) -> None:
        first = days_until(self._unix_time())[0]
        for key in [key for key in self._kept if key[1] < first]:
            del self._kept[key]
