"""Ninety days of a component as one drawing, and as a sentence. Knows bars; knows no component.

A day's colour and its height both tell how it was, so that it is read without colours; a day that nobody measured is
a stub.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from seawall.records.status_entries import ComponentDayRow
from seawall.status.history import measured_s
from seawall.web.status.words import Words

_STEP, _WIDTH, _HEIGHT = 4, 3, 28
# Below this a day is told as well: the seconds between a fault and its being noticed are nobody's outage.
_NOTED_S = 60.0
_HEIGHTS = {"ok": 28, "warn": 20, "part": 14, "bad": 8, "work": 22, "none": 3}


def drawn(days: Sequence[ComponentDayRow], label: str, words: Words) -> str:
    """The drawing as SVG. Quiet days are one path together; days with faults tell of themselves where pointed at."""
    quiet: dict[str, list[str]] = {"ok": [], "none": []}
    faulty: list[str] = []
    for number, day in enumerate(days):
        kind = _kind(day)
        if kind in quiet:
            quiet[kind].append(_bar(number, kind))
        else:
            title = escape(f"{words.day(day.day)}: {words.span(_faulty_s(day) or day.maintenance_s)}")
            faulty.append(f'<path class="{kind}" d="{_bar(number, kind)}"><title>{title}</title></path>')
    paths = "".join(f'<path class="{kind}" d="{"".join(bars)}"/>' for kind, bars in quiet.items() if bars)
    return (
        f'<svg class="days" viewBox="0 0 {_STEP * len(days) - 1} {_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}">{paths}{"".join(faulty)}</svg>'
    )


def told(days: Sequence[ComponentDayRow], words: Words) -> str:
    """The same in a sentence."""
    faulty = [day for day in days if _faulty_s(day) >= _NOTED_S]
    if not faulty:
        return words.history_all_well
    worst = max(faulty, key=_faulty_s)
    return words.history_worst.format(day=words.day(worst.day), span=words.span(_faulty_s(worst)), count=len(faulty))


def _bar(number: int, kind: str) -> str:
    height = _HEIGHTS[kind]
    return f"M{number * _STEP} {_HEIGHT - height}h{_WIDTH}v{height}h-{_WIDTH}z"


def _kind(day: ComponentDayRow) -> str:
    """By the worst that lasted."""
    if day.major_s >= _NOTED_S:
        return "bad"
    if day.partial_s >= _NOTED_S:
        return "part"
    if day.degraded_s >= _NOTED_S:
        return "warn"
    if day.maintenance_s >= _NOTED_S:
        return "work"
    return "ok" if measured_s(day) > 0 else "none"


def _faulty_s(day: ComponentDayRow) -> float:
    return day.major_s + day.partial_s + day.degraded_s
