"""What is learned as usual, and what is not."""

from __future__ import annotations

import json

import pytest

from passers_by import NOON_S, Street
from seawall.values.verdict import Kind
from seawall.verdict.baseline import (
    ENOUGH_WINDOWS,
    MOST_FINGERPRINTS,
    NETWORKS_TURN_S,
    Baseline,
    ForeignBaseline,
    baseline_of,
    hour_of,
)


def test_every_hour_of_the_week_is_known_by_itself() -> None:
    baseline = Baseline()
    for hour, requests in ((0, 10.0), (1, 200.0)):
        for window in range(300):
            baseline.learn(hour * 3600 + 10 * window, {"requests": requests}, {}, Kind.NORMAL)
    assert baseline.usual(7 * 24 * 3600)[0]["requests"] < 60
    assert baseline.usual(7 * 24 * 3600 + 3600)[0]["requests"] > 180
    assert hour_of(-1.0) == 167


def test_an_hour_never_seen_is_taken_to_be_like_the_last_half_hour() -> None:
    baseline = Baseline()
    for window in range(180):
        baseline.learn(10 * window, {"requests": 50.0}, {}, Kind.NORMAL)
    assert baseline.usual(100 * 3600)[0]["requests"] == pytest.approx(50.0)


@pytest.mark.parametrize("kind", [Kind.ATTACK, Kind.BOTH])
def test_an_attack_teaches_nothing_however_patient_it_is(kind: Kind) -> None:
    baseline = Baseline()
    for window in range(100):
        baseline.learn(10 * window, {"requests": 50.0}, {}, Kind.NORMAL)
    before = baseline.told()
    for window in range(1000):
        baseline.learn(1000 + 10 * window, {"requests": 5000.0}, {1: 1.0}, kind)
    assert baseline.told() == before


def test_who_came_to_stay_becomes_usual_some_day() -> None:
    baseline = Baseline()
    for window in range(180):
        baseline.learn(10 * window, {"requests": 50.0}, {}, Kind.NORMAL)
    for window in range(12 * 360):
        baseline.learn(NOON_S + 10 * window, {"requests": 500.0}, {}, Kind.SURGE)
    assert baseline.usual(NOON_S + 12 * 3600)[0]["requests"] > 400


def test_what_is_usual_survives_being_written_and_read() -> None:
    street = Street()
    street.quiet()
    again = baseline_of(json.loads(json.dumps(street.baseline.told())))
    assert again.told() == street.baseline.told()
    assert again.networks.now == street.baseline.networks.now
    restarted = Street(baseline=again)
    restarted.window(people=20, newcomers=150)
    assert restarted.window(people=20, newcomers=150).kind is Kind.SURGE


@pytest.mark.parametrize(
    "told", [None, [], "", {}, {"version": 0}, {"version": 1}, {"version": 1, "hours": {"x": 1}}, {"version": 2}]
)
def test_what_is_no_baseline_is_said_to_be_none(told: object) -> None:
    with pytest.raises(ForeignBaseline):
        baseline_of(told)


def test_networks_that_were_here_on_quiet_days_are_known_later() -> None:
    street = Street()
    street.quiet()
    street.window(people=20, newcomers=40)
    manner = {one.manner.get("network") for one in street.said[-1][0].clusters if "network" in one.manner}
    assert manner == {"known", "new"}


def test_of_many_orders_of_headers_the_commonest_stay_known() -> None:
    baseline = Baseline()
    baseline.learn(0.0, {}, {0: 0.5} | dict.fromkeys(range(1, MOST_FINGERPRINTS + 1), 0.001), Kind.NORMAL)
    assert len(baseline.fingerprints) == MOST_FINGERPRINTS // 2
    assert baseline.fingerprints[0] == 0.5


def test_of_a_service_that_is_unclear_from_its_first_window_something_is_known_after_two_minutes() -> None:
    baseline = Baseline()
    for window in range(round(ENOUGH_WINDOWS)):
        baseline.learn(10 * window, {"requests": 50.0}, {}, Kind.UNCLEAR)
    assert baseline.usual(0.0)[1] >= ENOUGH_WINDOWS


def test_a_network_that_stayed_away_for_a_month_is_new_again() -> None:
    baseline = Baseline()
    baseline.learn(NOON_S, {}, {}, Kind.NORMAL)
    baseline.networks.add(7)
    later_s = NOON_S
    for still_known in (True, False):
        later_s += NETWORKS_TURN_S + 1
        baseline.learn(later_s, {}, {}, Kind.NORMAL)
        assert baseline.networks.holds(7) == still_known
