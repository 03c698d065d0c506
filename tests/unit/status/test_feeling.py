"""What was felt within the last minutes is what lies between two looks."""

from __future__ import annotations

from seawall.observing.metrics import Metrics
from seawall.status.feeling import JUDGED_S, SHOWN_S, Feeling


def test_what_lies_before_the_span_is_not_felt_any_more():
    feeling, metrics = Feeling(), Metrics()
    assert feeling.felt().asked == 0
    feeling.look(metrics.totals(), {}, 0.0)
    for _ in range(5):
        metrics.answered("C1", "chat", "failed")
    for at_s in range(5, round(SHOWN_S) + 5, 5):
        feeling.look(metrics.totals(), {}, float(at_s))
        judged, shown = feeling.judged("chat"), feeling.felt()
        assert judged.asked == (5 if at_s <= JUDGED_S else 0)
        assert (shown.asked, shown.success) == (5, 0.0)
    feeling.look(metrics.totals(), {}, SHOWN_S + 5)
    assert feeling.felt().asked == 0
