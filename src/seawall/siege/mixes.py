"""The mixes of attack and fame, in a few words over what attackers can do. Knows what happens when; does nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from seawall.siege.attacks import (
    Askers,
    Asking,
    Attack,
    Dripping,
    Getting,
    Guessing,
    Pulsing,
    Registering,
    Stuffing,
)
from seawall.siege.crowd import Client
from seawall.siege.lengths import Length

LONG = Length(2000, 1000)
SHORT = Length(60, 40)
CEILING = Length(8000, 4000)
STOLEN = (10, 100, 300)
AT_HOME = (0, 20, 100)
_PROBED = ("/", "/.env", "/wp-login.php", "/api/auth/me", "/v1/models", "/operator", "/metrics", "/api/conversations")


@dataclass(frozen=True, slots=True)
class Wave:
    """An attack during a part of the event, from and to in shares of it."""

    attack: Attack
    begins: float = 0.0
    ends: float = 1.0


@dataclass(frozen=True, slots=True)
class Mix:
    """What happens during one event.

    Attributes:
        strangers_times: honest strangers grow to so many times a quiet day's, over the event's first part.
        registered_times: so do the registered users.
        fame_from: where in the event that begins.
        client: a program takes the place of the people, as the one registered user.
        slots: the engine's, where the mix is known for another number than ours.
        first_token_times: how much longer registered users' first token may take than on the quiet day.
        promised: False where no door can keep the promise; then what was reached is told.
        accounts: how many of each group the door must know besides the honest.
        signs_in: the attack is on sign-in or sign-up, which a door without accounts does not have.
    """

    name: str
    sentence: str
    waves: tuple[Wave, ...] = ()
    strangers_times: float = 1.0
    registered_times: float = 1.0
    fame_from: float = 0.0
    client: Client | None = None
    slots: int | None = None
    first_token_times: float = 1.5
    promised: bool = True
    accounts: dict[str, int] = field(default_factory=dict[str, int])
    signs_in: bool = False

    @property
    def is_fame(self) -> bool:
        """Honest strangers come in numbers and nobody is hostile."""
        return self.strangers_times > 1 and not self.waves


def all_mixes() -> dict[str, Mix]:
    """Every mix by name, in the order in which they are run and shown."""
    return {mix.name: mix for mix in (*_floods(), *_greedy(), *_stolen(), *_fame(), *_neighbours())}


QUICK_MIXES = ("get-flood", "slow", "low-and-slow", "stolen-100", "fame", "neighbour-50x")
"""A cross-section for a first look: one of each kind."""


def _floods() -> tuple[Mix, ...]:
    slow = tuple(Wave(Dripping(kind, 120)) for kind in ("head", "body", "reading"))
    storm, stuffing = Registering(per_s=40, networks=600), Stuffing(per_s=60, networks=600)
    return (
        Mix("get-flood", "cheap requests by 500 networks", (Wave(Getting(per_s=800, networks=500)),)),
        Mix("slow", "slow headers, slow bodies, clients that never read: 120 of each", slow),
        Mix("signup-storm", "registrations from 600 networks, who gets in asks", (Wave(storm),), signs_in=True),
        Mix("stuffing", "leaked passwords on known and unknown accounts", (Wave(stuffing),), signs_in=True),
        Mix("low-and-slow", "2,000 networks, each just under any limit", (Wave(Asking(Askers("bot", 2000))),)),
    )


def _greedy() -> tuple[Mix, ...]:
    new = Askers("new", 200)
    harvest = Asking(Askers("harvester", 30, at_home=1.0), load=5.0, length=Length(700, 500), templated=True)
    leaving = Asking(Askers("new", 40), load=50.0, length=LONG, leave_at_first=True)
    return (
        Mix(
            "amplify",
            "long prompts, answers at the ceiling, by strangers and new accounts",
            (
                Wave(Asking(Askers("bot", 300), load=5.0, length=CEILING, cap=4096)),
                Wave(Asking(new, load=5.0, length=CEILING, cap=4096)),
            ),
            accounts={"new": 200},
        ),
        Mix(
            "cache-bust",
            "near-same prompts that miss every cache, by new accounts",
            (Wave(Asking(new, length=Length(4000, 60), busting=True)),),
            accounts={"new": 200},
        ),
        Mix(
            "harvest",
            "thirty old accounts at home harvest answers with one template",
            (Wave(harvest),),
            accounts={"harvester": 30},
        ),
        Mix(
            "pulse",
            "forty long questions at once every 30 s, by twenty old accounts away from home",
            (Wave(Pulsing(Askers("pulser", 20))),),
            accounts={"pulser": 20},
        ),
        Mix("abandon", "open a stream, leave, again", (Wave(leaving),), accounts={"new": 40}),
    )


def _stolen() -> tuple[Mix, ...]:
    def one(count: int, home: int) -> Mix:
        ending = f"-home{home}" if home else ""
        where = {0: "from elsewhere", 100: "from their owners' devices"}.get(
            home, f"{home} % from their owners' devices"
        )
        asking = Asking(Askers("old", count, at_home=home / 100), length=LONG)
        return Mix(
            f"stolen-{count}{ending}",
            f"{count} old accounts, taken over, {where}",
            (Wave(asking),),
            accounts={"old": count},
            promised=home < 100,
        )

    return tuple(one(count, home) for count in STOLEN for home in AT_HOME)


def _fame() -> tuple[Mix, ...]:
    week = (
        Wave(Getting(per_s=60, networks=200, paths=_PROBED), 0.0, 0.25),
        Wave(Guessing(per_s=60), 0.0, 0.25),
        Wave(Asking(Askers("bot", 2000)), 0.25, 0.5),
        Wave(Stuffing(per_s=40, networks=600), 0.5, 0.75),
        Wave(Asking(Askers("new", 200), length=CEILING, cap=4096), 0.75, 1.0),
    )
    return (
        Mix("fame", "honest strangers tenfold, nobody hostile", strangers_times=10),
        Mix("fame-inside", "the registered users themselves sixfold", registered_times=6, promised=False),
        Mix(
            "week",
            "probing, flood, stuffing, amplification, and fame inside it",
            week,
            strangers_times=10,
            fame_from=0.25,
            first_token_times=2.5,
            accounts={"new": 200},
        ),
    )


def _neighbours() -> tuple[Mix, ...]:
    """What other gateways are known to fail at: a steady program of two short streams a second, and its neighbours."""
    client = Client(2.0, SHORT)
    greedy = Asking(Askers("neighbour", 1, at_home=1.0, one_address=True), per_s=100.0, length=SHORT)
    new = Asking(Askers("new", 1000, one_address=True), per_s=100.0, length=SHORT)
    slow = tuple(
        Wave(Dripping(kind, count, one_address=True)) for kind, count in (("head", 17), ("body", 17), ("reading", 16))
    )

    def one(name: str, sentence: str, waves: tuple[Wave, ...], accounts: dict[str, int]) -> Mix:
        return Mix(name, sentence, waves, client=client, slots=32, accounts={"client": 1, **accounts})

    return (
        one("neighbour-50x", "another valid key at 50 times the rate", (Wave(greedy),), {"neighbour": 1}),
        one("thousand-new", "a thousand valid new accounts", (Wave(new),), {"new": 1000}),
        one("invalid-keys", "400 invalid keys a second from the same address", (Wave(Guessing(400)),), {}),
        one("slow-50", "fifty slow connections from the same address", slow, {}),
    )
