"""Plays a scenario through the real signals and the real lookout. Knows clocks and windows; judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scenarios import Scenario, Stage
from world import Truth

from seawall.siege.lengths import Lengths
from seawall.values.verdict import Verdict
from seawall.values.window import WINDOW_S, Window
from seawall.verdict.baseline import Baseline
from seawall.verdict.lookout import Lookout
from seawall.verdict.manner import Manner


class Idle:
    """An influence that nobody feels: what is measured here is what is said."""

    def hint(self, pressure: float) -> None: ...

    def weigh(self, networks: Mapping[str, float]) -> None: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """One window: what it was, what was said of it."""

    window: Window
    verdict: Verdict
    truth: Truth
    ends_s: float
    """After the onset; negative before it."""


@dataclass(frozen=True, slots=True)
class Run:
    """A scenario with all its windows."""

    scenario: Scenario
    moments: list[Moment]


@dataclass(frozen=True, slots=True)
class Sample:
    """One asker in one window of an event, for tuning."""

    manner: Manner
    hostile: bool
    surge: str
    family: str


def play(scenario: Scenario, lengths: Lengths, samples: list[Sample] | None = None) -> Run:
    """All of it, in less than a second. ``samples`` is filled where it is given."""
    stage = Stage(scenario, lengths)
    world = stage.world
    baseline = Baseline()
    world.signals.networks = baseline.networks
    lookout = Lookout(world.signals, baseline, Idle(), clock=lambda: world.now_s, unix_time=world.unix_time)
    moments: list[Moment] = []

    def note(window: Window, verdict: Verdict) -> None:
        if samples is not None and world.now_s > stage.onset_s:
            samples.extend(_samples(stage, lookout))
        moments.append(Moment(window, verdict, world.truth(), world.now_s - stage.onset_s))

    lookout.listen(note)
    while world.now_s < stage.ends_s:
        world.run_until(world.now_s + WINDOW_S)
        lookout.look()
    return Run(scenario, moments)


def _samples(stage: Stage, lookout: Lookout) -> Iterator[Sample]:
    crowd, scenario = stage.world.signals.crowd, stage.scenario
    hostile = {id(crowd.find(number)) for number in stage.world.hostile}
    for asker, manner in lookout.closing.manners:
        yield Sample(manner, id(asker) in hostile, scenario.surge, scenario.family)
