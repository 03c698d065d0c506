"""The metrics as totals."""

from __future__ import annotations

from seawall.observing.metrics import FIRST_TOKEN_BUCKETS_S, Metrics


def test_totals_tell_what_was_counted_by_class_door_outcome_and_kind():
    metrics = Metrics()
    metrics.answered("C1", "chat", "complete")
    metrics.answered("C1", "chat", "complete")
    metrics.answered("C1", "api", "complete")
    metrics.answered("C4", "chat", "no_room")
    metrics.tokens(prompt=7, cached=2, completion=5)
    metrics.refused("slow_body")

    totals = metrics.totals()

    assert totals.requests == {
        ("C1", "chat", "complete"): 2,
        ("C1", "api", "complete"): 1,
        ("C4", "chat", "no_room"): 1,
    }
    assert totals.tokens == {"prompt": 7, "cached": 2, "completion": 5}
    assert totals.refusals == {"slow_body": 1}


def test_first_tokens_are_counted_within_each_bound_and_in_all():
    metrics = Metrics()
    metrics.first_token("C1", "chat", FIRST_TOKEN_BUCKETS_S[1])
    metrics.first_token("C1", "chat", FIRST_TOKEN_BUCKETS_S[-1] + 1)

    within = metrics.totals().first_tokens["C1", "chat"]

    assert len(within) == len(FIRST_TOKEN_BUCKETS_S) + 1
    assert within[0] == 0
    assert within[1] == within[-2] == 1
    assert within[-1] == 2
