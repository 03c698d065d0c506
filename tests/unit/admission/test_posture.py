"""The posture rises quickly, comes down one step at a time and slowly, and obeys its operator until the pin ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.admission.posture import LONGEST_HOLD_S, Pin, Posture, PostureKeeper
from settable_clock import SettableClock

LOOK_S = 0.25


class Watched:
    """A keeper that is shown the same pressure for so long, four times a second."""

    def __init__(self) -> None:
        self.clock = SettableClock()
        self.keeper = PostureKeeper(clock=self.clock, unix_time=self.clock)

    def under(self, pressure: float, seconds: float, *, lag_s: float = 0.0, burning: bool = False) -> Posture:
        for _ in range(int(seconds / LOOK_S) + 1):
            self.keeper.look(pressure, "queue", lag_s=lag_s, burning=burning)
            self.clock.advance(LOOK_S)
        return self.keeper.now


def test_two_seconds_of_pressure_elevate_and_five_of_more_are_a_siege():
    watched = Watched()
    assert watched.under(1.2, 1.5) is Posture.NORMAL
    assert watched.under(1.2, 1.0) is Posture.ELEVATED
    assert watched.under(1.2, 60) is Posture.ELEVATED
    assert watched.under(1.6, 4) is Posture.ELEVATED
    assert watched.under(1.6, 2) is Posture.SIEGE
    assert watched.keeper.stance().because == "queue"


def test_pressure_that_comes_and_goes_is_not_two_seconds_of_it():
    watched = Watched()
    for _ in range(50):
        watched.under(3.0, 1.0)
        assert watched.under(0.9, 0) is Posture.NORMAL


def test_a_burning_promise_or_a_loop_that_lags_is_a_siege_at_once():
    assert Watched().under(0.0, 0, burning=True) is Posture.SIEGE
    assert Watched().under(0.0, 0, lag_s=0.26) is Posture.SIEGE


def test_it_comes_down_step_by_step_and_only_after_its_holds():
    watched = Watched()
    watched.under(2.0, 6)
    assert watched.under(0.0, 290) is Posture.SIEGE
    assert watched.under(0.0, 15) is Posture.ELEVATED
    assert watched.under(0.0, 40) is Posture.ELEVATED
    assert watched.under(0.0, 15) is Posture.NORMAL


def test_between_the_thresholds_nothing_changes():
    watched = Watched()
    watched.under(1.2, 3)
    assert watched.under(0.8, 3600) is Posture.ELEVATED


def test_each_relapse_doubles_the_hold():
    watched = Watched()
    for hold_s in (60, 120, 240):
        watched.under(1.2, 3)
        assert watched.under(0.0, hold_s - 5) is Posture.ELEVATED
        assert watched.under(0.0, 10) is Posture.NORMAL


def test_a_pin_holds_until_it_expires_and_the_automatic_posture_goes_on_beneath_it():
    watched = Watched()
    watched.keeper.pin(Pin(Posture.SIEGE, watched.clock() + 60, "ann"))
    assert watched.under(0.0, 50) is Posture.SIEGE
    assert watched.under(1.2, 15) is Posture.ELEVATED
    assert watched.keeper.stance().pin is None


def test_a_pin_to_normal_holds_against_any_pressure_until_it_is_given_back():
    watched = Watched()
    watched.keeper.pin(Pin(Posture.NORMAL, None, "ann"))
    assert watched.under(9.0, 60) is Posture.NORMAL
    assert watched.keeper.stance().automatic is Posture.SIEGE
    watched.keeper.pin(None)
    assert watched.keeper.now is Posture.SIEGE


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 400), st.booleans()), max_size=40))
def test_whatever_comes_it_never_skips_a_step_on_the_way_down(phases: list[tuple[float, int, bool]]):
    watched = Watched()
    before, lowered_s = Posture.NORMAL, None
    for pressure, looks, burning in phases:
        for _ in range(looks):
            now = watched.keeper.look(pressure, "kv", burning=burning)
            assert now.step >= before.step - 1
            if now.step < before.step:
                assert pressure < 0.6
                assert lowered_s is None or watched.clock() - lowered_s >= 59.9
                lowered_s = watched.clock()
            before = now
            watched.clock.advance(LOOK_S)


@pytest.mark.parametrize("relapses", [3, 12])
def test_however_often_it_relapses_calm_ends_it_within_the_longest_hold(relapses: int):
    watched = Watched()
    for _ in range(relapses):
        watched.under(1.2, 3)
        assert watched.under(0.0, LONGEST_HOLD_S + 1) is Posture.NORMAL
