"""How far those who came in the last minutes have got. Knows askers' counts; knows no manner and no verdict.

A window sees only who asked in its ten seconds: who registered and never came back is not in it. So these are counted
over all who are remembered, some minutes of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from seawall.verdict.asker import HOME, Asker
from seawall.verdict.proportions import FUNNEL

# So long people take until they ask once they are in.
JOINS_S = 25.0
LATELY_S = 120.0
SIGNS_IN_S = 60.0

_COUNTED = ("failed", "succeeded", "idle", "asked", "wrote")


def funnel_of(askers: Iterable[Asker], now_s: float, scale: float) -> dict[str, float]:
    """Numbers of newcomers by how far they got."""
    counts = dict.fromkeys(_COUNTED, 0)
    for asker in askers:
        if asker.standing == HOME:
            continue
        if now_s - asker.seen_s < SIGNS_IN_S:
            counts["succeeded"] += asker.signed_in > 0
            counts["wrote"] += asker.letters > 0 and not asker.signed_in and not asker.went_on
            counts["failed"] += asker.failed > 0 and not asker.signed_in
        if asker.joined_s and JOINS_S <= now_s - asker.joined_s < LATELY_S:
            counts["asked" if asker.went_on else "idle"] += 1
    return {FUNNEL + name: count * scale for name, count in counts.items() if count}
