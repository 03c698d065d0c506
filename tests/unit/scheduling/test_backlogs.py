"""Sums of capped backlogs, against adding them up one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.scheduling.backlogs import Backlogs

AMOUNTS = st.floats(1.0, 1e6)


@settings(deadline=None)
@given(st.lists(st.tuples(AMOUNTS, st.integers(0, 3)), max_size=40), AMOUNTS, AMOUNTS, st.integers(0, 3))
def test_a_sum_is_right_to_within_the_bucket_that_the_cap_falls_into(
    flows: list[tuple[float, int]], x: float, smaller: float, level: int
):
    backlogs = Backlogs()
    for amount, one in flows:
        backlogs.move(0.0, amount, one)
    above = min(x, smaller)
    exact = sum(min(amount, x if one <= level else above) for amount, one in flows)
    told = backlogs.capped(x, level, above)
    assert exact * 0.999 <= told <= exact * 1.5 + 1e-6


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=20))
def test_nothing_is_left_of_flows_that_are_gone(amounts: list[float]):
    backlogs = Backlogs()
    before = [0.0] * len(amounts)
    for index, amount in enumerate(amounts):
        backlogs.move(0.0, amount)
        before[index] = amount
    for index, amount in enumerate(amounts):
        backlogs.move(before[index], amount / 2)
        backlogs.move(amount / 2, 0.0)
    assert backlogs.capped(1e9, 0, 1e9) == 0.0
