"""`python bench/verdict`: what the verdict is worth on kinds that it was not tuned on. Knows options; judges nothing.

Every scenario goes through the real signals, window by window, in virtual time on one core. `--tune` prints weights
fitted on the kinds for tuning; without it three parts of the corpus are played and reported apart.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from measures import KINDS, SAID, Report, judged
from play import Run, play
from scenarios import corpus
from splits import SPLITS, is_disguised
from tune import tune

from heading import heading, table
from seawall.siege.lengths import Lengths

TARGETS = (
    ("macro-F1", 0.9, True),
    ("detected within, p90", 20.0, False),
    ("surge called attack", 0.02, False),
    ("attack called surge", 0.05, False),
    ("attack share, mean absolute error", 0.1, False),
)


def main() -> None:
    """Prints a report of each half. A target that is missed is told and is no failure of the bench."""
    parser = argparse.ArgumentParser(prog="python bench/verdict", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two seeds of each kind instead of eight")
    parser.add_argument("--seeds", type=int, help="so many of each kind")
    parser.add_argument("--tune", action="store_true", help="fit the weights and print them")
    on_asking = ", ".join(name for name, split in SPLITS.items() if split.on_asking)
    parser.add_argument("--kinds", choices=(*SPLITS, "all"), default="all", help=f"all are all but {on_asking}")
    chosen = parser.parse_args()
    seeds = chosen.seeds or (2 if chosen.quick else 8)
    print(heading(), "\n")
    if chosen.tune:
        tune(seeds)
        return
    for half, split in SPLITS.items():
        if chosen.kinds == half or (chosen.kinds == "all" and not split.on_asking):
            began_s = time.process_time()
            runs = list(_runs(half, seeds))
            plain = judged(run for run in runs if not is_disguised(run.scenario.family))
            _tell(judged(runs), plain, half, time.process_time() - began_s)


def _runs(half: str, seeds: int) -> Iterator[Run]:
    lengths = Lengths.of_the_trace()
    for scenario in corpus(half=half, seeds=seeds):
        yield play(scenario, lengths)


def _tell(report: Report, plain: Report, half: str, took_s: float) -> None:
    split = SPLITS[half]
    print(f"## Kinds {split.title}: {', '.join((*split.surges, *split.families))}\n")
    print(f"{sum(report.confusion.values())} windows, {took_s:.0f} s of CPU.\n")
    print(table(_targets(report), ("measure", "reached", "wanted", "")), "\n")
    print("The same without attackers in a browser's headers or at stolen homes:\n")
    print(table(_targets(plain), ("measure", "reached", "wanted", "")), "\n")
    head = ("truly \\ said", *SAID, "F1")
    rows = [(true, *(str(report.confusion[true, said]) for said in SAID), f"{report.f1(true):.3f}") for true in KINDS]
    print(table(rows, head), "\n")
    print(table(_calibration(report), ("attack share told", "windows", "mean told", "mean true")), "\n")
    print(f"90 % intervals of the attack share that held the truth: {_mean(report.covered):.0%}.")
    print(f"Surge share, mean absolute error: {_mean(report.surge_errors):.3f}.\n")
    print(table(_by_name(report), ("kind", "right", "share error", "called otherwise")), "\n")
    print(f"Never detected: {len(report.missed)}: {'; '.join(report.missed) or 'none'}.\n")


def _targets(report: Report) -> list[tuple[str, str, str, str]]:
    reached = (
        report.macro_f1,
        report.detected(0.9),
        report.part("surge", "attack"),
        report.part("attack", "surge"),
        _mean(report.attack_errors),
    )
    told: list[tuple[str, str, str, str]] = []
    for (name, target, at_least), value in zip(TARGETS, reached, strict=True):
        met = value >= target if at_least else value <= target
        sign = "at least" if at_least else "at most"
        told.append((name, f"{value:.3f}", f"{sign} {target:g}", "met" if met else "MISSED"))
    told.append(("detected within, p50", f"{report.detected(0.5):.1f}", "", ""))
    told.append(("surge called attack or both", f"{report.part('surge', 'attack', 'both'):.3f}", "", ""))
    return told


def _calibration(report: Report) -> list[tuple[str, str, str, str]]:
    return [
        (
            f"{number / 10:.1f} to {number / 10 + 0.1:.1f}",
            str(len(pairs)),
            f"{_mean([told for told, _ in pairs]):.2f}",
            f"{_mean([true for _, true in pairs]):.2f}",
        )
        for number, pairs in sorted(report.bins.items())
    ]


def _by_name(report: Report) -> list[tuple[str, str, str, str]]:
    rows: list[tuple[float, tuple[str, str, str, str]]] = []
    for name, counts in report.by_name.items():
        right = counts["right"] / sum(counts.values())
        wrong = ", ".join(f"{what}: {count}" for what, count in counts.most_common() if what != "right")
        error = f"{_mean(report.errors_by_name[name]):.3f}"
        rows.append((right, (name, f"{right:.0%}", error, wrong)))
    return [row for _, row in sorted(rows)]


def _mean(values: list[float] | list[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


if __name__ == "__main__":
    main()
