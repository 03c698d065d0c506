"""A service as its signals see it, under a clock that the corpus sets. Knows what is hostile; the signals do not.

Everything goes through the real ``Signals``: the corpus makes requests, never features.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from random import Random

from seawall.verdict.signals import Signals

# A script: asks for the time at which it is to go on.
Script = Generator[float, None, None]


@dataclass(slots=True)
class Truth:
    """What a window really held."""

    hostile: int = 0
    honest: int = 0
    people: int = 0
    """How many honest askers."""


class World:
    """Runs scripts in the order of their times and counts who is who.

    ``crowded`` is the part of questions of those below good standing that are refused for want of room.
    """

    def __init__(self, random: Random, begins_unix_s: float) -> None:
        self.random = random
        self.now_s = 1000.0
        self._unix_offset_s = begins_unix_s - self.now_s
        self.signals = Signals(random.randbytes(16), clock=lambda: self.now_s, unix_time=self.unix_time)
        self.crowded = 0.0
        self._due: list[tuple[float, int, Script]] = []
        self._number = 0
        self._truth = Truth()
        self._people: set[int] = set()
        self.hostile: set[int] = set()
        """The numbers of all that are hostile."""

    def unix_time(self) -> float:
        return self.now_s + self._unix_offset_s

    def begin(self, script: Script) -> None:
        """Starts it at the first time that it asks for."""
        at_s = next(script, None)
        if at_s is not None:
            self._number += 1
            heapq.heappush(self._due, (at_s, self._number, script))

    def run_until(self, until_s: float) -> None:
        """Plays all that is due before."""
        due = self._due
        while due and due[0][0] < until_s:
            self.now_s, _, script = heapq.heappop(due)
            at_s = next(script, None)
            if at_s is not None:
                self._number += 1
                heapq.heappush(due, (max(at_s, self.now_s), self._number, script))
        self.now_s = until_s

    def request(
        self, address: str, path: str, headers: Mapping[bytes, bytes], *, known: bool = False, hostile: bool = False
    ) -> int:
        """One request; its asker's number."""
        number = self.signals.request(address, path, headers, known=known)
        if hostile:
            self._truth.hostile += 1
            self.hostile.add(number)
        else:
            self._truth.honest += 1
            self._people.add(number)
        return number

    def cut(self, address: str) -> None:
        """A hostile connection was too slow."""
        self.signals.cut(address)
        self.hostile.add(self.signals.crowd.number(address.encode()))
        self._truth.hostile += 1

    def truth(self) -> Truth:
        """Of what came since it was asked for last."""
        truth, self._truth = self._truth, Truth()
        truth.people = len(self._people)
        self._people.clear()
        return truth
