"""What happened between two looks at the counts, by class and by refusal. Pure functions; knows no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from seawall.observing.felt import Felt
from seawall.observing.metrics import Totals
from seawall.values.load import Load
from seawall.values.ticket import ServiceClass

_SERVED = ("complete", "stopped")
_MOST_REFUSALS = 8


def classes_between(before: Totals, after: Totals, over_s: float, load: Load) -> list[dict[str, Any]]:
    """Each class: what it asked, had served and was refused a second, and what it holds and waits for now."""
    done: Counter[tuple[str, bool]] = Counter()
    for (service_class, door, outcome), count in after.requests.items():
        since = count - before.requests.get((service_class, door, outcome), 0.0)
        done[service_class, outcome in _SERVED] += round(since)
    rows: list[dict[str, Any]] = []
    for one in ServiceClass:
        served, refused, told = done[one.value, True], done[one.value, False], load.of(one)
        rows.append(
            {
                "class": one.value,
                "asked_per_s": _rate(served + refused, over_s),
                "served_per_s": _rate(served, over_s),
                "refused_per_s": _rate(refused, over_s),
                "held": told.held,
                "waiting": told.waiting,
                "expected_wait_s": round(told.expected_wait_s, 2),
            }
        )
    return rows


def refusals_between(before: Totals, after: Totals) -> list[dict[str, Any]]:
    """The refusals of that time by their code, the most frequent first: of the line, and before it."""
    counts: Counter[str] = Counter()
    for (_, _, outcome), count in after.requests.items():
        if outcome not in _SERVED:
            counts[outcome] += round(count)
    for (_, _, outcome), count in before.requests.items():
        if outcome not in _SERVED:
            counts[outcome] -= round(count)
    counts.update({code: round(count) for code, count in after.refusals.items()})
    counts.subtract({code: round(count) for code, count in before.refusals.items()})
    return [{"code": code, "count": count} for code, count in counts.most_common(_MOST_REFUSALS) if count > 0]


def work_between(before: Totals, after: Totals, over_s: float) -> dict[str, float]:
    """Tokens a second by kind; ``completion`` is what people read: the goodput."""
    return {kind: _rate(count - before.tokens.get(kind, 0.0), over_s) for kind, count in after.tokens.items()}


def entrance_between(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """The sign-up funnel's counts of that time; gauges stay as they are."""
    return {
        name.removeprefix("seawall_"): value if name == "seawall_waiting_room" else value - before.get(name, 0.0)
        for name, value in after.items()
    }


def promise(told: Felt, within_s: float, over_s: float) -> dict[str, Any]:
    """What registered users felt, beside what they are promised."""
    return {
        "within_s": within_s,
        "over_s": round(over_s),
        "asked": round(told.asked),
        "success": None if told.success is None else round(told.success, 4),
        "first_token_p50_s": _seconds(told.first_token_p50_s),
        "first_token_p95_s": _seconds(told.first_token_p95_s),
    }


def _rate(count: float, over_s: float) -> float:
    return round(count / over_s, 2) if over_s > 0 else 0.0


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
