"""The askers that are looked at: all of them, or a fair sample where they are many. Knows numbers; knows no manner.

Gibbons' distinct sampling ("Distinct sampling for highly-accurate answers to distinct values queries", 2001): an asker
is looked at where the keyed hash of its name ends in ``level`` zero bits. When the table is full the level rises and
half of it is let go. So memory is constant, every asker has the same chance, and none can choose to be left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from seawall.verdict.asker import Asker
from seawall.verdict.looks import wide_network

# Shares found from so many are right to about two per cent; closing a window over them takes 15 ms.
MOST_ASKERS = 2_048
IDLE_S = 300.0
_NETWORK_BITS = 1 << 17


class Networks:
    """Which networks were here before, in two filters of 16 KiB: one that fills, and the one before it.

    A Bloom filter of one hash: at 10,000 networks a stranger's is taken for known once in thirteen times.
    """

    def __init__(self, now: bytes = b"", before: bytes = b"") -> None:
        size = _NETWORK_BITS // 8
        self.now = bytearray(now) if len(now) == size else bytearray(size)
        self.before = bytearray(before) if len(before) == size else bytearray(size)

    def holds(self, number: int) -> bool:
        """Whether this network (by a hash of it) was here."""
        at, bit = (number % _NETWORK_BITS) >> 3, 1 << (number & 7)
        return bool((self.now[at] | self.before[at]) & bit)

    def add(self, number: int) -> None:
        """It is known from now on."""
        self.now[(number % _NETWORK_BITS) >> 3] |= 1 << (number & 7)

    def turn(self) -> None:
        """Forgets what was not here since the last turn."""
        self.before, self.now = self.now, bytearray(_NETWORK_BITS // 8)


class Crowd:
    """Askers by number. ``key`` is secret, so that nobody knows which names are looked at."""

    def __init__(self, key: bytes, networks: Networks, *, most: int = MOST_ASKERS) -> None:
        self._key = key
        self._networks = networks
        self._most = most
        self._askers: dict[int, Asker] = {}
        self._level = 0
        self._mask = 0

    @property
    def looked_at(self) -> float:
        """The part of all askers that are looked at."""
        return 1.0 / (1 << self._level)

    def __iter__(self) -> Iterator[Asker]:
        return iter(self._askers.values())

    def __len__(self) -> int:
        return len(self._askers)

    def number(self, name: bytes) -> int:
        """By what this name is known here and nowhere else; never 0."""
        return int.from_bytes(blake2b(name, digest_size=7, key=self._key).digest(), "big") or 1

    def find(self, number: int) -> Asker | None:
        """Who is looked at and here."""
        return self._askers.get(number)

    def come(self, number: int, address: str, now_s: float) -> Asker | None:
        """The asker, begun where it is new; None for who is not looked at."""
        asker = self._askers.get(number)
        if asker is not None:
            return asker
        if number & self._mask:
            return None
        while len(self._askers) >= self._most:
            self._rise()
            if number & self._mask:
                return None
        site = self.site_number(address)
        asker = Asker(now_s, wide_network(address), site, is_new_network=not self._networks.holds(site))
        self._askers[number] = asker
        return asker

    def site_number(self, address: str) -> int:
        """The /24 or /48 as a number, for the filter of known networks."""
        if ":" in address:
            return self.number(":".join(address.split(":", 3)[:3]).encode())
        return self.number(address.rpartition(".")[0].encode())

    def know(self) -> None:
        """Nothing was wrong: the networks of who is here are known from now on."""
        for asker in self._askers.values():
            self._networks.add(asker.site)
            asker.is_new_network = False

    def turn(self, now_s: float) -> None:
        """A window has ended: whoever is gone is forgotten, and more are looked at where there is room."""
        gone = [number for number, asker in self._askers.items() if now_s - asker.seen_s > IDLE_S]
        for number in gone:
            del self._askers[number]
        for asker in self._askers.values():
            asker.turn()
        if self._level and len(self._askers) < self._most // 4:
            self._set_level(self._level - 1)

    def _rise(self) -> None:
        self._set_level(self._level + 1)
        self._askers = {number: asker for number, asker in self._askers.items() if not number & self._mask}

    def _set_level(self, level: int) -> None:
        self._level = level
        self._mask = (1 << level) - 1
