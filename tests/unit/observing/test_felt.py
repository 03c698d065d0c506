"""What people felt between two looks at the counts."""

from __future__ import annotations

import pytest

from seawall.observing.felt import felt
from seawall.observing.metrics import Metrics


def test_only_what_lies_between_two_looks_counts():
    metrics = Metrics()
    metrics.answered("C1", "failed")
    before = metrics.totals()
    metrics.answered("C1", "complete")
    metrics.answered("C1b", "stopped")

    told = felt(before, metrics.totals())

    assert (told.asked, told.served, told.success) == (2, 2, 1.0)


def test_lack_of_room_breaks_the_promise_and_a_wrong_question_or_a_used_share_does_not():
    metrics = Metrics()
    before = metrics.totals()
    for outcome in ("complete", "no_room", "invalid_request", "budget_spent", "share_used"):
        metrics.answered("C1", outcome)

    assert felt(before, metrics.totals()).success == 0.5


def test_what_operators_ask_counts_too_as_on_a_small_service_nobody_else_may_ask():
    metrics = Metrics()
    before = metrics.totals()
    metrics.answered("C0", "engine_unavailable")

    assert felt(before, metrics.totals()).success == 0.0


def test_strangers_are_not_counted_among_the_registered():
    metrics = Metrics()
    before = metrics.totals()
    metrics.answered("C4", "no_room")
    metrics.first_token("C4", 20.0)

    told = felt(before, metrics.totals())

    assert told.success is None
    assert told.first_token_p95_s is None


def test_the_quantiles_lie_within_the_bucket_of_their_times():
    metrics = Metrics()
    before = metrics.totals()
    for _ in range(90):
        metrics.first_token("C1", 0.2)
    for _ in range(10):
        metrics.first_token("C1", 4.0)

    told = felt(before, metrics.totals())

    assert told.first_token_p50_s == pytest.approx(0.1 + 0.15 * 50 / 90)
    assert told.first_token_p95_s == pytest.approx(4.0)


def test_what_is_beyond_the_last_bound_is_told_as_that_bound():
    metrics = Metrics()
    before = metrics.totals()
    metrics.first_token("C1", 500.0)

    assert felt(before, metrics.totals()).first_token_p95_s == 60
