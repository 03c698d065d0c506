"""Decides at first sight whether a request is let in. Knows address, path and credential; reads no body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from seawall.edge.address import AddressResolver, networks_of
from seawall.edge.asgi import Headers, Scope
from seawall.edge.block_list import BlockList, Treatment
from seawall.edge.buckets import Buckets
from seawall.edge.refusals import BLOCKED, BUSY_NETWORK, NO_ROOM, UNPROVEN, Forms, Rendered, forms_of
from seawall.edge.self_defence import Stage
from seawall.values.load import Threshold
from seawall.values.network import site_of
from seawall.values.recognition import Recognition
from seawall.values.refusal import Reason, Refusal
from seawall.values.ticket import ServiceClass

# From a request's headers, the last of each name: whose credential is this?
Recognise = Callable[[dict[bytes, bytes]], Recognition]

API = "/v1/"
PROBES = frozenset({"/livez", "/readyz", "/metrics"})
SIGN_IN = "/api/auth/login"
# Where strangers become somebody.
ENTRANCES = frozenset({SIGN_IN, "/api/auth/signup"})
# What the page asks before somebody can sign in, and what tells everybody how the service is.
_TO_SIGN_IN = frozenset({SIGN_IN, "/api/bootstrap", "/api/auth/me"})
# The status page's machine-readable side: as open as the page.
STATUS = "/api/v2/"
_CALLS = (API, "/api/", "/openapi.json")
# In units of a share, by what it costs us: a file out of memory, what a sign-in needs, what runs code of a room.
FILE_COST = 0.2
SIGN_IN_COST = 1.0
CALL_COST = 5.0
# While the service defends itself a stranger's share is worth so much less.
DEFENDING_FACTOR = 4.0
# And so much less where an operator has slowed its network.
SLOW_FACTOR = 8.0
# How long strangers are asked to stay away where no bucket tells, before jitter.
NO_ROOM_S = 20.0
LONGEST_WAIT_S = 120.0
# A guest's, from the waiting room or for a solved puzzle.
PASS = b"x-seawall-pass"
# Kinds of requests, as they name a share of their own.
_FILE, _SIGN_IN, _CALL = "f", "s", "c"


def _kind_of(path: str, method: str) -> tuple[str, float]:
    if path in _TO_SIGN_IN or path.startswith(STATUS):
        return _SIGN_IN, SIGN_IN_COST
    if path.startswith(_CALLS) or method not in ("GET", "HEAD"):
        return _CALL, CALL_COST
    return _FILE, FILE_COST


class Sight:
    """What the first look found; ``no`` is the refusal, None for who is let in."""

    __slots__ = ("address", "asker", "headers", "no", "recognition", "scheme", "status", "wait_s")

    def __init__(self, address: str, scheme: str | None, headers: dict[bytes, bytes]) -> None:
        self.address = address
        self.scheme = scheme
        self.headers = headers
        self.recognition = Recognition.STRANGER
        self.no: Forms | None = None
        self.wait_s: float | None = None
        self.status = 0
        """The refusal's, 0 for who is let in."""
        self.asker = 0
        """The number by which the asker is known to whoever takes note of requests."""

    def form(self, method: str, path: str) -> Rendered | None:
        """The refusal as the asker reads it."""
        return None if self.no is None else self.no.asked(method, self.headers.get(b"accept", b""), path)


def _nobody_holds(token: str, address: str) -> str | None:
    """Where guests are not taken there is no pass."""


@dataclass(frozen=True, slots=True)
class GuestRules:
    """How those are taken who ask the API without an account.

    ``turned_away`` is what one reads whom the queue would not let in. ``are_directed`` tells, of who is challenged and
    of who is not, whether who shows no pass is told how to get one: that answer needs no room in the queue. ``holder``
    names who holds the pass that is shown from an address, None where it is none of ours.
    """

    turned_away: Refusal = NO_ROOM
    are_directed: Callable[[bool], bool] = lambda challenged: False
    holder: Callable[[str, str], str | None] = _nobody_holds


class Judge:
    """The order is: block list, what is shown to everybody, credential, stage of self-defence, shares, threshold.

    ``is_shown`` tells of a path and method whether the gate has the answer rendered: that needs no judgement of load.

    Who is known passes everything after the credential, so that nobody is hurt by a neighbour on the same network.
    A block is the operator's own word and holds for everybody but operators.
    """

    def __init__(
        self,
        addresses: AddressResolver,
        *,
        recognise: Recognise,
        blocked: BlockList,
        strangers: Buckets,
        claimants: Buckets,
        stage: Callable[[], Stage],
        threshold: Callable[[], Threshold],
        random: Random,
        directions: Buckets,
        guests: GuestRules = GuestRules(),
        is_shown: Callable[[str, str], bool] = lambda path, method: False,
    ) -> None:
        self._addresses = addresses
        self._recognise = recognise
        self._blocked = blocked
        self._strangers = strangers
        self._claimants = claimants
        self._stage = stage
        self._threshold = threshold
        self._random = random
        self._directions = directions
        self._guests = guests
        self._is_shown = is_shown
        self._forms = {
            each.reason: forms_of(each) for each in (BLOCKED, BUSY_NETWORK, UNPROVEN, NO_ROOM, guests.turned_away)
        }
        self._refused: Counter[str] = Counter()

    @property
    def refused(self) -> Mapping[str, int]:
        """Refusals so far by what they were for."""
        return self._refused

    def look(self, scope: Scope) -> Sight:
        """Some microseconds, without I/O. Charges the asker's network where it is a stranger's."""
        peer = scope["client"][0] if scope.get("client") else ""
        told: Headers = scope["headers"]
        address, scheme = self._addresses.client(peer, told)
        sight = Sight(address, scheme, dict(told))
        path: str = scope["path"]
        treatment = self._blocked.treatment_of(address)
        blocked = treatment is Treatment.BLOCK
        if not blocked and (path in PROBES or self._is_shown(path, scope["method"])):
            return sight
        shown = sight.headers
        if b"authorization" in shown or b"x-api-key" in shown or b"cookie" in shown:
            sight.recognition = self._recognise(sight.headers)
        if blocked and sight.recognition is not Recognition.OPERATOR:
            self._refuse(sight, "blocked", BLOCKED.reason, None)
        elif sight.recognition is Recognition.STRANGER:
            self._judge_stranger(sight, path, scope["method"], treatment)
        elif sight.recognition is Recognition.CLAIMANT:
            self._judge_claimant(sight)
        return sight

    def _judge_stranger(self, sight: Sight, path: str, method: str, treatment: Treatment | None) -> None:
        kind, cost = _kind_of(path, method)
        if treatment is Treatment.SLOW:
            cost *= SLOW_FACTOR
        stage = self._stage()
        if stage >= Stage.DEFENDING:
            if stage is Stage.SURVIVAL or kind == _CALL:
                self._refuse(sight, "self_defence", NO_ROOM.reason, NO_ROOM_S)
                return
            cost *= DEFENDING_FACTOR
        narrow, wide = networks_of(sight.address)
        is_api = path.startswith(API)
        holder = self._pass_holder(sight) if is_api else None
        # A share for each kind, and for each pass: who floods pages takes nobody's sign-in away, and who asks without
        # a pass takes nothing from a neighbour who has waited for one.
        wait_s = self._strangers.take(kind + (holder or narrow), kind + wide, cost)
        if wait_s:
            self._refuse(sight, "share", BUSY_NETWORK.reason, wait_s)
        elif is_api and holder is None:
            self._judge_without_a_pass(sight, narrow, challenged=treatment is Treatment.CHALLENGE)

    def _judge_without_a_pass(self, sight: Sight, narrow: str, *, challenged: bool) -> None:
        """Who holds one is left to the door, which knows the class that it makes."""
        if self._guests.are_directed(challenged):
            if self._directions.take(narrow, "") > 0:
                self._refuse(sight, "threshold", NO_ROOM.reason, NO_ROOM_S)
        elif not self._may_try(sight.address):
            turned_away = self._guests.turned_away.reason
            self._refuse(sight, "threshold", turned_away, NO_ROOM_S if turned_away is NO_ROOM.reason else None)

    def _pass_holder(self, sight: Sight) -> str | None:
        shown = sight.headers.get(PASS)
        return None if shown is None else self._guests.holder(shown.decode("latin-1").strip(), sight.address)

    def _judge_claimant(self, sight: Sight) -> None:
        """A look-up each is granted, but not without end: a flood of invented keys is stopped here at last."""
        wait_s = self._claimants.take(*networks_of(sight.address))
        if wait_s:
            self._refuse(sight, "unproven", UNPROVEN.reason, wait_s)

    def _may_try(self, address: str) -> bool:
        """As whoever has solved a challenge; the door knows better."""
        threshold = self._threshold()
        return threshold.is_open or threshold.admits(ServiceClass.C3, site_of(address))

    def _refuse(self, sight: Sight, why: str, reason: Reason, wait_s: float | None) -> None:
        self._refused[why] += 1
        sight.no = self._forms[reason]
        sight.status = reason.status
        # Jitter keeps those refused together apart.
        sight.wait_s = (
            None if wait_s is None else min(max(1.0, wait_s), LONGEST_WAIT_S) * (1 + self._random.random() / 2)
        )
