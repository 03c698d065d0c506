"""One request and its answer, as an honest or a hostile client sees it, against the stub engine's own bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sized
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest

from seawall.siege.lengths import Length
from seawall.siege.questions import Wish, request_of
from seawall.siege.samples import Part
from seawall.siege.stub_engine import EngineSpec, StubEngine
from seawall.siege.stub_server import Connection
from seawall.siege.talk import CUT, json_of, talk
from seawall.siege.target import Target

WISH = Wish("tide", Length(20, 5), Part.REGISTERED)


class Counted(Connection):
    """Tells which connections are open still."""

    def __init__(self, stub: StubEngine, open_: set[Connection]) -> None:
        super().__init__(stub)
        self._open = open_
        open_.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._open.discard(self)


@asynccontextmanager
async def engine(*, stepping: bool = True) -> AsyncGenerator[tuple[Target, StubEngine]]:
    """A stub engine on loopback whose steps take no time."""
    stub = StubEngine(EngineSpec(token_ms=20))
    loop = asyncio.get_running_loop()
    open_: set[Connection] = set()
    server = await loop.create_server(partial(Counted, stub, open_), "127.0.0.1", 0)

    async def step() -> None:
        while True:
            await asyncio.sleep(0)
            stub.step(20)

    steps = loop.create_task(step()) if stepping else None
    try:
        yield Target("engine", server.sockets[0].getsockname()[1]), stub
    finally:
        if steps is not None:
            steps.cancel()
        server.close()
        await _none(open_)


@asynccontextmanager
async def answering(answer: bytes, met: list[str] | None = None) -> AsyncGenerator[Target]:
    """A door that says the same to everybody, and tells whom it ``met``."""
    met = [] if met is None else met

    saying: set[object] = set()

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        saying.add(writer)
        met.append(writer.get_extra_info("peername")[0])
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        saying.discard(writer)

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    try:
        yield Target("door", server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await _none(saying)


async def _none(left: Sized) -> None:
    while left:
        await asyncio.sleep(0)


async def test_a_stream_is_served_when_it_came_to_its_end() -> None:
    async with engine() as (target, _):
        outcome = await talk(target, request_of(WISH, target, "127.9.9.9", ""), "127.9.9.9", 5)
    assert (outcome.status, outcome.served, outcome.tokens) == (200, True, 5)
    assert outcome.first_s is not None
    assert outcome.begun_s < outcome.first_s <= outcome.ended_s


async def test_who_leaves_at_the_first_token_frees_the_engine() -> None:
    async with engine() as (target, stub):
        wish = Wish("tide", Length(20, 100_000), Part.REGISTERED)
        outcome = await talk(target, request_of(wish, target, "", ""), "", 5, leave_at_first=True)
        while stub.running:
            await asyncio.sleep(0)
    assert outcome.first_s is not None
    assert not outcome.served


async def test_patience_ends() -> None:
    async with engine(stepping=False) as (target, _):
        outcome = await talk(target, request_of(WISH, target, "", ""), "", 0.01)
    assert (outcome.status, outcome.first_s) == (CUT, None)


async def test_nobody_there_is_an_outcome_too() -> None:
    async with engine() as (target, _):
        pass
    assert (await talk(target, request_of(WISH, target, "", ""), "", 1)).status == CUT


async def test_the_source_address_is_the_network_that_was_asked_for() -> None:
    met: list[str] = []
    async with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", met) as target:
        await talk(target, b"GET / HTTP/1.1\r\n\r\n", "127.77.3.7", 5)
    assert met == ["127.77.3.7"]


@pytest.mark.parametrize(
    ("answer", "code", "retry_after_s"),
    [
        (
            b"HTTP/1.1 503 No\r\nRetry-After: 7\r\ncontent-length: 30\r\n\r\n" + b'{"error": {"code": "no_room"}}',
            "no_room",
            7.0,
        ),
        (b"HTTP/1.1 429 No\r\ncontent-length: 0\r\n\r\n", "", None),
    ],
)
async def test_a_refusal_tells_why_and_when(answer: bytes, code: str, retry_after_s: float | None) -> None:
    async with answering(answer) as target:
        outcome = await talk(target, b"GET / HTTP/1.1\r\n\r\n", "", 5)
    assert (outcome.served, outcome.code, outcome.retry_after_s) == (False, code, retry_after_s)


async def test_an_error_within_a_stream_is_no_answer() -> None:
    body = b'data: {"error": {"code": "engine_failed"}}\n\n'
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    async with answering(head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)) as target:
        outcome = await talk(target, b"GET / HTTP/1.1\r\n\r\n", "", 5)
    assert (outcome.status, outcome.served) == (503, False)


async def test_the_engine_tells_whose_work_it_did() -> None:
    async with engine() as (target, _):
        await talk(target, request_of(WISH, target, "", ""), "", 5)
        report = json_of(await talk(target, target.request("GET", "/siege", ""), "", 5))
    assert list(report["work_ms"]) == ["registered"]
