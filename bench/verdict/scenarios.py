"""The corpus: quiet days, surges, attacks and mixtures, each from a seed. Knows when what begins; plays nothing.

A surge grows as flash crowds were seen to (Ari, Hong, Miller, Brandt and Long, "Managing flash crowds on the internet",
MASCOTS 2003): from quiet to a peak in a time that grows with the logarithm of the shock, then it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from attackers import ALL, begin
from gatherings import gather
from kinds.later_crowds import CROWDS, someone
from people import Town, classroom, customer_program, newcomer, resident, scanner
from programs import address
from splits import ALL_RINGS, GATHERINGS, SPLITS
from visits import begin_ring
from world import Script, World

from seawall.siege.lengths import Lengths

QUIET_S, EVENT_S = 180.0, 150.0
SHARES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95)
_TRACE = Path(__file__).with_name("azure_arrivals.txt")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One run. ``surge`` and ``family`` are empty where there is none; ``share`` is the hostile part of requests."""

    name: str
    seed: int
    half: str
    surge: str = ""
    family: str = ""
    share: float = 0.0
    ramp_s: float = 0.0

    @property
    def kind(self) -> str:
        """What a perfect verdict would say."""
        return {(0, 0): "normal", (1, 0): "surge", (0, 1): "attack", (1, 1): "both"}[
            (bool(self.surge), bool(self.family))
        ]


def corpus(*, half: str, seeds: int) -> Iterator[Scenario]:
    """All scenarios of one part: of the kinds for tuning, of those looked at meanwhile, or of those held out."""
    split = SPLITS[half]
    first = split.first_seed
    for seed in range(first, first + seeds):
        random = Random(f"{half} {seed}")
        for number in range(6):
            yield Scenario(f"day-{number}", seed, half)
        for surge in split.surges:
            for number in range(4):
                yield Scenario(f"{surge}-{number}", seed, half, surge=surge)
        for family in split.families:
            share = random.choice(SHARES[2:])
            yield Scenario(family, seed, half, family=family, share=share, ramp_s=random.choice((0.0, 0.0, 60.0)))
            surge, mixed = random.choice(split.surges), random.choice(SHARES)
            ramp_s = random.choice((0.0, 20.0, 60.0, 90.0) if split.is_later else (0.0, 60.0))
            yield Scenario(f"{family}+{surge}", seed, half, surge, family, mixed, ramp_s)


def trace() -> list[float]:
    """Questions in each 10 s of the trace, by their mean: how uneven a real hour is."""
    lines = [line for line in _TRACE.read_text(encoding="ascii").splitlines() if not line.startswith("#")]
    counts = [int(one) for line in lines for one in line.split()][12:]
    mean = sum(counts) / len(counts)
    return [one / mean for one in counts]


class Stage:
    """A scenario as scripts in a world. ``onset_s`` is when the event begins."""

    def __init__(self, scenario: Scenario, lengths: Lengths) -> None:
        random = self.random = Random(f"{scenario.name}/{scenario.seed}/{scenario.share}")
        hour = random.randrange(7 * 24)
        if scenario.surge == "exam-night":
            hour += 19 - hour % 24  # Three in the morning in China.
        self.world = World(random, 1_700_000_000 + hour * 3600 + random.random() * 3000)
        self.town = Town(self.world, random, lengths)
        is_later = SPLITS[scenario.half].is_later
        if is_later:
            # Another service: what its quiet newcomers come for is its own.
            self.town.go_on, self.town.have_accounts = random.uniform(0.15, 0.85), random.uniform(0.05, 0.6)
        self.begins_s = self.world.now_s
        self.onset_s = self.begins_s + QUIET_S + random.uniform(0, 10)
        self.ends_s = self.onset_s + EVENT_S
        self.scenario = scenario
        self._residents = random.randrange(20, 220) if is_later else random.randrange(30, 120)
        self._strangers_per_s = random.uniform(0.1, 1.2) if is_later else random.uniform(0.15, 0.8)
        self._quiet()
        if scenario.surge:
            self._surge(scenario.surge)
        if scenario.family:
            self.world.begin(self._attack())

    def _quiet(self) -> None:
        world, random, town = self.world, self.random, self.town
        for number in range(self._residents):
            at_s = self.begins_s + random.uniform(0, 30)
            script = customer_program if number % 12 == 0 else resident
            world.begin(script(town, at_s, self.ends_s))
        if random.random() < 0.5:
            world.begin(classroom(town, self.begins_s, self.ends_s))
        world.begin(scanner(town, self.begins_s, self.ends_s))
        world.begin(self._newcomers(self.begins_s, shaped=True))

    def _newcomers(self, at_s: float, *, shaped: bool) -> Script:
        world, random = self.world, self.random
        shape, offset = trace(), random.randrange(330)
        yield at_s
        while world.now_s < self.ends_s:
            factor = shape[(offset + int((world.now_s - self.begins_s) / 10)) % len(shape)] if shaped else 1.0
            world.begin(newcomer(self.town, world.now_s, self.ends_s, link=0.5))
            yield world.now_s + random.expovariate(max(0.02, self._strangers_per_s * factor))

    def _surge(self, surge: str) -> None:
        random = self.random
        shock = random.uniform(4, 12)
        self.world.crowded = 0.0
        if surge in ("morning", "fame-inside", "outage-over"):
            self._residents_come(surge, shock)
            return
        if surge == "motley":
            self.world.begin(self._motley(self._crowd_rate(shock)))
            return
        if surge in CROWDS:
            self.world.begin(self._later_crowd(surge, self._crowd_rate(shock)))
            return
        if surge in GATHERINGS:
            rate = self._crowd_rate(shock)
            self.world.begin(gather(self.town, GATHERINGS[surge], rate, self.onset_s, self.ends_s))
            return
        ramp_s = {"news": 40.0, "link": 25.0, "fame": 30.0, "conference": 6.0, "exam-night": 50.0}[surge]
        one_place = [f"{random.randrange(11, 223)}.{random.randrange(256)}.7.{n}" for n in range(1, 4)]
        places = one_place if surge == "conference" else []
        self.world.begin(self._crowd(self._crowd_rate(shock), ramp_s, places))

    def _crowd_rate(self, shock: float) -> float:
        """So that the honest askers of a window come to so many times the quiet day's."""
        quiet = self._residents * 10 / 30 + self._strangers_per_s * 25
        return quiet * (shock - 1) / 30

    def _crowd(self, rate_per_s: float, ramp_s: float, places: list[str]) -> Script:
        world, random = self.world, self.random
        peak_crowded = random.uniform(0, 0.6)
        yield self.onset_s
        while world.now_s < self.ends_s:
            grown = min(1.0, (world.now_s - self.onset_s) / ramp_s + 0.05)
            world.crowded = peak_crowded * grown
            where = random.choice(places) if places and random.random() < 0.7 else address(random)
            # Inside an app all links are opened by that app's own browser.
            app = 1 if self.scenario.surge == "link" and random.random() < 0.7 else None
            link = 0.1 if places else 0.5
            language = b"zh-CN,zh;q=0.9" if self.scenario.surge == "exam-night" else b""
            world.begin(
                newcomer(self.town, world.now_s, self.ends_s, where=where, link=link, app=app, language=language)
            )
            yield world.now_s + random.expovariate(rate_per_s * grown)

    def _motley(self, rate_per_s: float) -> Script:
        """A crowd that comes for something else than the quiet day's newcomers: nearly all read, or nearly all join."""
        world, random = self.world, self.random
        crowd = replace(self.town, go_on=random.uniform(0.05, 0.95), have_accounts=random.uniform(0.0, 0.8))
        link, ramp_s, crowded = random.uniform(0.0, 0.95), random.uniform(5, 60), random.uniform(0, 0.6)
        yield self.onset_s
        while world.now_s < self.ends_s:
            grown = min(1.0, (world.now_s - self.onset_s) / ramp_s + 0.05)
            world.crowded = crowded * grown
            world.begin(newcomer(crowd, world.now_s, self.ends_s, link=link))
            yield world.now_s + random.expovariate(rate_per_s * grown)

    def _later_crowd(self, surge: str, rate_per_s: float) -> Script:
        world, random, crowd = self.world, self.random, CROWDS[surge]
        network = f"{random.randrange(11, 223)}.{random.randrange(256)}.{random.randrange(256)}"
        places = [f"{network}.{n}" for n in range(1, crowd.places + 1)]
        peak_crowded = random.uniform(0, 0.7)
        yield self.onset_s
        while world.now_s < self.ends_s:
            grown = min(1.0, (world.now_s - self.onset_s) / crowd.ramp_s + 0.05)
            world.crowded = peak_crowded * grown
            somewhere = [] if random.random() < 0.3 else places
            world.begin(someone(self.town, crowd, self.ends_s, somewhere))
            yield world.now_s + random.expovariate(rate_per_s * grown)

    def _residents_come(self, surge: str, shock: float) -> None:
        """The registered themselves: over a minute as the office opens, within ten seconds, or all at once."""
        random = self.random
        over_s = {"morning": 60.0, "fame-inside": 10.0, "outage-over": 3.0}[surge]
        if surge == "outage-over":
            # Everybody reloads at once, strangers too, and not all wait as they are told.
            self.world.crowded = random.uniform(0.3, 0.7)
            for _ in range(round(self._strangers_per_s * 60)):
                self.world.begin(newcomer(self.town, self.onset_s + random.uniform(0, 5), self.ends_s, link=0.0))
        for _ in range(round(self._residents * (shock - 1))):
            at_s = self.onset_s + random.uniform(0, over_s)
            self.world.begin(resident(self.town, at_s, self.ends_s))

    def _attack(self) -> Script:
        """Begins with a rate that makes its part of all requests the wanted one; the honest ones are known by then."""
        scenario, world = self.scenario, self.world
        yield self.onset_s
        quiet_per_s = self._residents / 25 + self._strangers_per_s * 9
        honest_per_s = quiet_per_s * (8.0 if scenario.surge else 1.0)
        rate = honest_per_s * scenario.share / (1 - scenario.share)
        world.crowded = max(world.crowded, self.random.uniform(0.2, 0.9))
        ring = ALL_RINGS.get(scenario.family)
        if ring is not None:
            begin_ring(self.town, ring, rate, self.onset_s, self.ends_s, scenario.ramp_s)
        else:
            begin(self.town, ALL[scenario.family], rate, self.onset_s, self.ends_s, scenario.ramp_s)
