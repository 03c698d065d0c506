"""The calendar is set to another hour while the service runs: what was measured stays measured, and no more."""

from __future__ import annotations

import pytest
import structlog

from seawall.status.announcements import Plan
from seawall.status.automaton import RESOLVED_AFTER_S
from seawall.status.components import Component
from seawall.status.history import day_of, measured_s
from seawall.status.hysteresis import BETTER_AFTER_S, WORSE_AFTER_S
from seawall.status.incidents import Words
from status_stage import Stage

HOUR_S = 3600.0
JUMPS = [pytest.param(6 * HOUR_S, id="six-hours-forward"), pytest.param(-6 * HOUR_S, id="six-hours-back")]


@pytest.mark.parametrize("jump_s", JUMPS)
async def test_a_jump_makes_no_fault_and_hides_none(stage: Stage, jump_s: float):
    stage.goes_on(60)
    stage.wall.advance(jump_s)
    assert stage.look().overall == "well"
    assert stage.room.parts.incidents.all() == []
    stage.service.engines = (False,)
    stage.look()
    stage.wall.advance(-jump_s)
    assert stage.goes_on(WORSE_AFTER_S - 5).overall == "well"  # As patient as ever.
    assert stage.goes_on(10).overall == "engine_away"


@pytest.mark.parametrize("jump_s", JUMPS)
async def test_an_incident_is_watched_for_its_five_minutes_whatever_the_calendar_says(stage: Stage, jump_s: float):
    stage.service.engines = (False,)
    stage.goes_on(600)
    (opened,) = stage.room.parts.incidents.all()
    stage.service.engines = (True,)
    stage.goes_on(BETTER_AFTER_S + 10)
    stage.wall.advance(jump_s)
    stage.goes_on(RESOLVED_AFTER_S - 60)
    (watched,) = stage.room.parts.incidents.all()
    assert watched.is_open
    stage.goes_on(120)
    (ended,) = stage.room.parts.incidents.all()
    assert (ended.id, ended.is_open) == (opened.id, False)


@pytest.mark.parametrize("jump_s", JUMPS)
async def test_history_has_as_many_seconds_as_went_by(stage: Stage, jump_s: float):
    stage.goes_on(120)
    stage.wall.advance(jump_s)
    stage.goes_on(120)
    days = stage.room.parts.history.of(Component.CHAT)
    assert sum(map(measured_s, days)) == 240
    assert days[-1].day == day_of(stage.wall.now_s)


async def test_days_that_a_clock_set_back_has_not_come_to_yet_are_told_when_they_come(stage: Stage):
    stage.goes_on(120)
    stage.wall.advance(-48 * HOUR_S)
    stage.goes_on(60)
    assert sum(map(measured_s, stage.room.parts.history.of(Component.CHAT))) == 60
    stage.wall.advance(48 * HOUR_S)
    assert sum(map(measured_s, stage.room.parts.history.of(Component.CHAT))) == 180


async def test_maintenance_goes_by_the_calendar_that_it_was_announced_by(stage: Stage):
    now_s = stage.wall.now_s
    work = Plan(Words("New disks"), Words(""), (Component.API,), now_s + HOUR_S, now_s + 2 * HOUR_S)
    stage.room.parts.maintenances.announce(work, by="ann")
    assert stage.look().overall == "well"
    stage.wall.advance(1.5 * HOUR_S)
    assert stage.look().overall == "maintenance"
    stage.wall.advance(-1.5 * HOUR_S)
    assert stage.look().overall == "well"


@pytest.mark.parametrize("jump_s", JUMPS)
async def test_what_has_lasted_ten_minutes_is_said_to_have_lasted_ten_minutes(stage: Stage, jump_s: float):
    stage.goes_on(600)
    stage.service.engines = (False,)
    stage.goes_on(600)
    before = stage.look()
    stage.wall.advance(jump_s)
    with structlog.testing.capture_logs() as lines:
        after = stage.look()
    assert [(line["event"], line["seconds"]) for line in lines] == [("clock_jumped", round(jump_s))]
    assert after.at_s - after.since_s == before.at_s - before.since_s
    for one, other in zip(before.components, after.components, strict=True):
        assert other.standing.since_s - one.standing.since_s == jump_s
    assert after.posture_since_s <= after.at_s
