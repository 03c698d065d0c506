"""A process is killed while it appends to the public log: what was acknowledged is there, and nothing is half there."""

from __future__ import annotations

import random
import subprocess
import sys

from log_rooms import an_open_log, audited
from record_places import Place
from seawall.records.truth_entries import LogFrom

KILLS = 2

# Says each position only once it was told that the entry is durable and signed. Signs in twos and threes, as they come.
PROGRAM = """
import asyncio, sys
from pathlib import Path
from log_rooms import an_open_log
from record_places import Place

async def tell_on(log, teller):
    number = 0
    while True:
        position = await log.append("posture", {"teller": teller, "number": number})
        print(position, teller, number, flush=True)
        number += 1

async def main():
    records = Place(sys.argv[1], Path(sys.argv[2])).records()
    await records.start()
    async with an_open_log(records) as log:
        await asyncio.gather(*(tell_on(log, f"{sys.argv[3]}-{teller}") for teller in range(3)))

asyncio.run(main())
"""


def killed_while_appending(place: Place, name: str, chance: random.Random) -> list[tuple[int, str]]:
    """What the process said before it died: positions, and what is to be found there."""
    path = ":".join(part for part in sys.path if part)
    command = [sys.executable, "-c", PROGRAM, place.url, str(place.data), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": path}) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(chance.randint(5, 80))]
        process.kill()
        said += process.stdout.read().splitlines(keepends=True)
    whole = [line.split() for line in said if line.endswith("\n")]
    return [(int(position), f'{{"number":{number},"teller":"{teller}"}}') for position, teller, number in whole]


async def test_nothing_acknowledged_is_lost_or_forged_when_the_appender_is_killed(place: Place):
    told: list[tuple[int, str]] = []
    for kill in range(KILLS):
        told += killed_while_appending(place, f"run{kill}", random.Random(kill))

    records = place.records()
    await records.start()
    assert len(told) >= 5 * KILLS
    rows = await records.read(LogFrom(0, 100_000))
    for position, facts in told:
        assert facts in rows[position].entry, f"entry {position} was acknowledged and is not there"
    audit = await audited(records)
    assert (audit.fault, audit.tree.size) == (None, len(rows))
    assert [row.kind for row in rows].count("key") == 1
    async with an_open_log(records) as log:
        assert await log.append("posture", {}) == len(rows)
    await records.close()
