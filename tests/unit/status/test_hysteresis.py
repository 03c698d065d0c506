"""What is said of a component neither flickers nor hides."""

from __future__ import annotations

import pytest

from seawall.status.components import Level, Reading, Why
from seawall.status.hysteresis import BETTER_AFTER_S, LONGEST_S, RELAPSE_S, WORSE_AFTER_S, Steady
from settable_clock import SettableClock

WELL = Reading()
SLOW = Reading(Level.DEGRADED, Why.SLOW)
GONE = Reading(Level.MAJOR, Why.ENGINE_AWAY)
STEP_S = 5.0


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def steady(clock: SettableClock) -> Steady:
    return Steady(WELL, clock=clock)


def held(steady: Steady, clock: SettableClock, seen: Reading, for_s: float) -> Reading:
    said = steady.look(seen)
    for _ in range(round(for_s / STEP_S)):
        clock.advance(STEP_S)
        said = steady.look(seen)
    return said


def test_a_moments_fault_is_none(steady: Steady, clock: SettableClock):
    assert held(steady, clock, GONE, WORSE_AFTER_S - STEP_S) == WELL
    assert held(steady, clock, WELL, STEP_S) == WELL
    assert held(steady, clock, GONE, WORSE_AFTER_S - STEP_S) == WELL


def test_a_fault_that_stays_is_told_with_how_long_it_had_stayed(steady: Steady, clock: SettableClock):
    assert held(steady, clock, GONE, WORSE_AFTER_S) == GONE
    assert steady.held_s == WORSE_AFTER_S


def test_of_a_fault_that_changes_the_mildest_is_told(steady: Steady, clock: SettableClock):
    held(steady, clock, GONE, STEP_S)
    assert held(steady, clock, SLOW, WORSE_AFTER_S) == SLOW


def test_getting_better_takes_longer_and_no_relapse_between(steady: Steady, clock: SettableClock):
    held(steady, clock, GONE, WORSE_AFTER_S)
    assert held(steady, clock, WELL, BETTER_AFTER_S - STEP_S) == GONE
    steady.look(GONE)
    assert held(steady, clock, WELL, BETTER_AFTER_S - STEP_S) == GONE
    assert held(steady, clock, WELL, STEP_S) == WELL
    assert steady.held_s == BETTER_AFTER_S


def test_it_gets_better_only_as_far_as_it_was_all_the_time(steady: Steady, clock: SettableClock):
    held(steady, clock, GONE, WORSE_AFTER_S)
    held(steady, clock, WELL, BETTER_AFTER_S / 2)
    assert held(steady, clock, SLOW, BETTER_AFTER_S / 2) == SLOW


def test_each_relapse_makes_getting_better_take_twice_as_long(steady: Steady, clock: SettableClock):
    waits_s: list[float] = []
    for _ in range(8):
        held(steady, clock, GONE, WORSE_AFTER_S)
        began_s = clock.now_s
        while steady.said != WELL:
            clock.advance(STEP_S)
            steady.look(WELL)
        waits_s.append(round((clock.now_s - began_s) / BETTER_AFTER_S))

    assert waits_s[:4] == [1, 2, 4, 8]
    assert max(waits_s) * BETTER_AFTER_S <= LONGEST_S + BETTER_AFTER_S


def test_another_reason_for_the_same_level_is_told_at_once(steady: Steady, clock: SettableClock):
    held(steady, clock, SLOW, WORSE_AFTER_S)
    assert steady.look(Reading(Level.DEGRADED, Why.FAILING)).why is Why.FAILING


def test_a_fault_that_comes_long_after_the_last_one_is_no_relapse(steady: Steady, clock: SettableClock):
    for _ in range(3):
        held(steady, clock, GONE, WORSE_AFTER_S)
        held(steady, clock, WELL, BETTER_AFTER_S * 4)
    held(steady, clock, WELL, RELAPSE_S)
    assert held(steady, clock, GONE, WORSE_AFTER_S) == GONE
    assert held(steady, clock, WELL, BETTER_AFTER_S) == WELL
