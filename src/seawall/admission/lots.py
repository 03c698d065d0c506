"""Whose turn it is while a line is flooded. Knows hours, networks and lots; knows no tickets.

A network draws one lot an hour, however often it asks, so that whoever takes a thousand places gains nothing by it.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from hmac import digest
from math import log

HOUR_S = 3600.0
_CROWD_BITS = 1 << 15
_CROWD_S = 60.0
# A drawn turn stays for the hour, unless the crowd has grown by so much that the promise cannot be kept.
_GROWN = 2.0


class Crowd:
    """About how many networks were seen lately, in 8 kB however many they are.

    Linear counting (Whang and others, 1990): of ``m`` bits, one set for each network, a part ``e`` stays empty, and
    ``-m * ln(e)`` networks were seen. Good to a few percent up to three times ``m``.
    """

    def __init__(self, secret: bytes, *, unix_time: Callable[[], float]) -> None:
        self._secret = secret
        self._unix_time = unix_time
        self._minute: int = 0
        self._now = 0
        self._before = 0

    def seen(self, network: str) -> None:
        """This network is there."""
        self._turn()
        self._now |= 1 << _hash(self._secret, network) % _CROWD_BITS

    def size(self) -> float:
        """Networks seen within the last one or two minutes."""
        self._turn()
        empty = _CROWD_BITS - (self._now | self._before).bit_count()
        return _CROWD_BITS * log(_CROWD_BITS / max(1, empty))

    def _turn(self) -> None:
        minute = int(self._unix_time() // _CROWD_S)
        if minute != self._minute:
            self._before = self._now if minute == self._minute + 1 else 0
            self._minute, self._now = minute, 0


class Lots:
    """Draws anew every hour. As many are drawn as can be let in, and those one after another."""

    def __init__(self, secret: bytes, *, rate_per_s: Callable[[], float], unix_time: Callable[[], float]) -> None:
        self._secret = secret
        self._rate_per_s = rate_per_s
        self._unix_time = unix_time
        self._crowd = Crowd(secret, unix_time=unix_time)
        self._hour: int = -1
        self._drawn_for = 1.0

    def crowd(self) -> float:
        """About how many networks wait."""
        return self._crowd.size()

    def wait_s(self, network: str) -> float:
        """Until this network's turn, or until the next drawing for whom this one has left out."""
        self._crowd.seen(network)
        now_s = self._unix_time()
        hour = int(now_s // HOUR_S)
        lot = _hash(self._secret, f"{hour}\x00{network}") / (1 << 56)
        room = self._rate_per_s() * HOUR_S
        chance = min(1.0, room / self._crowd_of(hour))
        if lot >= chance:
            return (hour + 1) * HOUR_S - now_s
        # Within the hour, or as soon as all can be let in where that is sooner.
        spread_s = HOUR_S * min(1.0, self._drawn_for / room)
        return max(0.0, hour * HOUR_S + lot / chance * spread_s - now_s)

    def _crowd_of(self, hour: int) -> float:
        size = max(1.0, self._crowd.size())
        if hour != self._hour or size > _GROWN * self._drawn_for:
            self._hour, self._drawn_for = hour, size
        return self._drawn_for


def _hash(secret: bytes, name: str) -> int:
    return int.from_bytes(digest(secret, name.encode(), sha256)[:7], "big")
