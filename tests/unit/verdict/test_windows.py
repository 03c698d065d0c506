"""When windows close, and what may be published of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passers_by import BROWSER, PROGRAM, Street
from seawall.values.window import K_ANONYMOUS, window_of
from seawall.verdict.strata import PURPOSE
from seawall.verdict.weights import LEANING


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 5),
            st.integers(0, 60),
            st.sampled_from(["/", "/static/a.js", "/v1/messages", "/api/auth/signup", "/.env"]),
            st.booleans(),
        ),
        max_size=400,
    )
)
def test_no_group_of_fewer_than_twenty_is_shown_by_its_manner_or_network(
    came: list[tuple[int, int, str, bool]],
) -> None:
    street = Street()
    for wide, host, path, browser in came:
        headers = BROWSER if browser else PROGRAM
        street.signals.request(f"10.{wide}.0.{host}", path, headers, known=False)
    street.window()
    window = street.said[-1][0]
    for cluster in window.clusters:
        if cluster.identities < K_ANONYMOUS:
            assert cluster.network == ""
            assert set(cluster.manner) - {"standing"} == {LEANING, PURPOSE}
    assert sum(one.requests for one in window.clusters) == pytest.approx(window.requests)
    assert window_of(json.loads(json.dumps(window.told()))).told() == window.told()


def test_networks_are_told_by_their_widest_part_only() -> None:
    street = Street()
    for host in range(1, 60):
        street.signals.request(f"198.51.100.{host}", "/v1/messages", PROGRAM, known=False)
    street.window()
    told = json.dumps(street.said[-1][0].told())
    assert '"198.51.0.0/16"' in told
    assert "198.51.100" not in told


@pytest.mark.parametrize("told", [{}, {"version": 99}, {"version": 1}, {"version": 1, "clusters": 3}])
def test_what_is_no_window_of_this_version_is_said_to_be_none(told: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="window"):
        window_of(told)


def test_a_window_closes_every_ten_seconds_and_not_before() -> None:
    street = Street()
    for _ in range(35):
        street.passes(1)
        street.lookout.look()
    assert len(street.said) == 3


@pytest.mark.parametrize("jump_s", [-30 * 86_400.0, -60.0, 3600.0, 20 * 365 * 86_400.0])
def test_a_clock_that_jumps_is_told_of_and_teaches_nothing(jump_s: float) -> None:
    street = Street()
    street.quiet()
    before = street.baseline.told()
    street.wall.advance(jump_s)
    street.window(people=20)
    assert street.jumps == [pytest.approx(jump_s)]
    assert street.baseline.told() == before
    window = street.said[-1][0]
    assert window.to_s - window.from_s == pytest.approx(10.0)
    assert street.window(people=20).kind.value in ("normal", "unclear")
    assert len(street.jumps) == 1


def test_time_in_which_the_process_slept_is_no_window() -> None:
    street = Street()
    street.quiet()
    said = len(street.said)
    street.passes(3600)
    street.lookout.look()
    assert len(street.said) == said
