"""Deadlines as pure arithmetic over a connection's pace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.edge.deadlines import ANSWER, BODY, CLOSING, HEAD, IDLE, LINGER, Deadlines, Due, Pace, Stage

DEADLINES = Deadlines(
    header_s=10, body_idle_s=15, body_grace_s=20, body_rate_bytes=500, body_s=300, send_s=30, keep_alive_s=75
)


def pace(stage: Stage, *, heard_s: float = 0, body_bytes: int = 0) -> Pace:
    one = Pace(0)
    one.enter(stage, 0)
    one.heard_s, one.body_bytes, one.until_s = heard_s, body_bytes, 10
    return one


@pytest.mark.parametrize(
    ("stage", "in_time_s", "late_s", "due"),
    [
        (HEAD, 10, 10.1, Due.HEAD),
        (IDLE, 75, 75.1, Due.QUIET),
        (BODY, 15, 15.1, Due.BODY),
        (LINGER, 10, 10.1, Due.QUIET),
    ],
)
def test_each_stage_has_its_own_bound(stage: Stage, in_time_s: float, late_s: float, due: Due) -> None:
    assert DEADLINES.due(pace(stage), in_time_s) is None
    assert DEADLINES.due(pace(stage), late_s) is due


@pytest.mark.parametrize("stage", [ANSWER, CLOSING])
def test_who_is_being_answered_has_no_bound_but_that_of_reading(stage: Stage) -> None:
    assert DEADLINES.due(pace(stage), 1e6) is None


def test_bytes_buy_time_up_to_the_ceiling() -> None:
    assert DEADLINES.due(pace(BODY, heard_s=59, body_bytes=20_000), 60) is None
    assert DEADLINES.due(pace(BODY, heard_s=59, body_bytes=19_000), 60) is Due.BODY
    assert DEADLINES.due(pace(BODY, heard_s=300, body_bytes=10**9), 301) is Due.BODY


@given(st.lists(st.integers(0, 5000), min_size=30, max_size=280))
def test_whoever_keeps_the_rate_in_every_second_is_never_cut_before_the_ceiling(more: list[int]) -> None:
    one = pace(BODY)
    for second, extra in enumerate(more, 1):
        one.heard_s = second
        one.body_bytes += 500 + extra
        assert DEADLINES.due(one, second) is None


@given(st.lists(st.integers(0, 400), min_size=120, max_size=120))
def test_whoever_stays_below_the_rate_is_cut_within_a_bounded_time(sent: list[int]) -> None:
    one = pace(BODY)
    for second, size in enumerate(sent, 1):
        one.heard_s = second
        one.body_bytes += size
        if DEADLINES.due(one, second) is not None:
            break
    else:
        second = 10**6
    # With r bytes a second: 20 / (1 - r / 500), which is 100 s at four fifths of the rate.
    assert second <= 101


def test_time_that_is_ours_is_not_counted() -> None:
    one = pace(BODY)
    one.hold(100)
    assert DEADLINES.due(one, 114) is None
    assert DEADLINES.due(one, 121) is Due.BODY


def test_a_client_that_takes_nothing_is_found_and_one_that_takes_little_is_not() -> None:
    never, slow = Pace(0), Pace(0)
    found = [DEADLINES.unread(never, 70_000, second) for second in range(1, 40)]
    assert found.index(True) == 31
    assert not any(DEADLINES.unread(slow, 70_000 - second // 20, second) for second in range(1, 200))


def test_a_buffer_that_is_refilled_between_two_looks_counts_as_taken() -> None:
    one = Pace(0)
    for second in range(1, 100):
        one.sent()
        assert not DEADLINES.unread(one, 70_000, second)
