"""One response's way to the socket."""

from __future__ import annotations

import asyncio
from typing import Any

from seawall.streaming.wire import Wire
from virtual_time import run_virtually

HEADERS = ((b"content-type", b"text/plain"),)


class Sent:
    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    async def __call__(self, message: Any) -> None:
        self.messages.append(dict(message))

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


def test_signs_of_life_open_the_response_and_come_again_in_silence():
    async def silence() -> None:
        sent = Sent()
        response = wire(sent, every_s=15.0)
        await asyncio.sleep(31)
        assert sent.status == 200
        assert sent.bodies == [b":", b":"]
        await response.finish(b"done")
        await asyncio.sleep(60)
        assert sent.bodies == [b":", b":", b"done"]

    run_virtually(silence())


def test_who_speaks_often_sends_no_signs_of_life():
    async def speech() -> list[bytes]:
        sent = Sent()
        response = wire(sent, every_s=15.0)
        for _ in range(10):
            await response.write(b"x")
            await asyncio.sleep(14)
        await response.finish()
        return sent.bodies

    assert run_virtually(speech()) == [*[b"x"] * 10, b""]
