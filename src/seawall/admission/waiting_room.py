"""Places in a line, kept by those who wait. Knows tickets and what their holders are told; knows no HTTP.

A ticket is stateless: the service signs it, bound to the line and the network, and keeps nothing of it. It carries the
time that its holder was told last, so that a later answer can never be worse without saying so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from hmac import digest
from math import ceil

from seawall.admission.burnt import Burnt
from seawall.admission.lots import Lots
from seawall.admission.sealed import Seal
from seawall.admission.shares import Share, Shares
from seawall.admission.waiting_line import WaitingLine
from seawall.values.place import PlaceTold

# How often one may look: often enough to start in time, seldom enough that a thousand who wait cost next to nothing.
SOONEST_LOOK_S = 5.0
LATEST_LOOK_S = 30.0
# A told time is not made worse for less than this: estimates tremble.
_TREMBLE_S = 20.0
_TREMBLE = 0.1
# A ticket outlives a night; beyond that its holder has gone.
LIFETIME_S = 24 * 3600.0
# Numbers that one network may take: a classroom at once, and no hoard. What goes beyond waits for its number.
NUMBERS = Share(burst=30, refill_s=20.0)
_MOST_BURNT = 65_536
_NO_NUMBER = -1


@dataclass(frozen=True, slots=True)
class Ticket:
    """What its holder carries. Times are Unix seconds; ``epoch`` is the start of the process that gave the number.

    ``number`` is negative until it stands in the line: a place that nobody comes back for never takes one, so that
    a flood of requests does not lengthen the line.
    """

    epoch: int
    number: int
    issued_s: float
    told_s: float
    proven: bool


class WaitingRoom:
    """One line, such as that of people who want to register.

    Args:
        by_lot: True while lots are drawn because the line is flooded.
        ripe_s: how old the place of somebody must be who has solved no puzzle; the way without JavaScript.
    """

    def __init__(
        self,
        secret: bytes,
        action: str,
        *,
        rate_per_s: Callable[[], float],
        claim_s: float,
        by_lot: Callable[[], bool],
        ripe_s: Callable[[], float],
        clock: Callable[[], float],
        unix_time: Callable[[], float],
    ) -> None:
        self._seal = Seal(secret, f"place\x00{action}")
        self._line = WaitingLine(rate_per_s=rate_per_s, claim_s=claim_s, clock=clock, rests=by_lot)
        lots = digest(secret, f"lots\x00{action}".encode(), sha256)
        self._lots = Lots(lots, rate_per_s=rate_per_s, unix_time=unix_time)
        self._numbers = Shares(NUMBERS, clock=clock)
        self._by_lot = by_lot
        self._ripe_s = ripe_s
        self._claim_s = claim_s
        self._unix_time = unix_time
        self._epoch = int(unix_time() * 1000)
        self._burnt = Burnt(most=_MOST_BURNT, unix_time=unix_time)

    @property
    def let_in(self) -> int:
        """How many have been let in since the start."""
        return self._line.let_in

    def waiting(self) -> float:
        """About how many wait: places in the line, or networks while lots are drawn."""
        return self._lots.crowd() if self._by_lot() else float(self._line.waiting)

    def enter(self) -> bool:
        """Lets in at once whom nobody waits before."""
        return not self._by_lot() and self._line.enter()

    def take_place(self, network: str, *, proven: bool) -> PlaceTold:
        """The last place. With a number only for whom a puzzle was solved, as others may never come back."""
        ticket = Ticket(self._epoch, _NO_NUMBER, self._unix_time(), 0.0, proven)
        return self._tell(self._numbered(ticket, network), network)

    def look(self, token: str, network: str) -> PlaceTold | None:
        """How it stands; None for what is no place of this network, or too old."""
        shown = self._read(token, network)
        if shown is None:
            return None
        ticket = self._numbered(shown, network)
        return replace(self._tell(ticket, network), joined=ticket.number != shown.number)

    def claim(self, token: str, network: str) -> Ticket | PlaceTold | None:
        """Uses a place whose turn has come; else tells how it stands."""
        shown = self._read(token, network)
        if shown is None:
            return None
        ticket = self._numbered(shown, network)
        told = self._tell(ticket, network)
        if told.state != "released":
            return told
        taken = self._draw(ticket, network) if self._by_lot() else self._line.claim(ticket.number)
        return ticket if taken else PlaceTold("over", told.ticket)

    def give_back(self, ticket: Ticket) -> None:
        """The claim came to nothing, through no fault of the place."""
        self._line.give_back(ticket.number)

    def _read(self, token: str, network: str) -> Ticket | None:
        words = self._seal.opened(token, network)
        if words is None:
            return None
        ticket = Ticket(*words)
        if ticket.issued_s + LIFETIME_S < self._unix_time():
            return None
        if ticket.epoch != self._epoch:
            # Of before a restart. The line begins anew, and those who were in it are the first to come back.
            ticket = replace(ticket, epoch=self._epoch, number=_NO_NUMBER)
        return ticket

    def _numbered(self, ticket: Ticket, network: str) -> Ticket:
        if ticket.number >= 0 or self._unripe_s(ticket) > 0 or self._numbers.wait_s(network) > 0:
            return ticket
        self._numbers.take(network)
        return replace(ticket, number=self._line.join())

    def _draw(self, ticket: Ticket, network: str) -> bool:
        if self._burnt.is_full or not self._line.spend():
            return False
        return self._burnt.burn((ticket.issued_s, network), ticket.issued_s + LIFETIME_S)

    def _is_over(self, ticket: Ticket, network: str, *, by_lot: bool) -> bool:
        if by_lot:
            return self._burnt.holds((ticket.issued_s, network), ticket.issued_s + LIFETIME_S)
        return ticket.number >= 0 and self._line.is_over(ticket.number)

    def _tell(self, ticket: Ticket, network: str) -> PlaceTold:
        now_s = self._unix_time()
        by_lot = self._by_lot()
        if self._is_over(ticket, network, by_lot=by_lot):
            return PlaceTold("over", self._sealed(ticket, network))
        wait_s = max(self._turn_s(ticket, network, by_lot=by_lot), self._unripe_s(ticket))
        if wait_s <= 0:
            ticket = replace(ticket, told_s=now_s)
            return PlaceTold("released", self._sealed(ticket, network), by_lot=by_lot, claim_s=self._claim_s)
        told_s, later = _never_silently_later(now_s, now_s + wait_s, ticket.told_s)
        wait_s = max(1.0, told_s - now_s)
        return PlaceTold(
            "waiting",
            self._sealed(replace(ticket, told_s=told_s), network),
            (0, 0) if by_lot else self._line.ahead(ticket.number),
            wait_s,
            later,
            by_lot,
            min(LATEST_LOOK_S, max(SOONEST_LOOK_S, wait_s / 4), wait_s),
            numbered=by_lot or ticket.number >= 0,
        )

    def _sealed(self, ticket: Ticket, network: str) -> str:
        words = (ticket.epoch, ticket.number, round(ticket.issued_s, 3), round(ticket.told_s, 3), ticket.proven)
        return self._seal.sealed(words, network)

    def _unripe_s(self, ticket: Ticket) -> float:
        return 0.0 if ticket.proven else max(0.0, ticket.issued_s + self._ripe_s() - self._unix_time())

    def _turn_s(self, ticket: Ticket, network: str, *, by_lot: bool) -> float:
        if by_lot:
            lot_s = self._lots.wait_s(network)
            return lot_s if lot_s > 0 or self._line.has_room else self._line.pace_s
        if ticket.number >= 0 and self._line.is_released(ticket.number):
            return 0.0
        return max(1.0, self._line.wait_s(ticket.number), self._numbers.wait_s(network) if ticket.number < 0 else 0.0)


def _never_silently_later(now_s: float, estimate_s: float, told_s: float) -> tuple[float, bool]:
    """The time to tell, and whether it is later than the one told before (0 for none)."""
    tremble_s = max(_TREMBLE_S, _TREMBLE * (estimate_s - now_s))
    if estimate_s <= told_s or not told_s:
        return estimate_s, False
    if now_s < told_s and estimate_s - told_s <= tremble_s:
        return told_s, False
    return float(ceil(estimate_s)), True
