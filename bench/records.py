"""Durable appends a second with and without group commit, on both databases. Knows the port; judges nothing.

An append is the beginning of a turn: the user's message and its empty answer, acknowledged once on the disk. Without
group commit the very same recorder takes one change a commit, so that the ratio is that of grouping alone.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from heading import heading, table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from postgres_server import NoPostgres, PostgresServer
from record_rows import a_turn, add_account, the_end_of
from seawall.records.addresses import database_at
from seawall.records.batch import keep_together
from seawall.records.conversation_entries import GrowAnswer
from seawall.records.entries import Change
from seawall.records.opening import KeptRecords
from seawall.records.recorder import Pace

WRITERS = (1, 32)
ROUNDS = 2
GROUPED, ALONE = Pace(), Pace(batch=1)


@dataclass
class Tally:
    appends: int = 0
    commits: int = 0
    seconds: float = 0.0

    @property
    def a_second(self) -> float:
        return self.appends / self.seconds


async def append_for(seconds: float, url: str, data: Path, pace: Pace, writers: int, tally: Tally) -> None:
    """Each writer appends to a conversation of its own, as fast as it is acknowledged."""
    records = KeptRecords(database_at(url, data), pace)
    await records.start()
    started_s = time.perf_counter()
    before = records.report()

    async def write_on(writer: int) -> None:
        for number in itertools.count():
            if time.perf_counter() - started_s > seconds:
                return
            await records.write(a_turn(number, conversation=f"{started_s}-{writer}"))

    await asyncio.gather(*(write_on(writer) for writer in range(writers)))
    tally.seconds += time.perf_counter() - started_s
    tally.appends += records.report().changes - before.changes
    tally.commits += records.report().commits - before.commits
    await records.close()


def compare(name: str, url: str, data: Path, seconds: float) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for writers in WRITERS:
        grouped, alone = Tally(), Tally()
        for _ in range(ROUNDS):  # By turns, so that a slow moment of the machine meets both.
            asyncio.run(append_for(seconds, url, data, ALONE, writers, alone))
            asyncio.run(append_for(seconds, url, data, GROUPED, writers, grouped))
        rows.append(
            (
                name,
                str(writers),
                f"{alone.a_second:,.0f}",
                f"{grouped.a_second:,.0f}",
                f"{grouped.a_second / alone.a_second:.1f}",
                f"{grouped.appends / grouped.commits:.1f}",
            )
        )
    return rows


def cpu_of_changes(data: Path, count: int = 500) -> list[tuple[str, ...]]:
    """What carrying out a change costs the recorder's thread, in a batch of many."""
    database = database_at("", data)
    with database.to_write() as connection:
        turns = [a_turn(0, conversation=f"cpu-{number}") for number in range(count)]
        kinds: dict[str, list[Change[bool]] | list[Change[None]]] = {
            "BeginTurn": [*turns],
            "GrowAnswer, 100 characters": [GrowAnswer(turn.answer.id, "x" * 100) for turn in turns],
            "GrowAnswer, 100,000 characters": [GrowAnswer(turn.answer.id, "x" * 100_000) for turn in turns[:50]],
            "FinishAnswer": [the_end_of(turn) for turn in turns],
        }
        rows: list[tuple[str, ...]] = []
        for name, changes in kinds.items():
            started_s = time.thread_time()
            keep_together(connection, changes)
            rows.append((name, f"{(time.thread_time() - started_s) / len(changes) * 1e6:,.0f}"))
        return rows


@contextmanager
def postgres() -> Generator[PostgresServer]:
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


async def prepare(url: str, data: Path) -> None:
    records = KeptRecords(database_at(url, data))
    await records.start()
    await records.write(add_account("ada"))
    await records.close()


def main() -> None:
    """Prints two tables. ``--seconds`` is how long each of sixteen measurements takes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=0.5)
    seconds = options.parse_args().seconds
    print(heading())
    with tempfile.TemporaryDirectory(prefix="seawall-bench-") as folder:
        data = Path(folder)
        asyncio.run(prepare("", data))
        rows = compare("SQLite", "", data, seconds)
        try:
            with postgres() as server:
                url = server.new_database()
                asyncio.run(prepare(url, data))
                rows += compare("PostgreSQL", url, data, seconds)
        except NoPostgres as error:
            print(f"PostgreSQL is left out: {error}")
        print(table(rows, ("database", "writers", "one a commit /s", "grouped /s", "ratio", "appends a commit")))
        print()
        print(table(cpu_of_changes(data), ("change on SQLite", "us of CPU")))


if __name__ == "__main__":
    main()
