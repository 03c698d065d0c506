"""Every mix in virtual time, side by side with what parts of the shield buy. Knows the virtual siege; opens no socket.

`python bench/siege/virtual.py [--mixes fame,pulse] [--without home,reserve] [--seeds 3]`
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from virtual_siege.ablations import ABLATIONS
from virtual_siege.held_out import HELD_OUT
from virtual_siege.measures import Measures, measure
from virtual_siege.mixes import MIXES
from virtual_siege.run import play

HEAD = "mix                       quiet first later recov | p95 quiet event ratio token | strang. busy quiet |   n"


def main() -> None:
    """Prints the table, a row as soon as it is there."""
    arguments = _arguments()
    mixes = arguments.mixes.split(",") if arguments.mixes else list(MIXES)
    if arguments.held_out:
        mixes = list(HELD_OUT)
    ablations = ["", *(arguments.without.split(",") if arguments.without else [])]
    print(HEAD, flush=True)
    with ProcessPoolExecutor(arguments.processes) as pool:
        for without in ablations:
            if without:
                print(f"without {without}:", flush=True)
            jobs = [pool.submit(_measured, mix, arguments.seeds, arguments.slots, without) for mix in mixes]
            for job in jobs:
                print(_row(job.result()), flush=True)


def _measured(name: str, seeds: int, slots: int | None, without: str) -> Measures:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    mix = (MIXES | HELD_OUT)[name]
    parts = [without] if without else []
    return measure(play(mix, seed, without=parts, slots=slots) for seed in range(seeds))


def _row(one: Measures) -> str:
    shares = " ".join(f"{100 * share:5.1f}" for share in (one.quiet, one.first_minute, one.later, one.recovery))
    times = (
        f"{one.first_token_quiet_s:9.2f} {one.first_token_s:5.2f} {one.first_token_ratio:5.2f} {one.token_ratio:5.2f}"
    )
    refused = " ".join(f"{code}={number}" for code, number in sorted(one.refused.items()))
    others = f"{100 * one.strangers:6.1f} {100 * one.busy:4.0f} {100 * one.quiet_busy:5.0f}"
    return f"{one.mix:25} {shares} | {times} | {others} | {one.asked:4d} {refused}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mixes", default="", help="names, with commas; all where none is named")
    parser.add_argument("--held-out", action="store_true", help="the mixes that the shield was not tuned on")
    parser.add_argument("--without", default="", help=f"parts to leave out one by one: {', '.join(ABLATIONS)}")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--slots", type=int, default=None)
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
