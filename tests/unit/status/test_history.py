"""Days add up across midnight, restarts, a database that is away and a clock that jumps."""

from __future__ import annotations

from records_that_fail import SwitchedRecords
from seawall.records.status_entries import ComponentDayRow
from seawall.status.components import Component, Level
from seawall.status.history import DAYS, LONGEST_LOOK_S, History, day_of, days_until, measured_s, uptime
from settable_clock import SettableClock
from status_stage import NOON_S, Stage, staged

MIDNIGHT_S = NOON_S + 43_200
WELL = dict.fromkeys(Component, Level.OPERATIONAL)
GONE = dict.fromkeys(Component, Level.MAJOR)


def spend(history: History, stage: Stage, levels: dict[Component, Level], seconds: float, step_s: float = 5.0) -> None:
    for _ in range(round(seconds / step_s)):
        stage.clock.advance(step_s)
        stage.wall.advance(step_s)
        history.look(levels)


def today(history: History, component: Component = Component.CHAT) -> ComponentDayRow:
    return history.of(component)[-1]


async def test_seconds_belong_to_the_state_and_day_of_their_look(records: SwitchedRecords):
    async with staged(records, at_s=MIDNIGHT_S - 60) as stage:
        history = stage.room.parts.history
        history.look(WELL)
        spend(history, stage, WELL, 50)
        spend(history, stage, GONE, 60)
        before, after = history.of(Component.CHAT)[-2:]
        assert (before.day, after.day) == (day_of(MIDNIGHT_S - 1), day_of(MIDNIGHT_S))
        assert (before.operational_s, before.major_s) == (50, 5)
        assert (after.operational_s, after.major_s) == (0, 55)


async def test_a_day_goes_on_after_a_restart(records: SwitchedRecords):
    async with staged(records) as stage:
        history = stage.room.parts.history
        history.look(WELL)
        spend(history, stage, WELL, 100)
        await history.keep()
        spend(history, stage, WELL, 20)
        await history.keep()
        restarted = History(records, clock=stage.clock, unix_time=stage.wall)
        await restarted.read()
        assert today(restarted).operational_s == 120
        restarted.look(WELL)
        spend(restarted, stage, GONE, 30)
        await restarted.keep()
        assert (today(restarted).operational_s, today(restarted).major_s) == (120, 30)


async def test_what_a_database_that_is_away_did_not_take_is_not_lost(records: SwitchedRecords):
    async with staged(records) as stage:
        history = stage.room.parts.history
        history.look(WELL)
        spend(history, stage, WELL, 50)
        records.away = True
        await history.keep()
        spend(history, stage, WELL, 50)
        assert today(history).operational_s == 100
        records.away = False
        await history.keep()
        restarted = History(records, clock=stage.clock, unix_time=stage.wall)
        await restarted.read()
        assert today(restarted).operational_s == 100


async def test_a_service_that_starts_without_its_database_reads_the_days_later(records: SwitchedRecords):
    async with staged(records) as stage:
        stage.room.parts.history.look(WELL)
        spend(stage.room.parts.history, stage, WELL, 40)
        await stage.room.parts.history.keep()
        late = History(records, clock=stage.clock, unix_time=stage.wall)
        late.look(WELL)
        spend(late, stage, WELL, 10)
        await late.keep()
        assert today(late).operational_s == 50


async def test_a_program_that_stood_still_vouches_for_nothing(stage: Stage):
    history = stage.room.parts.history
    history.look(WELL)
    spend(history, stage, WELL, 3600, step_s=3600)
    assert measured_s(today(history)) == LONGEST_LOOK_S


async def test_a_calendar_that_jumps_makes_no_time(stage: Stage):
    history = stage.room.parts.history
    history.look(WELL)
    for jump_s in (-86_400 * 3, -86_400 * 6, 86_400 * 9):
        stage.wall.advance(jump_s)
        spend(history, stage, WELL, 20)
    assert sum(measured_s(day) for day in history.of(Component.API)) == 60


async def test_ninety_days_are_told_and_older_ones_forgotten(stage: Stage):
    history = stage.room.parts.history
    history.look(WELL)
    for _ in range(DAYS + 20):
        spend(history, stage, WELL, 10)
        stage.wall.advance(86_400)
        await history.keep()
    told = history.of(Component.MODELS)
    assert [day.day for day in told] == days_until(stage.wall.now_s)
    assert len(history._kept) <= len(Component) * DAYS  # pyright: ignore[reportPrivateUsage]


def test_uptime_counts_partial_outages_for_less_and_unmeasured_time_not_at_all():
    assert uptime([ComponentDayRow("chat", "2026-01-01")]) is None
    day = ComponentDayRow("chat", "2026-01-01", operational_s=800, partial_s=100, major_s=100)
    assert uptime([day]) == 1 - (100 + 30) / 1000


def test_days_are_of_utc():
    clock = SettableClock(MIDNIGHT_S)
    assert day_of(clock.now_s - 1) != day_of(clock.now_s)
