"""How a crowd comes together, and what its people share. Knows when they come; not what any of them does.

They come as at a flash crowd's onset, ever faster; whether they stay is the crowd's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from people import Town
from programs import address
from world import Script


@dataclass(frozen=True, slots=True)
class Shared:
    """What all of one crowd have in common.

    Attributes:
        until_s: when all is over.
        places: the addresses behind which they are, or none where they come from anywhere.
        language: what they read, or empty where they read anything.
        task: a text that they all have before them.
        key: one key that was handed around.
    """

    until_s: float
    places: list[str]
    language: bytes
    task: str
    key: bytes

    def place(self, random: Random) -> str:
        return random.choice(self.places) if self.places else address(random)


Person = Callable[[Town, Shared], Script]


@dataclass(frozen=True, slots=True)
class Gathering:
    """How one crowd comes together.

    Attributes:
        person: one of them, from coming to leaving.
        ramp_s: they come ever faster for so long.
        halves_s: after that half as many come after each so many seconds, or as many as before where it is 0.
        stays: all have come when the ramp is over, and stay.
        places: they are behind so many addresses of one network, or anywhere.
        languages: one of these is what they read, or each reads his own.
        task_words: how long the text is that they all have.
    """

    person: Person
    ramp_s: float
    halves_s: float = 0.0
    stays: bool = False
    places: int = 0
    languages: tuple[bytes, ...] = ()
    task_words: int = 12


def gather(town: Town, gathering: Gathering, rate_per_s: float, begins_s: float, ends_s: float) -> Script:
    """All of a crowd: at its peak so many come in a second, or a minute's worth of them in all where they stay."""
    world, random = town.world, town.random
    network = f"{random.randrange(11, 223)}.{random.randrange(256)}"
    shared = Shared(
        until_s=ends_s,
        places=[f"{network}.{n // 100}.{n % 100 + 1}" for n in range(gathering.places)],
        language=random.choice(gathering.languages) if gathering.languages else b"",
        task=town.words(gathering.task_words),
        key=b"Bearer sw-" + random.randbytes(8).hex().encode(),
    )
    peak_crowded = random.uniform(0, 0.6)
    yield begins_s
    while world.now_s < ends_s:
        since_s = world.now_s - begins_s
        if gathering.stays and since_s > gathering.ramp_s:
            return
        grown = min(1.0, since_s / gathering.ramp_s + 0.05)
        if gathering.halves_s and since_s > gathering.ramp_s:
            grown = max(0.25, 0.5 ** ((since_s - gathering.ramp_s) / gathering.halves_s))
        world.crowded = peak_crowded * grown
        world.begin(gathering.person(town, shared))
        rate = 60 * rate_per_s / gathering.ramp_s if gathering.stays else rate_per_s * grown
        yield world.now_s + random.expovariate(rate)
