"""Strangers who ask without an account. Knows passes and postures; knows neither keys nor HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from seawall.admission.challenge import Challenges
from seawall.admission.posture import Posture
from seawall.admission.sealed import Seal
from seawall.admission.signup_gate import PLACE_LOST
from seawall.admission.waiting_room import WaitingRoom
from seawall.values.identity import Identity, Role
from seawall.values.place import PlaceTold
from seawall.values.refusal import Reason, Refusal

ACTION: Final = "chat"
# One sitting. Short, so that passes cannot be collected for the day of an attack.
PASS_S: Final = 900.0

_ASK = Refusal(
    Reason.CHALLENGE_REQUIRED,
    "The service is busy, so guests show a pass: solve the puzzle of /api/entrance/challenge, or take a place at "
    "/api/entrance/place, change it for a pass at /api/entrance/pass and send that as X-Seawall-Pass. "
    "Registered users need none.",
)
_OVER = Refusal(
    Reason.CHALLENGE_REQUIRED, "The guest's pass has expired, or belongs to another network. Get a new one."
)
_WAIT = (
    "The service is busy because of high demand and serves people with an account first. Registered users can sign in "
    "and chat as usual. Your place is kept in the waiting room."
)


@dataclass(frozen=True, slots=True)
class Pass:
    """What a guest shows with each question."""

    token: str
    expires_s: float


class Guests:
    """Guests are served as strangers: freely in NORMAL, with a pass in ELEVATED, from the waiting room in SIEGE.

    A pass makes one flow: all that is asked with it stands in one line of the queue. From a network that operators have
    ``challenged`` a pass is shown in NORMAL too.
    """

    def __init__(
        self,
        secret: bytes,
        room: WaitingRoom,
        challenges: Challenges,
        *,
        posture: Callable[[], Posture],
        unix_time: Callable[[], float],
        random: Random,
        challenged: Callable[[str], bool] = lambda network: False,
    ) -> None:
        self._seal = Seal(secret, "pass")
        self._room = room
        self._challenges = challenges
        self._posture = posture
        self._unix_time = unix_time
        self._random = random
        self._challenged = challenged

    def waiting(self) -> float:
        """About how many wait for a pass."""
        return self._room.waiting()

    @property
    def are_directed(self) -> bool:
        """Whether who shows no pass is told to get one."""
        return self._posture() is not Posture.NORMAL

    def holder(self, token: str, network: str) -> str | None:
        """Who holds a pass that is good; without I/O, in some microseconds."""
        words = self._opened(token, network)
        return None if words is None else f"guest:{words[0]}"

    def identify(self, token: str, network: str) -> Identity | Refusal:
        """The guest behind a pass, or without one. Without I/O."""
        if token:
            return self._of_pass(token, network)
        posture = self._posture()
        if posture is Posture.NORMAL and not self._challenged(network):
            return self._guest(f"guest:{network}", self._unix_time(), solved=False)
        return _ASK if posture is not Posture.SIEGE else waiting(self._room.take_place(network, proven=False))

    async def pass_for(self, network: str, proof: str = "", place: str = "") -> Pass | Refusal:
        """A pass for a solved puzzle, or for a place whose turn has come."""
        if place:
            return self._by_place(place, network)
        if not proof:
            return _ASK
        refusal = await self._challenges.check(proof, ACTION, network)
        if refusal is not None:
            return refusal
        if self._posture() is Posture.SIEGE and not self._room.enter():
            return waiting(self._room.take_place(network, proven=True))
        return self._new_pass(network)

    async def place(self, network: str, proof: str = "") -> PlaceTold | Refusal:
        """A place in the line for passes."""
        if proof:
            refusal = await self._challenges.check(proof, ACTION, network)
            if refusal is not None:
                return refusal
        return self._room.take_place(network, proven=bool(proof))

    def look(self, place: str, network: str) -> PlaceTold | Refusal:
        """How a place stands."""
        return self._room.look(place, network) or PLACE_LOST

    def _by_place(self, place: str, network: str) -> Pass | Refusal:
        claimed = self._room.claim(place, network)
        if claimed is None or (isinstance(claimed, PlaceTold) and claimed.state == "over"):
            return PLACE_LOST
        return waiting(claimed) if isinstance(claimed, PlaceTold) else self._new_pass(network)

    def _new_pass(self, network: str) -> Pass:
        name = f"{self._random.getrandbits(64):016x}"
        return Pass(self._seal.sealed((name, round(self._unix_time(), 3)), network), PASS_S)

    def _of_pass(self, token: str, network: str) -> Identity | Refusal:
        words = self._opened(token, network)
        if words is None:
            return _OVER
        return self._guest(f"guest:{words[0]}", words[1], solved=True)

    def _opened(self, token: str, network: str) -> list[Any] | None:
        words = self._seal.opened(token, network)
        return None if words is None or words[1] + PASS_S < self._unix_time() else words

    @staticmethod
    def _guest(account_id: str, since_unix_s: float, *, solved: bool) -> Identity:
        return Identity(account_id, "", Role.GUEST, since_unix_s, solved=solved)


def waiting(place: PlaceTold) -> Refusal:
    """The refusal that keeps a place."""
    return Refusal(Reason.WAITING_ROOM, _WAIT, retry_after_s=max(1.0, place.wait_s), place=place)
