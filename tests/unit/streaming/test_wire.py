"""One response's way to the socket."""

from __future__ import annotations

import asyncio
from typing import Any

from seawall.streaming.wire import Wire

HEADERS = ((b"content-type", b"text/plain"),)


class Sent:
    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.changed = asyncio.Event()

    async def __call__(self, message: Any) -> None:
        self.messages.append(dict(message))
        self.changed.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.messages) < count:
                self.changed.clear()
                await self.changed.wait()

    @property
    def bodies(self) -> list[bytes]:
        return [message["body"] for message in self.messages if message["type"] == "http.response.body"]

    @property
    def status(self) -> int:
        return self.messages[0]["status"]


def wire(sent: Sent, every_s: float = 60.0) -> Wire:
    return Wire(sent, HEADERS, sign_of_life=b":", every_s=every_s)


async def test_nothing_is_sent_before_there_is_something_to_say():
    sent = Sent()
    response = wire(sent)
    assert sent.messages == []
    await response.write(b"a")
    await response.finish(b"b")
    assert sent.status == 200
    assert sent.bodies == [b"a", b"b"]


async def test_an_answer_in_one_part_tells_its_length():
    sent = Sent()
    await wire(sent).finish(b"whole")
    assert dict(sent.messages[0]["headers"])[b"content-length"] == b"5"


async def test_what_is_true_only_at_last_is_asked_for_when_the_answer_leaves():
    left = [3]
    for end in (Wire.write, Wire.finish):
        sent = Sent()
        response = Wire(sent, HEADERS, sign_of_life=b":", every_s=60.0, at_last=lambda: [(b"left", b"%d" % left[0])])
        left[0] -= 1
        await end(response, b"whole")
        response.stop()
        assert dict(sent.messages[0]["headers"])[b"left"] == b"%d" % left[0]


async def test_a_refusal_keeps_its_status_while_nothing_was_sent():
    sent = Sent()
    response = wire(sent)
    assert not response.opened
    await response.replace(503, [(b"retry-after", b"3")], b"no")
    assert sent.status == 503
    assert dict(sent.messages[0]["headers"]) == {b"retry-after": b"3", b"content-length": b"2"}


async def test_signs_of_life_open_the_response_and_come_again_in_silence():
    sent = Sent()
    response = wire(sent, every_s=0.01)
    await sent.until(3)
    assert sent.status == 200
    assert sent.bodies[:2] == [b":", b":"]
    await response.finish(b"done")
    assert sent.bodies[-1] == b"done"
    count = len(sent.messages)
    await asyncio.sleep(0.03)
    assert len(sent.messages) == count


async def test_who_speaks_often_sends_no_signs_of_life():
    sent = Sent()
    response = wire(sent, every_s=0.2)
    for _ in range(10):
        await response.write(b"x")
        await asyncio.sleep(0.03)
    await response.finish()
    assert sent.bodies == [*[b"x"] * 10, b""]
