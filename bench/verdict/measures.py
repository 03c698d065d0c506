"""What the verdicts were worth: confusion, F1, time to detect, shares, calibration. Knows runs; plays none.

A window is held to what was truly in it. It counts as an attack where at least one request in twenty is hostile, as a
surge where at least twice as many honest askers are here as on the quiet minutes before. Windows between nothing and
these bounds are of no kind and left out, as are the first 20 s of an event: for those there is the time to detect.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import mean

from play import Moment, Run
from world import Truth

from seawall.values.verdict import Kind

KINDS = ("normal", "surge", "attack", "both")
SAID = (*KINDS, "unclear")
HOSTILE, NO_HOSTILE = 0.05, 0.02
CROWD, NO_CROWD = 2.0, 1.4
SETTLED_S = 20.0
# How sure, and how often right: by the middle of the interval in tenths.
BINS = 10


@dataclass(slots=True)
class Report:
    """Everything that is measured of some runs."""

    confusion: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    detected_s: list[float] = field(default_factory=list[float])
    missed: list[str] = field(default_factory=list[str])
    attack_errors: list[float] = field(default_factory=list[float])
    surge_errors: list[float] = field(default_factory=list[float])
    covered: list[bool] = field(default_factory=list[bool])
    bins: defaultdict[int, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    by_name: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    errors_by_name: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def f1(self, kind: str) -> float:
        """Of one kind: the harmonic mean of precision and recall."""
        right = self.confusion[kind, kind]
        said = sum(self.confusion[true, kind] for true in KINDS)
        true = sum(self.confusion[kind, one] for one in SAID)
        return 2 * right / (said + true) if said + true else 0.0

    @property
    def macro_f1(self) -> float:
        """The mean of the four kinds'; ``unclear`` is right about none."""
        return mean(self.f1(kind) for kind in KINDS)

    def part(self, true: str, *said: str) -> float:
        """Of the windows that truly are of a kind, the part of which one of these was said."""
        total = sum(self.confusion[true, one] for one in SAID)
        return sum(self.confusion[true, one] for one in said) / total if total else 0.0

    def detected(self, quantile: float) -> float:
        """Seconds; a run in which it was never said counts as endless."""
        times = sorted([*self.detected_s, *([float("inf")] * len(self.missed))])
        return times[min(len(times) - 1, int(quantile * len(times)))] if times else 0.0


def judged(runs: Iterable[Run]) -> Report:
    """All of them together."""
    report = Report()
    for run in runs:
        usual_people, usual_requests = _quiet(run.moments)
        onset_s = None
        for moment in run.moments:
            true = truly(moment.truth, usual_people)
            if moment.ends_s < 0:
                # The first minutes of a service that knows nothing yet are not what is asked here.
                if true is not None and moment.window.rests_on >= 12:
                    report.confusion[true, moment.verdict.kind.value] += 1
                continue
            if onset_s is None and true not in (None, "normal"):
                onset_s = max(0.0, moment.ends_s - 10.0)
            if true is not None and (onset_s is None or moment.ends_s >= onset_s + SETTLED_S):
                _count(report, run, moment, true, usual_requests)
        _time(report, run, onset_s)
    return report


def _quiet(moments: Sequence[Moment]) -> tuple[float, float]:
    before = [one.truth for one in moments if -130 < one.ends_s < 0]
    return mean(one.people for one in before), mean(one.honest for one in before)


def truly(truth: Truth, usual_people: float) -> str | None:
    """Of which kind a window was, or ``None`` where it is none's."""
    hostile = truth.hostile / max(1, truth.hostile + truth.honest)
    crowd = truth.people / max(1.0, usual_people)
    if NO_HOSTILE <= hostile < HOSTILE or NO_CROWD <= crowd < CROWD:
        return None
    return {(False, False): "normal", (True, False): "attack", (False, True): "surge", (True, True): "both"}[
        hostile >= HOSTILE, crowd >= CROWD
    ]


def _count(report: Report, run: Run, moment: Moment, true: str, usual_requests: float) -> None:
    verdict, truth, name = moment.verdict, moment.truth, run.scenario.name.split("-0")[0]
    name = run.scenario.family + ("+surge" if run.scenario.surge and run.scenario.family else "") or _plain(name)
    report.confusion[true, verdict.kind.value] += 1
    report.by_name[name]["right" if verdict.kind.value == true else f"{true} called {verdict.kind.value}"] += 1
    total = truth.hostile + truth.honest
    if not total:
        return
    hostile, beyond = truth.hostile / total, max(0.0, truth.honest - usual_requests) / total
    report.attack_errors.append(abs(verdict.attack.middle - hostile))
    report.surge_errors.append(abs(verdict.surge.middle - beyond))
    report.errors_by_name[name].append(abs(verdict.attack.middle - hostile))
    report.covered.append(verdict.attack.low <= hostile <= verdict.attack.high)
    report.bins[min(BINS - 1, int(verdict.attack.middle * BINS))].append((verdict.attack.middle, hostile))


def _plain(name: str) -> str:
    return name.rstrip("0123456789").rstrip("-")


def _time(report: Report, run: Run, onset_s: float | None) -> None:
    """From when the event was large enough to be called one, until it was called so (or ``both``)."""
    if onset_s is None:
        return
    wanted = {Kind.SURGE, Kind.BOTH} if not run.scenario.family else {Kind.ATTACK, Kind.BOTH}
    for moment in run.moments:
        if moment.ends_s > onset_s and moment.verdict.kind in wanted:
            report.detected_s.append(moment.ends_s - onset_s)
            return
    report.missed.append(f"{run.scenario.name} ({run.scenario.share:.0%}, seed {run.scenario.seed})")
