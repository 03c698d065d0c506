"""How much memory a million identities leave behind, part by part, in one process. Opens no socket.

What a request itself holds while it runs is measured by ``bench/memory.py``.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

import structlog

from footprint import memory_bytes
from heading import heading, table
from seawall.records.opening import open_records

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from identity_town import Town

MIB = 1 << 20
LIMIT_MIB = 64


def _rss_mib() -> float:
    gc.collect()
    return memory_bytes(os.getpid()).rss / MIB


async def _measured(town: Town, most: int) -> list[tuple[str, ...]]:
    first = _rss_mib()
    rows: list[tuple[str, ...]] = []
    for name, make, number in town.parts(most):
        before = _rss_mib()
        begun_s = time.perf_counter()
        step = await make()
        for one in range(number):
            waits = step(one)
            if waits is not None:
                await waits
        rows.append(
            (
                name,
                f"{number:,}",
                f"{_rss_mib() - before:+.1f}",
                f"{(time.perf_counter() - begun_s) / number * 1e6:.0f}",
            )
        )
        print("  ".join(rows[-1]), file=sys.stderr, flush=True)
    rows.append(("all of it", "", f"{_rss_mib() - first:+.1f}", ""))
    return rows


async def _run(most: int) -> list[tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        records = open_records("", Path(folder))  # Never started: this is what waits while a database is away.
        return await _measured(Town(records), most)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--identities", type=int, default=1_000_000)
    print(heading())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # A flood of words else.
    rows = asyncio.run(_run(parser.parse_args().identities))
    print(table(rows, ("part", "identities", "grown MiB", "us each")))
    growth = float(rows[-1][2])
    print(f"limit: {LIMIT_MIB} MiB grown: {'within' if growth <= LIMIT_MIB else 'NOT within'}")
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
