"""What users felt in the last minutes, from the differences of what is counted anyway. Knows looks; asks nobody.

Looked at every few seconds and kept for some minutes, two looks tell what lies between them, at no cost to a question.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from seawall.observing.felt import REGISTERED, Entered, Entries, Felt, entered, felt
from seawall.observing.metrics import Totals
from seawall.values.ticket import ServiceClass

# Long enough that one question more or less does not move a small service's figures, short enough to be of now.
SHOWN_S = 300.0
# What components are judged by: a fault is to be seen within a minute or so.
JUDGED_S = 120.0

NEW = (ServiceClass.C2.value,)
"""Registered, but new here or away from home."""
NOTHING = Felt(0.0, 0.0, None, None)


@dataclass(frozen=True, slots=True)
class _Look:
    at_s: float
    totals: Totals
    entries: Entries


class Feeling:
    """The looks of the last minutes."""

    def __init__(self) -> None:
        self._looks: deque[_Look] = deque()

    def look(self, totals: Totals, entries: Entries, at_s: float) -> None:
        """Takes the counts of now; ``at_s`` is monotonic."""
        self._looks.append(_Look(at_s, totals, entries))
        # The last one from before the span is kept: the difference to it is what happened within.
        while len(self._looks) > 2 and self._looks[1].at_s <= at_s - SHOWN_S:
            self._looks.popleft()

    def felt(self, classes: Iterable[str] = REGISTERED, within_s: float = SHOWN_S, door: str = "") -> Felt:
        """What these classes felt within so many seconds before the last look, at this door or at all."""
        if not self._looks:
            return NOTHING
        first, last = self._ends(within_s)
        return felt(first.totals, last.totals, classes, door)

    def entered(self, way: str, within_s: float = JUDGED_S) -> Entered:
        """How they fared who came in this way meanwhile."""
        if not self._looks:
            return Entered()
        first, last = self._ends(within_s)
        return entered(first.entries, last.entries, way)

    def _ends(self, within_s: float) -> tuple[_Look, _Look]:
        last = self._looks[-1]
        return next((one for one in reversed(self._looks) if one.at_s <= last.at_s - within_s), self._looks[0]), last
