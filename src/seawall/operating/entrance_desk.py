"""Where operators read and change how newcomers are let in. Knows the word that stands; lets nobody in itself.

The word is kept in the data folder, so that a restart in the middle of an attack does not open the doors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from seawall.admission.entrance_word import EntranceWish, EntranceWord, Order
from seawall.admission.guests import Guests
from seawall.admission.signup_gate import SignupGate
from seawall.observing.logs import logger
from seawall.operating.keepsake import Keepsake

FILE_NAME = "entrance_word.json"


class EntranceDesk:
    """``guests`` is None where none are taken, ``file`` where nothing is to be kept."""

    def __init__(
        self,
        word: EntranceWord,
        signup: SignupGate,
        guests: Guests | None,
        file: Path | None = None,
        *,
        unix_time: Callable[[], float],
    ) -> None:
        self._word = word
        self._signup = signup
        self._guests = guests
        self._unix_time = unix_time
        self._log = logger("operator")
        self._kept = Keepsake(file, "entrance_word")
        found = _read(self._kept)
        if found is not None:
            word.say(found)
            if word.stands:
                self._log.warning("entrance_restored", **asdict(found))
            else:
                self._keep(None)  # Its time came while nobody was there.

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
        """Holds for so long, or until it is given back; a word that says nothing gives it back.

        It holds also where it cannot be kept, which the log tells.
        """
        until_unix_s = None if for_s is None else self._unix_time() + for_s
        wish = EntranceWish(shut, signups_per_min, passes_per_min, order, until_unix_s, by)
        says_nothing = not shut and (signups_per_min, passes_per_min, order) == (None, None, None)
        self._word.say(None if says_nothing else wish)
        self._keep(None if says_nothing else wish)
        self._log.warning("entrance_released" if says_nothing else "entrance_set", **asdict(wish))

    def _keep(self, wish: EntranceWish | None) -> None:
        try:
            if wish is None:
                self._kept.clear()
            else:
                self._kept.put(asdict(wish))
        except OSError as error:
            self._log.error("entrance_unkept", reason=str(error))

    def show(self) -> dict[str, Any]:
        """The word that stands, and about how many wait, as JSON."""
        waiting = self._signup.report().waiting + (self._guests.waiting() if self._guests else 0.0)
        return {
            **asdict(self._word.now),
            "stands": self._word.stands,
            "guests": self._guests is not None,
            "waiting": round(waiting, 1),
        }


def _read(keepsake: Keepsake) -> EntranceWish | None:
    kept = keepsake.found()
    try:
        return None if kept is None else _wish_of(kept)
    except (KeyError, TypeError, ValueError) as error:
        return keepsake.unreadable(error)


def _wish_of(kept: dict[str, Any]) -> EntranceWish:
    def number(name: str) -> float | None:
        return None if kept[name] is None else float(kept[name])

    orders: dict[str | None, Order | None] = {None: None, "in_order": "in_order", "by_lot": "by_lot"}
    return EntranceWish(
        shut=bool(kept["shut"]),
        signups_per_min=number("signups_per_min"),
        passes_per_min=number("passes_per_min"),
        order=orders[kept["order"]],
        until_unix_s=number("until_unix_s"),
        by=str(kept["by"]),
    )
