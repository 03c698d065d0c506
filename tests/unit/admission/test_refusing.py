"""The times that refusals name."""

from __future__ import annotations

from collections import Counter
from math import ceil
from random import Random

import pytest

from seawall.admission.refusing import MIDNIGHT_S, spread
from seawall.scheduling.refusing import Refusing
from seawall.values.refusal import Reason, Refusal

SPENT = Refusal(Reason.BUDGET_SPENT, "", retry_after_s=3600.0)


def test_those_whose_day_is_used_up_do_not_all_come_back_at_midnight():
    random = Random(1)
    told = [spread(SPENT, random).retry_after_s or 0.0 for _ in range(50)]
    assert 3600 <= min(told) < max(told) <= 3600 + MIDNIGHT_S
    assert max(told) - min(told) > MIDNIGHT_S / 2


def test_where_no_time_is_told_none_is_added():
    never = Refusal(Reason.BUDGET_SPENT, "")
    assert spread(never, Random(1)) is never


@pytest.mark.parametrize(("wait_s", "most_share"), [(0.2, 0.6), (3.7, 0.4), (40.0, 0.2)])
def test_those_refused_together_are_told_several_seconds_and_none_too_early(wait_s: float, most_share: float):
    refusing = Refusing(Random(1))
    told = [refusing.own_share(wait_s).retry_after_s or 0.0 for _ in range(200)]
    assert min(told) >= wait_s
    assert max(Counter(ceil(one) for one in told).values()) < 200 * most_share
