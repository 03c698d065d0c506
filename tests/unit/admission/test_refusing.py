"""The times that refusals name."""

from __future__ import annotations

from random import Random

from seawall.admission.refusing import MIDNIGHT_S, spread
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
