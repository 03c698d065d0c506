"""All runs of one siege, judged: what table, JSON file and page are made from. Knows runs; draws nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from math import inf
from statistics import median
from typing import Any

from seawall.siege.measures import Measures, measure
from seawall.siege.mixes import Mix
from seawall.siege.promises import Judged, Verdict, judge
from seawall.siege.samples import Part, Run

MOST_BUCKETS = 60


@dataclass(frozen=True, slots=True)
class Result:
    """One door under one mix, over all seeds. ``reason`` tells why there is nothing; ``bundle`` names the report that
    our own service made of the last run, or tells why there is none.
    """

    door: str
    mix: Mix
    runs: tuple[Run, ...] = ()
    measures: tuple[Measures, ...] = ()
    judged: tuple[Judged, ...] = ()
    reason: str = ""
    bundle: str = ""

    @classmethod
    def of(cls, door: str, mix: Mix, runs: Sequence[Run]) -> Result:
        """Measures and judges."""
        measured = tuple(measure(run) for run in runs)
        return cls(door, mix, tuple(runs), measured, judge(mix, measured))

    def middle(self, read: Callable[[Measures], float | None]) -> tuple[float, float, float] | None:
        """Median, least and most over the seeds; None where one of them is not known."""
        values = [value for one in self.measures if (value := read(one)) is not None]
        if not values or len(values) < len(self.measures):
            return None
        return median(values), min(values), max(values)

    @property
    def broken(self) -> int:
        """How many promises were not kept."""
        return sum(one.verdict is Verdict.NOT_KEPT for one in self.judged)


@dataclass(slots=True)
class Results:
    """A whole siege, or what there was of it when it ``ended_early``. ``facts`` tell how it was run; ``notes`` what a
    reader must know.
    """

    facts: dict[str, str]
    results: list[Result] = field(default_factory=list[Result])
    notes: list[str] = field(default_factory=list[str])
    ended_early: bool = False

    @contextmanager
    def until_interrupted(self) -> Generator[None]:
        """An interrupt ends the block, and hours of results are not lost with it."""
        try:
            yield
        except KeyboardInterrupt:
            self.ended_early = True
            self.notes.append("It was interrupted: what had been played until then is told.")

    @property
    def doors(self) -> list[str]:
        return list(dict.fromkeys(result.door for result in self.results))

    @property
    def mixes(self) -> list[Mix]:
        return list({result.mix.name: result.mix for result in self.results}.values())

    def at(self, door: str, mix: str) -> Result | None:
        return next((one for one in self.results if one.door == door and one.mix.name == mix), None)

    @property
    def broken(self) -> int:
        return sum(result.broken for result in self.results)

    def to_json(self) -> dict[str, Any]:
        """Everything but single samples; endless times are the text "never"."""
        return {"facts": self.facts, "notes": self.notes, "results": [_json_of(one) for one in self.results]}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A stretch of a run: counts by what came of registered users', strangers' and attackers' requests."""

    from_s: float
    counts: dict[str, int]


def buckets_of(run: Run) -> list[Bucket]:
    """Served and refused by whose request it was, over time: a request when it began, an attack when it ended."""
    number = max(1, min(MOST_BUCKETS, int(run.pace.total_s)))  # Attackers are counted by the second.
    step_s = run.pace.total_s / number
    counts = [Counter[str]() for _ in range(number)]
    for sample in run.samples:
        if sample.part in (Part.REGISTERED, Part.STRANGER):
            at = min(number - 1, max(0, int(sample.begun_s / step_s)))
            counts[at][f"{sample.part} {'served' if sample.served else 'refused'}"] += 1
    for second, wave in run.tally.waves.items():
        at = min(number - 1, int((run.pace.quiet_s + second) / step_s))
        counts[at]["attacker served"] += wave["served"]
        counts[at]["attacker refused"] += wave["refused"] + wave["cut"]
    return [Bucket(at * step_s, dict(count)) for at, count in enumerate(counts)]


def first_tokens_of(run: Run) -> list[tuple[float, float | None]]:
    """When each registered user's request began and how long its first token took; None where none came."""
    registered = (sample for sample in run.samples if sample.part is Part.REGISTERED)
    return sorted(((sample.begun_s, sample.first_s) for sample in registered), key=lambda one: one[0])


def postures_of(run: Run) -> list[tuple[float, str]]:
    """When which posture began, as the door told it."""
    changes: list[tuple[float, str]] = []
    for at_s, posture in sorted(run.postures):
        if not changes or changes[-1][1] != posture:
            changes.append((at_s if changes else 0.0, posture))
    return changes


def _json_of(result: Result) -> dict[str, Any]:
    promises = [
        {
            "promise": one.promise.name,
            "limit": one.promise.told,
            "values": [_finite(value) for value in one.values],
            "verdict": one.verdict.value,
        }
        for one in result.judged
    ]
    return {
        "door": result.door,
        "mix": result.mix.name,
        "sentence": result.mix.sentence,
        "skipped": result.reason,
        "promises": promises,
        "runs": [
            {
                "seed": run.seed,
                "pace": run.pace.to_json(),
                "status_path": run.status_path,
                "measures": {name: _finite(value) for name, value in asdict(measures).items()},
                "first_tokens": first_tokens_of(run),
                "postures": postures_of(run),
                "buckets": [{"from_s": one.from_s, **one.counts} for one in buckets_of(run)],
                "attackers": dict(run.tally.statuses),
                "registered_failures": dict(_failures(run, Part.REGISTERED)),
                "stranger_failures": dict(_failures(run, Part.STRANGER)),
                "classes": dict(Counter(one.service_class for one in run.samples if one.part is Part.REGISTERED)),
            }
            for run, measures in zip(result.runs, result.measures, strict=True)
        ],
    }


def _failures(run: Run, part: Part) -> Counter[str]:
    """Why their requests failed: the door's own name for it, else the status."""
    failed = (one for one in run.samples if one.part is part and not one.served)
    return Counter(one.code or str(one.status) for one in failed)


def _finite(value: float | None) -> float | str | None:
    return "never" if value == inf else value
