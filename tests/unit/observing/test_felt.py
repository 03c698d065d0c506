"""What people felt between two looks at the counts."""

from __future__ import annotations

import pytest

from seawall.observing.felt import Entered, entered, felt
from seawall.observing.metrics import Metrics


def test_only_what_lies_between_two_looks_counts():
    metrics = Metrics()
    metrics.answered("C1", "chat", "failed")
    before = metrics.totals()
    metrics.answered("C1", "chat", "complete")
    metrics.answered("C1b", "chat", "stopped")

    told = felt(before, metrics.totals())

    assert (told.asked, told.served, told.success) == (2, 2, 1.0)


def test_lack_of_room_breaks_the_promise_and_a_wrong_question_or_a_used_share_does_not():
    metrics = Metrics()
    before = metrics.totals()
    for outcome in ("complete", "no_room", "invalid_request", "budget_spent", "share_used"):
        metrics.answered("C1", "chat", outcome)

    assert felt(before, metrics.totals()).success == 0.5


def test_what_operators_ask_counts_too_as_on_a_small_service_nobody_else_may_ask():
    metrics = Metrics()
    before = metrics.totals()
    metrics.answered("C0", "chat", "engine_unavailable")

    assert felt(before, metrics.totals()).success == 0.0


def test_each_door_is_felt_by_itself():
    metrics = Metrics()
    before = metrics.totals()
    metrics.answered("C1", "chat", "complete")
    metrics.answered("C1", "api", "failed")
    metrics.first_token("C1", "chat", 0.2)

    chat, api = (felt(before, metrics.totals(), door=door) for door in ("chat", "api"))

    assert (chat.success, api.success, felt(before, metrics.totals()).success) == (1.0, 0.0, 0.5)
    assert api.first_token_p95_s is None
    assert chat.first_token_p95_s is not None


def test_who_stayed_out_by_a_fault_of_their_own_asked_for_nothing_that_was_promised():
    before = {("home", "served"): 10.0}
    after = {("home", "served"): 12.0, ("home", "late"): 1.0, ("home", "refused"): 50.0, ("away", "failed"): 9.0}

    assert entered(before, after, "home") == Entered(asked=3.0, served=2.0)
    assert entered(before, after, "away") == Entered(asked=9.0, served=0.0)


def test_strangers_are_not_counted_among_the_registered():
    metrics = Metrics()
    before = metrics.totals()
    metrics.answered("C4", "chat", "no_room")
    metrics.first_token("C4", "api", 20.0)

    told = felt(before, metrics.totals())

    assert told.success is None
    assert told.first_token_p95_s is None


def test_the_quantiles_lie_within_the_bucket_of_their_times():
    metrics = Metrics()
    before = metrics.totals()
    for _ in range(90):
        metrics.first_token("C1", "api", 0.2)
    for _ in range(10):
        metrics.first_token("C1", "api", 4.0)

    told = felt(before, metrics.totals())

    assert told.first_token_p50_s == pytest.approx(0.1 + 0.15 * 50 / 90)
    assert told.first_token_p95_s == pytest.approx(4.0)


def test_what_is_beyond_the_last_bound_is_told_as_that_bound():
    metrics = Metrics()
    before = metrics.totals()
    metrics.first_token("C1", "api", 500.0)

    assert felt(before, metrics.totals()).first_token_p95_s == 60
