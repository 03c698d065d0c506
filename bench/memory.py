"""Whether memory grows with use: the gateway's size after a warm-up and after 20,000 further questions. Starts its own.

Half of the questions are plain, half are streams that each client leaves in the middle, which is what leaks would need.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import uvloop

from doors import INSTANT, Door, seawall, upstream
from footprint import memory_bytes
from gateway import CLIENTS, question, until_it_answers
from heading import heading, table
from raw_client import Line

WARM_UP, QUESTIONS, STEPS = 4000, 20_000, 4
MB = 1e6
# Arenas that fill up and caches that are bounded may still move; a leak of 500 bytes a question may not hide in it.
LIMIT_MB = 10


async def ask(door: Door, questions: int) -> None:
    """So many questions from ``CLIENTS`` clients, every second one of them left in the middle."""
    plain = question(door, INSTANT, 20, stream=False)
    stream = question(door, INSTANT, 20, stream=True)

    async def go_on() -> None:
        line = await Line.to(door.port)
        for _ in range(questions // CLIENTS // 2):
            await line.ask(plain)
            leaving = await Line.to(door.port)
            await leaving.begin(stream)
            leaving.close()
        line.close()

    await asyncio.gather(*(go_on() for _ in range(CLIENTS)))


async def grown(door: Door) -> list[tuple[str, ...]]:
    """Rows of the table."""
    await until_it_answers(door)
    await ask(door, WARM_UP)
    first = memory_bytes(door.pid).rss / MB
    rows = [(f"{WARM_UP}", f"{first:.1f}", "")]
    for step in range(1, STEPS + 1):
        await ask(door, QUESTIONS // STEPS)
        now = memory_bytes(door.pid).rss / MB
        rows.append((f"{WARM_UP + step * QUESTIONS // STEPS}", f"{now:.1f}", f"{now - first:+.1f}"))
    return rows


def main() -> int:
    print(heading())
    with tempfile.TemporaryDirectory(prefix="seawall-memory-") as name:
        folder = Path(name)
        with upstream(folder) as bare, seawall(bare.port, folder) as door:
            rows = uvloop.run(grown(door))
    print(table(rows, ("questions", "RSS MB", "grown MB")))
    growth = float(rows[-1][2])
    print(f"limit: {LIMIT_MB} MB grown: {'within' if growth <= LIMIT_MB else 'NOT within'}")
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
