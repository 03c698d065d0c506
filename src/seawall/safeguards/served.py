"""What people were given between two looks at the counts, by class and reason. Knows counts alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from seawall.observing.felt import felt
from seawall.observing.metrics import Totals

NOTHING = Totals({}, {}, {}, {})


def served_told(before: Totals, after: Totals, turned_away: Mapping[str, float]) -> dict[str, Any]:
    """``turned_away`` are those whom the gate refused meanwhile, by reason. Outcomes are `docs/refusals.md`'s codes."""
    classes: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (service_class, door, outcome), count in sorted(after.requests.items()):
        since = round(count - before.requests.get((service_class, door, outcome), 0.0))
        if since:
            classes[service_class][outcome] = classes[service_class].get(outcome, 0) + since
    registered = felt(before, after)
    return {
        "classes": dict(classes),
        "elsewhere": _since(before.refusals, after.refusals),
        "gate": {why: round(count) for why, count in sorted(turned_away.items()) if round(count)},
        "registered": {
            "asked": round(registered.asked),
            "served": round(registered.served),
            "first_token_p50_s": _short(registered.first_token_p50_s),
            "first_token_p95_s": _short(registered.first_token_p95_s),
        },
    }


def _since(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, int]:
    counts = {code: round(count - before.get(code, 0.0)) for code, count in sorted(after.items())}
    return {code: count for code, count in counts.items() if count}


def _short(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
