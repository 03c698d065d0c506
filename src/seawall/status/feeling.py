"""What users felt in the last minutes, from the differences of what is counted anyway. Knows looks; asks nobody.

Looked at every few seconds and kept for some minutes, two looks tell what lies between them, at no cost to a question.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

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
        self._answers_from_s = self._entries_from_s = -inf

    def look(self, totals: Totals, entries: Entries, at_s: float) -> None:
        """Takes the counts of now; ``at_s`` is monotonic."""
        self._looks.append(_Look(at_s, totals, entries))
        # The last one from before the span is kept: the difference to it is what happened within.
        while len(self._looks) > 2 and self._looks[1].at_s <= at_s - SHOWN_S:
            self._looks.popleft()

    def excuse_answers(self) -> None:
        """What failed until now has a cause that is told by itself: it is shown, and judged no more."""
        self._answers_from_s = self._looks[-1].at_s if self._looks else -inf

    def excuse_entries(self) -> None:
        """The same of who came in."""
        self._entries_from_s = self._looks[-1].at_s if self._looks else -inf

    def felt(self, classes: Iterable[str] = REGISTERED) -> Felt:
        """What these classes felt in the last minutes, to be shown."""
        if not self._looks:
            return NOTHING
        first, last = self._ends(SHOWN_S, -inf)
        return felt(first.totals, last.totals, classes)

    def judged(self, door: str) -> Felt:
        """What registered users felt at this door, to be judged by."""
        if not self._looks:
            return NOTHING
        first, last = self._ends(JUDGED_S, self._answers_from_s)
        return felt(first.totals, last.totals, door=door)

    def entered(self, way: str) -> Entered:
        """How they fared who came in this way, to be judged by."""
        if not self._looks:
            return Entered()
        first, last = self._ends(JUDGED_S, self._entries_from_s)
        return entered(first.entries, last.entries, way)

    def _ends(self, within_s: float, not_before_s: float) -> tuple[_Look, _Look]:
        last = self._looks[-1]
        from_s = max(last.at_s - within_s, not_before_s)
        return next((one for one in reversed(self._looks) if one.at_s <= from_s), self._looks[0]), last
