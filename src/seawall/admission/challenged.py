"""Accounts away from home in a network that operators challenge. Knows who solved a puzzle there; poses none."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from seawall.values.arrival import Place
from seawall.values.refusal import Reason, Refusal

ACTION = "account"
# One sitting, as long as a guest's pass is good: a solved puzzle is not to be collected for a day.
SHOWN_S = 900.0
# Accounts that have solved one, 200 bytes each; whoever is pushed out solves another.
MOST = 16_384

_SHOW = Refusal(
    Reason.CHALLENGE_REQUIRED,
    "An operator asks more of accounts that are new at your network: the chat page solves a puzzle by itself. "
    "For a program with a key, sign in at the page from the same network, or confirm there under Settings that "
    "this place is yours.",
)


class Challenged:
    """Asked for accounts away from home alone: whoever is at home is never in its way.

    ``is_challenged`` tells of an address whether operators challenge its network.
    """

    def __init__(
        self,
        is_challenged: Callable[[str], bool],
        *,
        clock: Callable[[], float],
        most: int = MOST,
    ) -> None:
        self._is_challenged = is_challenged
        self._clock = clock
        self._most = most
        self._shown_s: OrderedDict[tuple[str, str], float] = OrderedDict()

    def objection(self, account_id: str, place: Place) -> Refusal | None:
        """Why this account, away from home, may not ask from there yet."""
        if not self._is_challenged(place.address):
            return None
        shown_s = self._shown_s.get((account_id, place.network))
        return _SHOW if shown_s is None or self._clock() - shown_s >= SHOWN_S else None

    def solved(self, account_id: str, place: Place) -> None:
        """It has solved a puzzle there."""
        key = (account_id, place.network)
        self._shown_s[key] = self._clock()
        self._shown_s.move_to_end(key)
        if len(self._shown_s) > self._most:
            self._shown_s.popitem(last=False)
