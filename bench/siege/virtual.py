"""Every mix in virtual time, side by side with what parts of the shield buy. Knows the virtual siege; opens no socket.

`python bench/siege/virtual.py [--mixes fame,pulse] [--without home,reserve] [--seeds 3]`
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from virtual_siege.measures import Measures, measure
from virtual_siege.mixes import MIXES
from virtual_siege.run import play

HEAD = "mix                       quiet first later recov | p95 quiet event ratio token | strang. busy quiet |   n"


def main() -> None:
    """Prints the table, a row as soon as it is there."""
    arguments = _arguments()
    mixes = arguments.mixes.split(",") if arguments.mixes else list(MIXES)
    print(HEAD, flush=True)
    with ProcessPoolExecutor(arguments.processes) as pool:
        rows = pool.map(_measured, mixes, [arguments.seeds] * len(mixes), [arguments.slots] * len(mixes))
        for measures, took_s in rows:
            print(_row(measures), f"{took_s:5.1f}s", flush=True)


def _measured(name: str, seeds: int, slots: int | None) -> tuple[Measures, float]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    began_s = time.monotonic()
    measures = measure(play(MIXES[name], seed, slots=slots) for seed in range(seeds))
    return measures, time.monotonic() - began_s


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
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--slots", type=int, default=None)
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
