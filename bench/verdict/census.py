"""`python bench/verdict/census.py KINDS`: what the kinds of a split hold. Knows who is who; asks for no verdict.

For whoever writes kinds that are to be held out: they are counted without being judged. Ends with 1 where an honest
day or crowd holds anything hostile, or where an attack holds none that a window could show.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parents[1]))

from measures import SETTLED_S, truly
from scenarios import Scenario, Stage, corpus
from splits import SPLITS
from world import Truth

from heading import table
from seawall.siege.lengths import Lengths
from seawall.values.window import WINDOW_S

HEAD = ("kind", "requests", "hostile", "least", "most", "people, times", "windows that are")


@dataclass(slots=True)
class Count:
    """What all runs of one kind held, from when their event had settled."""

    requests: int = 0
    hostile: int = 0
    shares: list[float] = field(default_factory=list[float])
    times: list[float] = field(default_factory=list[float])
    kinds: Counter[str] = field(default_factory=Counter[str])


def main() -> int:
    """Prints one table."""
    parser = argparse.ArgumentParser(prog="python bench/verdict/census.py", description=__doc__)
    parser.add_argument("kinds", choices=tuple(SPLITS))
    parser.add_argument("--seeds", type=int, default=2, help="so many of each kind")
    chosen = parser.parse_args()
    lengths = Lengths.of_the_trace()
    counts: defaultdict[str, Count] = defaultdict(Count)
    faults: list[str] = []
    for scenario in corpus(half=chosen.kinds, seeds=chosen.seeds):
        stage = Stage(scenario, lengths)
        before = _windows(stage, stage.onset_s - WINDOW_S)
        after = _windows(stage, stage.ends_s)
        faults.extend(_faults(scenario, before, after))
        _add(counts[_name(scenario)], before, after)
    print(table([_row(name, count) for name, count in counts.items()], HEAD))
    print(*faults, sep="\n")
    return 1 if faults else 0


def _name(scenario: Scenario) -> str:
    """Mixtures are told together by their attack, as in the report."""
    if scenario.family:
        return scenario.family + ("+surge" if scenario.surge else "")
    return scenario.surge or "day"


def _windows(stage: Stage, until_s: float) -> list[Truth]:
    truths: list[Truth] = []
    while stage.world.now_s < until_s:
        stage.world.run_until(stage.world.now_s + WINDOW_S)
        truths.append(stage.world.truth())
    return truths


def _add(count: Count, before: Sequence[Truth], after: Sequence[Truth]) -> None:
    usual = mean(one.people for one in before[-12:])
    settled = after[round((10 + SETTLED_S) / WINDOW_S) :]
    for truth in settled:
        count.requests += truth.hostile + truth.honest
        count.hostile += truth.hostile
        count.shares.append(truth.hostile / max(1, truth.hostile + truth.honest))
        count.times.append(truth.people / usual)
        count.kinds[truly(truth, usual) or "of no kind"] += 1


def _faults(scenario: Scenario, before: Sequence[Truth], after: Sequence[Truth]) -> list[str]:
    told = f"{scenario.name} ({scenario.share:.0%}, seed {scenario.seed})"
    hostile = sum(one.hostile for one in after)
    if any(one.hostile for one in before) or (hostile and not scenario.family):
        return [f"{told}: hostile work in honest hours"]
    if scenario.family and not hostile:
        return [f"{told}: an attack without a hostile request"]
    return []


def _row(name: str, count: Count) -> tuple[str, ...]:
    return (
        name,
        str(count.requests),
        f"{count.hostile / max(1, count.requests):.0%}",
        f"{min(count.shares):.0%}",
        f"{max(count.shares):.0%}",
        f"{min(count.times):.1f} to {max(count.times):.1f}",
        ", ".join(f"{kind}: {number}" for kind, number in count.kinds.most_common()),
    )


if __name__ == "__main__":
    sys.exit(main())
