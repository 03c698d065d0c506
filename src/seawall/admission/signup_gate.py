"""Whether a stranger may register now. Knows puzzles, shares and places; knows no account and no HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from seawall.admission.challenge import Challenges
from seawall.admission.posture import Posture
from seawall.admission.shares import Share, Shares
from seawall.admission.waiting_room import Ticket, WaitingRoom
from seawall.values.place import PlaceTold
from seawall.values.refusal import Reason, Refusal

ACTION = "signup"
# Of one network: a school class registers within minutes on a quiet day. Otherwise each counts for six.
NETWORK_SHARE = Share(burst=60, refill_s=5.0)
# Of one mail domain that is no large provider: throw-away domains come in storms, companies in groups.
DOMAIN_SHARE = Share(burst=60, refill_s=10.0)
_DEARER_WHEN_BUSY = 6.0

_ASK = Refusal(
    Reason.CHALLENGE_REQUIRED,
    "Registration asks your browser to solve a small puzzle first. The page does that by itself; without JavaScript, "
    "take a place in the waiting room.",
)
PLACE_LOST = Refusal(
    Reason.PLACE_LOST,
    "This place is not kept any more: its turn is over, it has been used, or your network has changed. Take a new one.",
)
_BUSY = (
    "Registration is busy because of high demand. Registered users can sign in and chat as usual. "
    "Your place is kept; it starts by itself when it is your turn."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to register: the network, the mail address's domain, and what was shown."""

    network: str
    domain: str
    proof: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One registration that may go on now. ``ticket`` is the place that was used for it, if it was one."""

    wish: Wish
    cost: float
    ticket: Ticket | None = None


_SHUT = Refusal(
    Reason.SIGNUP_CLOSED,
    "Registration is shut for the moment. If you have an account you can sign in as usual; otherwise come back later.",
)


@dataclass(frozen=True, slots=True)
class SignupReport:
    """Counts since the start; ``waiting`` is of now and about."""

    let_in: int
    placed: int
    refused: int
    waiting: float


class SignupGate:
    """Puzzle, network's and domain's share, then the line, which moves as fast as the posture allows.

    Args:
        challenge: when a puzzle is asked: by posture (``auto``), ``always``, or never (``off``).
        large_providers: mail domains that strangers share, so that none of them is held for another.
        challenged: the networks of which operators want a puzzle however quiet it is.
        is_shut: whether operators have shut it for a time.
    """

    def __init__(
        self,
        room: WaitingRoom,
        challenges: Challenges,
        *,
        posture: Callable[[], Posture],
        challenge: Literal["auto", "always", "off"],
        large_providers: Collection[str],
        clock: Callable[[], float],
        challenged: Callable[[str], bool] = lambda network: False,
        is_shut: Callable[[], bool] = lambda: False,
    ) -> None:
        self._room = room
        self._challenges = challenges
        self._posture = posture
        self._challenge = challenge
        self._large_providers = frozenset(large_providers)
        self._challenged = challenged
        self._is_shut = is_shut
        self._networks = Shares(NETWORK_SHARE, clock=clock)
        self._domains = Shares(DOMAIN_SHARE, clock=clock)
        self._counts: Counter[str] = Counter()

    @property
    def asks(self) -> bool:
        """Whether a puzzle is asked of everybody now."""
        return self._challenge == "always" or (self._challenge == "auto" and self._posture() is not Posture.NORMAL)

    def asks_of(self, network: str) -> bool:
        """Whether a puzzle is asked of who comes from there."""
        return self.asks or (self._challenge != "off" and self._challenged(network))

    @property
    def is_busy(self) -> bool:
        """Whether who comes now has to wait."""
        return self._is_shut() or self._room.waiting() >= 1 or self._posture() is Posture.SIEGE

    def report(self) -> SignupReport:
        """For metrics."""
        counts = self._counts
        return SignupReport(counts["let_in"], counts["placed"], counts["refused"], self._room.waiting())

    async def enter(self, wish: Wish) -> Entry | Refusal:
        """Lets one in; a refusal tells what is asked, or holds a place."""
        result = await self._enter(wish)
        if isinstance(result, Entry):
            self._counts["let_in"] += 1
        else:
            self._counts["placed" if result.place else "refused"] += 1
        return result

    async def place(self, network: str, proof: str = "") -> PlaceTold | Refusal:
        """A place before anything is filled in. One without a proof stands in line once it is old enough."""
        if proof:
            refusal = await self._challenges.check(proof, ACTION, network)
            if refusal is not None:
                return refusal
        return self._room.take_place(network, proven=bool(proof) or not self.asks_of(network))

    def look(self, place: str, network: str) -> PlaceTold | Refusal:
        """How a place stands."""
        return self._room.look(place, network) or PLACE_LOST

    def give_back(self, entry: Entry) -> None:
        """The registration came to nothing through no fault of the one who wanted it."""
        if entry.ticket is not None:
            self._room.give_back(entry.ticket)
        self._counts["let_in"] -= 1
        self._networks.give_back(entry.wish.network, entry.cost)
        self._domains.give_back(entry.wish.domain, entry.cost)

    async def _enter(self, wish: Wish) -> Entry | Refusal:
        if self._is_shut():
            return _SHUT
        cost = 1.0 if self._posture() is Posture.NORMAL else _DEARER_WHEN_BUSY
        refusal = self._beyond_share(wish, cost)
        if refusal is not None:
            return refusal
        if wish.place:
            return self._by_place(wish, cost)
        if self.asks_of(wish.network):
            refusal = await self._challenges.check(wish.proof, ACTION, wish.network) if wish.proof else _ASK
            if refusal is not None:
                return refusal
        if not self._room.enter():
            return busy(self._room.take_place(wish.network, proven=True))
        self._take(wish, cost)
        return Entry(wish, cost)

    def _by_place(self, wish: Wish, cost: float) -> Entry | Refusal:
        claimed = self._room.claim(wish.place, wish.network)
        if claimed is None or (isinstance(claimed, PlaceTold) and claimed.state == "over"):
            return PLACE_LOST
        if isinstance(claimed, PlaceTold):
            return busy(claimed)
        self._take(wish, cost)
        return Entry(wish, cost, claimed)

    def _beyond_share(self, wish: Wish, cost: float) -> Refusal | None:
        wait_s = self._networks.wait_s(wish.network, cost)
        if wait_s > 0:
            return Refusal(Reason.SHARE_USED, "Many have registered from your network. Please try again later.", wait_s)
        wait_s = 0.0 if wish.domain in self._large_providers else self._domains.wait_s(wish.domain, cost)
        if wait_s > 0:
            sentence = "Many have registered with addresses of this mail domain. Please try again later."
            return Refusal(Reason.SHARE_USED, sentence, wait_s, param="email")
        return None

    def _take(self, wish: Wish, amount: float) -> None:
        self._networks.take(wish.network, amount)
        if wish.domain not in self._large_providers:
            self._domains.take(wish.domain, amount)


def busy(place: PlaceTold) -> Refusal:
    """The refusal that keeps a place."""
    return Refusal(Reason.REGISTRATION_BUSY, _BUSY, retry_after_s=max(1.0, place.wait_s), place=place)
