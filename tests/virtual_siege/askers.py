"""Who comes to a siege. Knows identities and places; knows nothing of what they ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from seawall.values.arrival import Place
from seawall.values.home import names_of
from seawall.values.identity import Identity, Role

DAY_S = 86_400.0
BEGAN_UNIX_S = 1_800_000_000.0


class Kind(StrEnum):
    """For whom the measures are taken apart."""

    REGISTERED = "registered"
    """In good standing, at home: whom the promise is made to."""
    STRANGER = "stranger"
    """Honest, without an account."""
    ATTACKER = "attacker"


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody at a place."""

    kind: Kind
    identity: Identity
    place: Place

    def at_home(self) -> Asker:
        """The same where the account was used on earlier days too."""
        return replace(self, identity=replace(self.identity, homes=frozenset(names_of(self.place))))

    def having_solved(self) -> Asker:
        """The same after a passed challenge."""
        return replace(self, identity=replace(self.identity, solved=True))


def registered(number: int, kind: Kind = Kind.REGISTERED, *, away: Place | None = None) -> Asker:
    """An old account with a device and a network of its own, asking from there or from ``away``.

    Every third asks by API key, the others by session; every sixth shares a network with others, as behind a NAT.
    """
    address = f"10.9.9.{number % 250 + 1}" if number % 6 == 0 else _address(20, number)
    home = Place(address, f"device-{number}")
    identity = _member(f"old-{number}", home, age_days=100.0, by_key=number % 3 == 0)
    return Asker(kind, identity, away or home)


def newcomer(number: int, kind: Kind = Kind.ATTACKER, *, place: Place | None = None) -> Asker:
    """A valid account that is an hour old, in a network of its own; it has no home yet."""
    identity = _member(f"new-{number}", None, age_days=1 / 24, by_key=True)
    return Asker(kind, identity, place or Place(_address(60, number)))


def stranger(number: int, kind: Kind = Kind.STRANGER, *, per_network: int = 1) -> Asker:
    """A guest; so many of them share a network."""
    place = Place(_address(100, number // per_network))
    identity = Identity(f"guest-{place.address}", "", Role.GUEST, BEGAN_UNIX_S)
    return Asker(kind, identity, place)


def hired_place(number: int) -> Place:
    """Where an attacker's rented machine stands."""
    return Place(_address(150, number))


def _member(account_id: str, home: Place | None, *, age_days: float, by_key: bool) -> Identity:
    return Identity(
        account_id=account_id,
        email=f"{account_id}@example.org",
        role=Role.MEMBER,
        since_unix_s=BEGAN_UNIX_S - age_days * DAY_S,
        key_id=f"key-{account_id}" if by_key else None,
        session_id=None if by_key else f"session-{account_id}",
        homes=frozenset(names_of(home)) if home else frozenset(),
        good_days=min(10, int(age_days)),
    )


def _address(first: int, number: int) -> str:
    """One address in the ``number``-th /24 from ``first``.0.0.0 on."""
    return f"{first + number // 65_536}.{number // 256 % 256}.{number % 256}.7"
