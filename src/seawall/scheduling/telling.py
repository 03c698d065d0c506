"""What somebody who waits is told. Knows the estimates and what was told before; changes no order."""

from __future__ import annotations

from seawall.scheduling.turn import Turn, Waiting
from seawall.scheduling.waits import Estimate, Waits

# A new time is told when it differs by more than both of these: between two, whoever waits can count down alone.
_TELL_S = 1.0
_TELL_PART = 0.1


class Telling:
    """Tells place and time so that neither ever grows silently: a promised moment is kept until it has passed."""

    def __init__(self, waits: Waits) -> None:
        self._waits = waits

    def look(self, turn: Turn, now_s: float) -> None:
        """Looks at a waiting turn anew."""
        self.tell(turn, self._waits.of_turn(turn), now_s)

    def tell(self, turn: Turn, estimate: Estimate, now_s: float) -> None:
        """Tells an estimate where that is worth hearing."""
        wait_s, place = estimate.wait_s, estimate.place
        if turn.eta_s is None:
            turn.eta_s = now_s + wait_s
            turn.tell(Waiting(place, wait_s))
            return
        place = min(place, turn.told.place)
        left_s = turn.eta_s - now_s
        longer = left_s <= 0 and wait_s > _TELL_S
        sooner = wait_s < left_s - max(_TELL_S, _TELL_PART * left_s)
        if longer or sooner:
            turn.eta_s = now_s + wait_s
        if longer or sooner or place != turn.told.place:
            turn.tell(Waiting(place, max(0.0, turn.eta_s - now_s), longer))
