"""Where operators read and change how newcomers are let in. Knows the word that stands; lets nobody in itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from seawall.admission.entrance_word import EntranceWish, EntranceWord, Order
from seawall.admission.guests import Guests
from seawall.admission.signup_gate import SignupGate
from seawall.observing.logs import logger


class EntranceDesk:
    """``guests`` is None where none are taken."""

    def __init__(
        self, word: EntranceWord, signup: SignupGate, guests: Guests | None, *, unix_time: Callable[[], float]
    ) -> None:
        self._word = word
        self._signup = signup
        self._guests = guests
        self._unix_time = unix_time
        self._log = logger("operator")

    def say(
        self,
        *,
        shut: bool,
        signups_per_min: float | None,
        passes_per_min: float | None,
        order: Order | None,
        for_s: float | None,
        by: str,
    ) -> None:
        """Holds for so long, or until it is given back; a word that says nothing gives it back."""
        until_unix_s = None if for_s is None else self._unix_time() + for_s
        wish = EntranceWish(shut, signups_per_min, passes_per_min, order, until_unix_s, by)
        says_nothing = not shut and (signups_per_min, passes_per_min, order) == (None, None, None)
        self._word.say(None if says_nothing else wish)
        self._log.warning("entrance_released" if says_nothing else "entrance_set", **asdict(wish))

    def show(self) -> dict[str, Any]:
        """The word that stands, and about how many wait, as JSON."""
        waiting = self._signup.report().waiting + (self._guests.waiting() if self._guests else 0.0)
        return {
            **asdict(self._word.now),
            "stands": self._word.stands,
            "guests": self._guests is not None,
            "waiting": round(waiting, 1),
        }
