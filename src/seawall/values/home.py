"""Where an account is at home. Knows the names of places; knows no cookie and no records."""

from __future__ import annotations

from seawall.values.arrival import Place


def names_of(place: Place) -> tuple[str, ...]:
    """The names under which this place can be a home: its network, and its device where it has one."""
    network = f"net:{place.network}"
    return (network,) if place.device_id is None else (network, f"dev:{place.device_id}")


def is_home(place: Place, homes: frozenset[str]) -> bool:
    """Whether one of these homes is here."""
    return any(name in homes for name in names_of(place))
