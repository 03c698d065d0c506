"""Who plays: accounts of every kind, and the networks that they come from. Knows names and addresses; asks nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

DAY_S = 86_400.0
OLD_DAYS = 90.0
NEW_DAYS = 0.02

# Second octets of 127.0.0.0/8, so that every group has its own /24 networks. 127.0.0.0/24 is left to real programs.
_OCTETS = {
    "regular": 16,
    "inside": 24,
    "client": 30,
    "stranger": 32,
    "crowd": 40,
    "old": 64,
    "harvester": 72,
    "pulser": 76,
    "new": 80,
    "neighbour": 88,
    "thief": 96,
    "bot": 128,
}
# A steady program and the one next door ask from the same address, as behind one router.
_NEIGHBOURS = ("client", "neighbour")
_SHARED_HOME = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Account:
    """One that the door must know before the siege.

    ``home`` is an address of its network, empty where it has none yet; ``further`` are addresses of other homes.
    """

    email: str
    home: str
    age_days: float
    further: tuple[str, ...] = ()


def address_of(group: str, number: int) -> str:
    """The address of a group's member: each has a /24 of its own."""
    return f"127.{_OCTETS[group] + number // 256}.{number % 256}.7"


def account_of(group: str, number: int) -> Account:
    """The account of a group's member. New ones have no home and no age."""
    is_new = group == "new"
    home = "" if is_new else _SHARED_HOME if group in _NEIGHBOURS else address_of(group, number)
    return Account(f"{group}-{number}@siege.example", home, NEW_DAYS if is_new else OLD_DAYS)


def accounts_of(counts: Mapping[str, int]) -> tuple[Account, ...]:
    """All accounts of these groups."""
    return tuple(account_of(group, number) for group, count in counts.items() for number in range(count))


def at_home_with_thieves(accounts: Iterable[Account]) -> tuple[Account, ...]:
    """The same, where standing needs no home: whoever took an account over is at home in it."""
    return tuple(replace(one, further=(address_of("thief", _number_of(one)),)) if one.home else one for one in accounts)


def _number_of(account: Account) -> int:
    return int(account.email.partition("@")[0].rpartition("-")[2])
