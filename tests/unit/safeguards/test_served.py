"""What people were given in a window follows from two looks at the counts."""

from __future__ import annotations

from seawall.observing.metrics import Metrics
from seawall.safeguards.served import served_told


def test_only_what_came_between_the_looks_is_told():
    metrics = Metrics()
    metrics.answered("C1", "chat", "complete")
    metrics.refused("unknown_key")
    before = metrics.totals()
    for _ in range(3):
        metrics.answered("C1", "chat", "complete")
        metrics.first_token("C1", "chat", 0.2)
    metrics.answered("C1", "chat", "no_room")
    metrics.answered("C4", "chat", "waiting_room")
    metrics.refused("wrong_credentials")

    told = served_told(before, metrics.totals(), {"share": 7.0, "blocked": 0.0})

    assert told["classes"] == {"C1": {"complete": 3, "no_room": 1}, "C4": {"waiting_room": 1}}
    assert told["elsewhere"] == {"wrong_credentials": 1}
    assert told["gate"] == {"share": 7}
    assert (told["registered"]["asked"], told["registered"]["served"]) == (4, 3)
    assert 0 < told["registered"]["first_token_p50_s"] <= told["registered"]["first_token_p95_s"] <= 0.25


def test_a_window_in_which_nobody_asked_says_so():
    metrics = Metrics()

    told = served_told(metrics.totals(), metrics.totals(), {})

    assert told["classes"] == {}
    assert told["registered"] == {"asked": 0, "served": 0, "first_token_p50_s": None, "first_token_p95_s": None}
