"""Where an account is at home, and from when on. Knows the names of places; knows no cookie and no records."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b

from seawall.values.arrival import Place

NamesOf = Callable[[Place], tuple[str, ...]]

DAY_S = 86_400.0
# "An earlier day": who came at nine yesterday is at home at half past eight today, and an attack that signs in shortly
# before midnight is not at home shortly after.
SETTLES_AFTER_S = 20 * 3600.0
# Of an account that nobody has seen before, the first day's places are homes at once: its owner sits there.
FIRST_DAY_S = DAY_S
# A laptop and a phone, at home, at work and on the way, and as much again. An account that is handed around on its
# first day gets no more; a tab in a private window is a device too.
FIRST_DAY_PLACES = 8
# A season away is a holiday, a term, an illness; after it a place is as good as new.
FORGOTTEN_AFTER_S = 90 * DAY_S
# Homes, and places that may become one. Apart, so that whoever signs in from many places with a stolen password
# pushes out no home.
MOST_HOMES = 32
MOST_SIGHTINGS = 16

_NETWORK, _DEVICE = "net:", "dev:"
# Bounded, as an attacker chooses the addresses: who is here now, 600 bytes each.
_REMEMBERED = 4_096


def names_of(place: Place) -> tuple[str, ...]:
    """The names under which this place can be a home: its network, and its device where it has one."""
    network = f"{_NETWORK}{place.network}"
    return (network,) if place.device_id is None else (network, f"{_DEVICE}{place.device_id}")


def is_home(place: Place, homes: frozenset[str]) -> bool:
    """Whether one of these homes, by their plain names, is here."""
    return any(name in homes for name in names_of(place))


def is_network(name: str) -> bool:
    """Whether a home's name stands for a network rather than for a device."""
    return name.startswith(_NETWORK)


def keyed_names(secret: bytes) -> NamesOf:
    """``names_of`` under the service's secret: the records and whoever reads them learn nobody's address.

    All /24 networks are hashed in a minute, so without the secret's key a hash would hide nothing.
    """
    key = blake2b(b"homes", key=secret, digest_size=32).digest()

    def hashed(name: str) -> str:
        return name[:4] + blake2b(name.encode(errors="replace"), key=key, digest_size=12).hexdigest()

    @lru_cache(maxsize=_REMEMBERED)
    def keyed(place: Place) -> tuple[str, ...]:
        return tuple(hashed(name) for name in names_of(place))

    return keyed
