"""How an answer's words are told: the first at once, fast ones together. In virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from seawall.conversations.jobs import Job, Jobs
from seawall.streaming.sse import KEEP_ALIVE, STREAM_HEADERS
from seawall.streaming.wire import Wire
from seawall.web.conversations.listening import TOGETHER_S, AnswerEvents
from virtual_time import run_virtually


async def told(words: int, every_s: float) -> list[tuple[float, bytes]]:
    """The packets of an answer that says a word so often, with their times since the first word."""
    loop = asyncio.get_running_loop()

    async def work(job: Job) -> None:
        for number in range(words):
            await asyncio.sleep(every_s)
            job.say(f"word{number} ", "")
        job.tell("done", {"status": "complete"})

    packets: list[tuple[float, bytes]] = []
    begun_s = loop.time() + every_s

    async def send(message: MutableMapping[str, Any]) -> None:
        if message.get("body"):
            packets.append((loop.time() - begun_s, message["body"]))

    async def still_in() -> bool:
        return True

    job = Jobs(per_account=1).start("ada", "c", "a", work)
    assert isinstance(job, Job)
    wire = Wire(send, STREAM_HEADERS, sign_of_life=KEEP_ALIVE, every_s=15.0)
    await AnswerEvents(job, 0, still_in, 15.0).tell(wire)
    return packets


def test_words_that_come_fast_share_a_packet_and_the_first_is_told_at_once() -> None:
    packets = run_virtually(told(100, every_s=TOGETHER_S / 10))
    first_s, first = packets[0]
    assert first_s < 1e-6
    assert first.count(b"event: piece") == 1
    assert len(packets) <= 12
    whole = b"".join(body for _, body in packets)
    assert [whole.count(b"word%d " % number) for number in range(100)] == [1] * 100


def test_words_that_come_slowly_are_told_as_they_come() -> None:
    packets = run_virtually(told(5, every_s=TOGETHER_S * 2))
    assert [round(at_s / TOGETHER_S) for at_s, body in packets if b"piece" in body] == [0, 2, 4, 6, 8]
