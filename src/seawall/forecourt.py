"""Joins what stands before the gate: puzzles, sign-up gate, guests. Knows these and their settings; holds no logic."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from random import Random

from seawall.admission.challenge import Challenges
from seawall.admission.entrance_word import EntranceWord
from seawall.admission.guests import ACTION as CHAT
from seawall.admission.guests import Guests
from seawall.admission.posture import Posture
from seawall.admission.signup_gate import ACTION as SIGNUP
from seawall.admission.signup_gate import SignupGate
from seawall.admission.waiting_room import WaitingRoom
from seawall.settings.entrance import EntranceSettings

# The line moves however full the engine is: slowly is honest, never is not.
_LEAST_SPARE = 0.1
_TICKET_TIMES = {Posture.NORMAL: 0.5, Posture.ELEVATED: 1.0, Posture.SIEGE: 2.0}


@dataclass(frozen=True, slots=True)
class Forecourt:
    """Where strangers are until they are let in. ``guests`` is None where none are taken."""

    challenges: Challenges
    signup: SignupGate
    guests: Guests | None
    word: EntranceWord

    def readings(self) -> Iterable[tuple[str, str, str, float]]:
        """For a scrape of the metrics."""
        puzzles, signups = self.challenges.report(), self.signup.report()
        yield "counter", "seawall_puzzles_issued", "Puzzles issued to strangers.", puzzles.issued
        yield "counter", "seawall_puzzles_solved", "Puzzles that came back solved.", puzzles.solved
        yield "counter", "seawall_puzzles_failed", "Puzzles that came back with a wrong solution.", puzzles.failed
        yield "counter", "seawall_puzzles_replayed", "Solved puzzles that came a second time.", puzzles.replayed
        yield "counter", "seawall_signups_let_in", "Registrations let in by the gate.", signups.let_in
        yield "counter", "seawall_signups_placed", "Registrations given a place in the line instead.", signups.placed
        yield "counter", "seawall_signups_refused", "Registrations refused by the gate.", signups.refused
        guests = 0.0 if self.guests is None else self.guests.waiting()
        yield "gauge", "seawall_waiting_room", "Strangers with a place in a line, about.", signups.waiting + guests

    def close(self) -> None:
        """Lets the threads go."""
        self.challenges.close()


def open_forecourt(
    settings: EntranceSettings,
    secret: bytes,
    *,
    posture: Callable[[], Posture],
    spare: Callable[[], float],
    random: Random,
    slots: Callable[[], int] = lambda: 1,
    attacked: Callable[[], bool] = lambda: False,
    challenged: Callable[[str], bool] = lambda network: False,
    harder: Callable[[str], int] = lambda network: 0,
    clock: Callable[[], float] = time.monotonic,
    unix_time: Callable[[], float] = time.time,
) -> Forecourt:
    """The forecourt of these settings.

    Args:
        spare: the part of the engine that is free, 0 to 1.
        slots: how many answers the engine gives at once.
        attacked: the verdict's word.
        harder: by how many levels a network's puzzles are harder, as the verdict asks.
        challenged: the networks of which operators want a puzzle however quiet it is.
    """
    challenges = Challenges(
        secret,
        posture=posture,
        clock=clock,
        unix_time=unix_time,
        threads=settings.challenge_threads,
        waiting=settings.challenge_waiting,
        harder=harder,
    )
    word = EntranceWord(unix_time=unix_time)
    pace = _Pace(settings, word, posture=posture, spare=spare, slots=slots)
    order = _Order(settings, word, posture=posture, attacked=attacked)

    room = partial(_room, settings, secret, order, clock=clock, unix_time=unix_time)
    signup = SignupGate(
        room(SIGNUP, pace.signups_per_s),
        challenges,
        posture=posture,
        challenge=settings.challenge,
        large_providers=settings.large_mail_providers,
        clock=clock,
        challenged=challenged,
        is_shut=lambda: word.now.shut,
    )
    if settings.guests == "off":
        return Forecourt(challenges, signup, None, word)
    chat = room(CHAT, pace.passes_per_s)
    guests = Guests(
        secret, chat, challenges, posture=posture, unix_time=unix_time, random=random, challenged=challenged
    )
    return Forecourt(challenges, signup, guests, word)


def _room(
    settings: EntranceSettings,
    secret: bytes,
    order: _Order,
    action: str,
    rate_per_s: Callable[[], float],
    *,
    clock: Callable[[], float],
    unix_time: Callable[[], float],
) -> WaitingRoom:
    return WaitingRoom(
        secret,
        action,
        rate_per_s=rate_per_s,
        claim_s=settings.place_kept_s,
        by_lot=order.by_lot,
        ripe_s=order.ripe_s,
        clock=clock,
        unix_time=unix_time,
    )


class _Order:
    """Whose turn is next in the lines, and how old a place without a puzzle has to be."""

    def __init__(
        self,
        settings: EntranceSettings,
        word: EntranceWord,
        *,
        posture: Callable[[], Posture],
        attacked: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._word = word
        self._posture = posture
        self._attacked = attacked

    def by_lot(self) -> bool:
        """As operators say, else as the settings do: by themselves under attack."""
        order = self._word.now.order or self._settings.line
        return order == "by_lot" or (order == "auto" and self._attacked())

    def ripe_s(self) -> float:
        """Longer, the more presses."""
        return self._settings.ticket_s * _TICKET_TIMES[self._posture()]


class _Pace:
    """How fast the lines move: as operators say, else by posture and by how much of the engine is free."""

    def __init__(
        self,
        settings: EntranceSettings,
        word: EntranceWord,
        *,
        posture: Callable[[], Posture],
        spare: Callable[[], float],
        slots: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._word = word
        self._posture = posture
        self._spare = spare
        self._slots = slots

    def signups_per_s(self) -> float:
        """Registrations that are let in."""
        settings, posture, said = self._settings, self._posture(), self._word.now.signups_per_min
        if said is not None:
            return said / 60
        if posture is Posture.NORMAL:
            return settings.signups / 60
        busy = settings.signups_siege if posture is Posture.SIEGE else settings.signups_elevated
        return busy * self._free() / 60

    def passes_per_s(self) -> float:
        """Guests that are let in."""
        said = self._word.now.passes_per_min
        if said is not None:
            return said / 60
        return self._settings.passes * max(1, self._slots()) * self._free() / 60

    def _free(self) -> float:
        return max(_LEAST_SPARE, self._spare())
