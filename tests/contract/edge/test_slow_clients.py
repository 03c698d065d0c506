"""Clients that are slow, on real sockets and with a clock that the test moves."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from contextlib import suppress
from typing import Any

import pytest

from edge_service import Client, EdgeService, edge_service
from patience import until
from seawall.edge.sweep import SWEEP_S
from seawall.serving import listen

POST = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


async def echo_length(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the length of the body, or with nothing where the client left."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        more = message["more_body"]
    body = str(size).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


async def refuse_at_sight(scope: Any, receive: Any, send: Any) -> None:
    """Answers without reading the body, and keeps the connection."""
    await send({"type": "http.response.start", "status": 429, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"no"})


async def refuse_for_good(scope: Any, receive: Any, send: Any) -> None:
    """Answers without reading the body, and ends the connection."""
    headers = [(b"content-length", b"2"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"no"})


def is_told(answer: tuple[bytes, bytes], status: bytes, code: str) -> bool:
    """An error of the API's form, with an id and an end to the connection."""
    head, body = answer
    lower = head.lower()
    return (
        head.startswith(b"HTTP/1.1 " + status)
        and b"connection: close\r\n" in lower
        and b"x-request-id: " in lower
        and b"content-type: application/json" in lower
        and json.loads(body)["error"]["code"] == code
    )


async def trickle(service: EdgeService, client: Client, part: bytes, *, every_s: float, for_s: float) -> None:
    """Sends a part each so often; what comes back is left to be read."""
    for _ in range(round(for_s / every_s)):
        await client.send(part)
        await service.pass_time(every_s)


async def test_trickled_headers_are_cut_with_408_in_the_apis_form() -> None:
    async with edge_service(echo_length) as service:
        client = await service.client(POST)
        await trickle(service, client, b"x: y\r\n", every_s=2, for_s=12)
        assert is_told(await client.answer(), b"408", "too_slow")
        assert service.refused == ["too_slow"]
        await service.pass_time(4)
        assert service.connections.count == 0


async def test_a_connection_that_never_says_a_word_is_closed_without_one() -> None:
    async with edge_service(echo_length) as service:
        client = await service.client()
        await service.pass_time(12)
        assert await client.rest() == b""
        assert service.refused == []


async def test_headers_within_their_time_are_answered_however_they_are_cut_up() -> None:
    async with edge_service(echo_length) as service:
        client = await service.client()
        for byte in GET:
            await client.send(bytes([byte]))
        assert (await client.answer())[1] == b"0"


async def test_a_body_that_stands_still_is_cut_with_408() -> None:
    async with edge_service(echo_length) as service:
        client = await service.client(POST + b"content-length: 10\r\n\r\nab")
        await service.pass_time(14)
        assert service.refused == []
        await service.pass_time(3)
        head, body = await client.answer()
        assert is_told((head, body), b"408", "too_slow")
        assert b"x-seawall-class: C4" in head
        await until(lambda: not service.state.tasks)


async def test_a_body_that_trickles_below_the_rate_is_cut_after_its_grace() -> None:
    async with edge_service(echo_length) as service:
        client = await service.client(POST + b"content-length: 1000\r\n\r\n")
        await trickle(service, client, b"x" * 10, every_s=2, for_s=24)
        assert is_told(await client.answer(), b"408", "too_slow")


async def test_a_slow_but_honest_body_gets_through() -> None:
    async with edge_service(echo_length) as service:
        client = await service.client(POST + b"content-length: 36000\r\n\r\n")
        await trickle(service, client, b"x" * 1200, every_s=2, for_s=60)
        assert (await client.answer())[1] == b"36000"
        assert service.refused == []


async def test_a_body_past_its_ceiling_is_cut_at_whatever_rate() -> None:
    async with edge_service(echo_length) as service:
        client = await service.client(POST + b"content-length: 9000000\r\n\r\n")
        await trickle(service, client, b"x" * 20_000, every_s=10, for_s=320)
        assert is_told(await client.answer(), b"408", "too_slow")


async def test_time_in_which_the_service_does_not_read_is_not_the_clients() -> None:
    may_read = asyncio.Event()

    async def reads_late(scope: Any, receive: Any, send: Any) -> None:
        await may_read.wait()
        await echo_length(scope, receive, send)

    async with edge_service(reads_late) as service:
        client = await service.client(POST + b"content-length: 400000\r\n\r\n")
        sending = asyncio.create_task(client.send(b"x" * 400_000))
        await service.pass_time(100)
        may_read.set()
        assert (await client.answer())[1] == b"400000"
        await sending


async def test_a_client_that_waits_for_100_continue_is_not_slow() -> None:
    may_read = asyncio.Event()

    async def reads_late(scope: Any, receive: Any, send: Any) -> None:
        await may_read.wait()
        await echo_length(scope, receive, send)

    async with edge_service(reads_late) as service:
        client = await service.client(POST + b"expect: 100-continue\r\ncontent-length: 2\r\n\r\n")
        await service.pass_time(60)
        may_read.set()
        assert await client.head() == b"HTTP/1.1 100 Continue\r\n\r\n"
        await client.send(b"ab")
        assert (await client.answer())[1] == b"2"


async def test_a_client_that_never_reads_is_aborted_and_its_answer_ended() -> None:
    ended: list[str] = []

    async def floods(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        writing = asyncio.create_task(_write_for_ever(send))
        while (await receive())["type"] != "http.disconnect":
            pass
        writing.cancel()
        ended.append("left")

    async with edge_service(floods) as service:
        client = await service.client(GET)
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await until(lambda: any(c.line.unsent_bytes() > 65536 for c in service.connections))
        await service.pass_time(29)
        assert service.connections.count == 1
        await service.pass_time(5)
        await until(lambda: ended == ["left"])
        assert service.connections.count == 0


async def _write_for_ever(send: Any) -> None:
    while True:
        await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})


async def test_a_client_that_reads_slowly_keeps_its_answer() -> None:
    size = 16 * 1024 * 1024

    async def big(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
        for left in range(size // 65536, 0, -1):
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": left > 1})

    async with edge_service(big) as service:
        client = await service.client(GET)
        await client.head()
        for _ in range(size // (1024 * 1024)):
            await client.reader.readexactly(1024 * 1024)
            await service.pass_time(10)
        assert service.connections.count == 1


async def test_an_unused_connection_is_closed_after_its_time_and_blank_lines_do_not_prolong_it() -> None:
    async with edge_service(echo_length) as service:
        client = await service.client(GET)
        await client.answer()
        await trickle(service, client, b"\r\n", every_s=10, for_s=70)
        await client.send(GET)
        await client.answer()
        await trickle(service, client, b"\r\n", every_s=10, for_s=80)
        assert await client.is_cut()


async def test_a_request_refused_before_its_body_leaves_the_connection_of_use() -> None:
    async with edge_service(refuse_at_sight) as service:
        client = await service.client(POST + b"content-length: 300000\r\n\r\n")
        assert (await client.answer())[1] == b"no"
        await client.send(b"x" * 300_000)
        await client.send(GET)
        assert (await client.answer())[1] == b"no"
        assert service.state.total_requests == 2


async def test_the_rest_of_a_refused_body_has_its_deadlines_too() -> None:
    async with edge_service(refuse_at_sight) as service:
        client = await service.client(POST + b"content-length: 300000\r\n\r\n")
        await client.answer()
        await trickle(service, client, b"x", every_s=5, for_s=25)
        assert await client.is_cut()
        assert service.refused == []


async def test_who_still_sends_behind_a_last_answer_is_answered_and_not_reset() -> None:
    async with edge_service(refuse_for_good) as service:
        client = await service.client(POST + b"content-length: 8000000\r\n\r\n")
        await client.send(b"x" * 8_000_000)
        head, body = await client.answer()
        assert (head.split()[1], body) == (b"413", b"no")
        assert await client.rest() == b""


@pytest.mark.parametrize(
    "framing", [b"content-length: 80000000\r\n\r\n", b"transfer-encoding: chunked\r\n\r\n4c4b400\r\n"]
)
async def test_what_is_read_and_forgotten_has_an_end(framing: bytes) -> None:
    async with edge_service(refuse_at_sight) as service:
        client = await service.client(POST + framing)
        await client.answer()
        with suppress(ConnectionError):
            for _ in range(80):
                await client.send(b"x" * 1_000_000)
        assert await client.is_cut()


async def test_lingering_ends() -> None:
    async with edge_service(refuse_for_good) as service:
        client = await service.client(POST + b"content-length: 8000000\r\n\r\n")
        await client.answer()
        await trickle(service, client, b"x", every_s=1, for_s=9)
        assert service.connections.count == 1
        await service.pass_time(3)
        assert service.connections.count == 0


async def test_a_service_that_was_asleep_itself_reads_before_it_judges() -> None:
    async with edge_service(echo_length) as service:
        client = await service.client(POST)
        await service.pass_time(100, step_s=100)
        await client.send(b"content-length: 0\r\n\r\n")
        assert (await client.answer())[1] == b"0"


@pytest.mark.parametrize("part", [b"", b"GET /second HTTP/1.1\r\nhost"], ids=["nothing", "a half head"])
async def test_a_long_answer_is_not_cut_for_what_comes_behind_its_request(part: bytes) -> None:
    may_answer = asyncio.Event()

    async def answers_late(scope: Any, receive: Any, send: Any) -> None:
        await may_answer.wait()
        await echo_length(scope, receive, send)

    async with edge_service(answers_late) as service:
        client = await service.client(GET + part)
        await service.pass_time(200)
        may_answer.set()
        assert (await client.answer())[1] == b"0"
        if part:
            await client.send(b": x\r\n\r\n")
            assert (await client.answer())[1] == b"0"


async def test_while_means_run_short_unused_connections_are_closed_early_and_no_others() -> None:
    async with edge_service(echo_length) as service:
        idle, busy = await service.client(GET), await service.client(GET)
        await idle.answer()
        await busy.answer()
        service.is_tight = True
        await busy.send(POST)
        await service.pass_time(7)
        assert await idle.is_cut()
        await busy.send(b"\r\n")
        assert (await busy.answer())[1] == b"0"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the kernel's own deadline")
def test_the_sweep_finds_who_does_not_read_before_the_kernel_ends_it_uncounted() -> None:
    with listen("127.0.0.1", 0, send_s=30) as listener:
        kernel_s = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) / 1000
    assert kernel_s > 30 + 2 * SWEEP_S
