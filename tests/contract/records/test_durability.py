"""A process that writes is killed at a random moment: whatever it was told is durable is there afterwards."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from record_places import Place
from record_rows import a_turn, add_account
from seawall.records.conversation_entries import ConversationsOf, ConversationWithMessages, MessageStatus

KILLS = 4

# Eight writers; each says the number of its turn, and the length of its answer so far, only once that was acknowledged.
PROGRAM = """
import asyncio, sys
from pathlib import Path
from record_places import Place
from record_rows import a_turn
from seawall.records.conversation_entries import GrowAnswer, InterruptOpenAnswers

async def write_on(records, name):
    number = 0
    while True:
        turn = a_turn(0, conversation=f"{name}-{number}")
        await records.write(turn)
        print(turn.conversation.id, 0, flush=True)
        for length in (10, 20, 30):
            await records.write(GrowAnswer(turn.answer.id, "x" * length))
            print(turn.conversation.id, length, flush=True)
        number += 1

async def main():
    records = Place(sys.argv[1], Path(sys.argv[2])).records()
    await records.start()
    await records.write(InterruptOpenAnswers())
    await asyncio.gather(*(write_on(records, f"{sys.argv[3]}-{writer}") for writer in range(8)))

asyncio.run(main())
"""


def killed_while_writing(place: Place, name: str, chance: random.Random) -> dict[str, int]:
    """What the process said before it died: the length of the answer in each conversation."""
    path = ":".join(part for part in sys.path if part)
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, place.url, str(place.data), name],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": path},
    ) as process:
        assert process.stdout is not None
        last = chance.randint(20, 200)
        said = [process.stdout.readline() for _ in range(last)]
        process.kill()
        said += process.stdout.read().splitlines(keepends=True)
    told: dict[str, int] = {}
    for line in said:
        if line.endswith("\n"):
            conversation, length = line.split()
            told[conversation] = int(length)
    return told


@pytest.mark.parametrize("kill", range(KILLS))
async def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(place: Place, kill: int):
    records = place.records()
    await records.start()
    await records.write(add_account("ada"))
    await records.close()

    told = killed_while_writing(place, f"run{kill}", random.Random(kill))

    records = place.records()
    await records.start()
    assert len(told) >= 5
    asked = a_turn().message
    assert asked
    for conversation, length in told.items():
        found = await records.read(ConversationWithMessages("account-ada", conversation))
        assert found is not None, f"{conversation} was acknowledged and is lost"
        message, answer = found[1]
        assert message.text == asked.text
        assert len(answer.text) >= length
        assert answer.status is MessageStatus.STREAMING  # Until the next start marks it interrupted.
    listed = await records.read(ConversationsOf("account-ada", limit=10_000))
    assert {row.id for row in listed} >= told.keys()
    await records.close()
