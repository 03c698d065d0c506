"""How far those who came in the last minutes have got. Knows askers' counts; knows no manner and no verdict.

A window sees only who asked in its ten seconds: who registered and never came back is not in it. So these are counted
over all who are remembered, some minutes of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from seawall.verdict.asker import HOME, STRANGER, Asker
from seawall.verdict.manner import has_begun
from seawall.verdict.proportions import FUNNEL

# So long people take until they go on to more than reading, and until they ask once they are in.
READS_S, JOINS_S = 60.0, 25.0
LATELY_S = 120.0
# Who came with a session and says nothing for so long carries it for something else.
SPEAKS_S = 45.0
SIGNS_IN_S = 60.0

_COUNTED = ("failed", "succeeded", "read", "went_on", "idle", "asked", "wrote", "silent", "spoke")


def funnel_of(askers: Iterable[Asker], now_s: float, scale: float) -> dict[str, float]:
    """Numbers of newcomers by how far they got."""
    counts = dict.fromkeys(_COUNTED, 0)
    for asker in askers:
        if asker.standing == HOME:
            continue
        if asker.standing != STRANGER and not asker.signed_up and SPEAKS_S <= now_s - asker.born_s < LATELY_S:
            counts["spoke" if asker.asks or asker.prompts else "silent"] += 1
        if now_s - asker.seen_s < SIGNS_IN_S:
            counts["succeeded"] += asker.signed_in > 0
            counts["wrote"] += asker.letters > 0 and not asker.signed_in and not asker.went_on
            counts["failed"] += asker.failed > 0 and not asker.signed_in
        if (asker.pages or asker.files) and READS_S <= now_s - asker.born_s < LATELY_S:
            if has_begun(asker):
                counts["went_on"] += 1
            elif asker.referrer != "outside":
                counts["read"] += 1
        if asker.joined_s and JOINS_S <= now_s - asker.joined_s < LATELY_S:
            counts["asked" if asker.went_on else "idle"] += 1
    return {FUNNEL + name: count * scale for name, count in counts.items() if count}
