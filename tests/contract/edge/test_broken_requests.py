"""What is no sound HTTP, and what is old HTTP, on real sockets."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from edge_service import edge_service

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
POST = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"


async def hello(scope: Any, receive: Any, send: Any) -> None:
    """Reads its body, then answers in two parts whose length it does not tell."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more = message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hel", "more_body": True})
    await send({"type": "http.response.body", "body": b"lo"})


def told(answer: bytes) -> tuple[int, str]:
    """Status and code of one refusal of the API's form, with its id."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"x-request-id: " in head
    assert b"connection: close" in head
    return int(head.split()[1]), json.loads(body)["error"]["code"]


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: x\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nno number\r\n",
        b"PROXY TCP4 203.0.113.7 192.0.2.1 1 2\r\n" + GET,
    ],
    ids=["TLS", "HTTP/2", "a header", "the path", "CONNECT", "a length", "two lengths", "a chunk", "an announcement"],
)
async def test_what_is_no_http_is_told_so_in_the_apis_form(request_bytes: bytes) -> None:
    async with edge_service(hello) as service:
        client = await service.client(request_bytes)
        assert told(await client.rest()) == (400, "invalid_request")
        assert service.refused == ["invalid_request"]


async def test_a_broken_body_is_told_as_a_problem_where_that_is_asked_for() -> None:
    async with edge_service(hello) as service:
        head = POST + b"accept: application/problem+json\r\ntransfer-encoding: chunked\r\n\r\n"
        client = await service.client(head + b"no number\r\n")
        told_head, _, body = (await client.rest()).partition(b"\r\n\r\n")
        assert b"content-type: application/problem+json" in told_head
        assert json.loads(body)["code"] == "invalid_request"


@pytest.mark.parametrize("parts", [1, 3, 500], ids=["at once", "in three", "in many"])
async def test_headers_past_their_bound_are_refused_however_they_come(parts: int) -> None:
    head = b"GET /v1/models HTTP/1.1\r\n" + b"x: " + b"y" * 5000 + b"\r\n\r\n"
    async with edge_service(hello) as service:
        client = await service.client()
        size = -(-len(head) // parts)
        for start in range(0, len(head), size):
            await client.send(head[start : start + size])
        answer = await client.rest()
        assert told(answer) == (431, "headers_too_large")
        assert b"x-seawall-class: C4" in answer


async def test_headers_at_their_bound_pass_with_a_long_body_behind_them() -> None:
    async with edge_service(hello) as service:
        head = POST + b"content-length: 100000\r\nx: "
        head += b"y" * (3990 - len(head)) + b"\r\n\r\n"
        client = await service.client(head + b"z" * 100_000)
        assert (await client.head()).startswith(b"HTTP/1.1 200")


async def test_a_broken_request_behind_a_sound_one_waits_for_that_ones_answer() -> None:
    may_answer = asyncio.Event()

    async def answers_late(scope: Any, receive: Any, send: Any) -> None:
        await may_answer.wait()
        await hello(scope, receive, send)

    async with edge_service(answers_late) as service:
        client = await service.client(GET + GET + b"\x00nonsense")
        await service.pass_time(1)
        may_answer.set()
        answers = await client.rest()
        assert answers.count(b"HTTP/1.1 200") == 2
        assert answers.count(b"HTTP/1.1") == 2
        assert answers.endswith(b"0\r\n\r\n")


async def test_a_body_that_breaks_in_the_middle_of_its_answer_ends_it_without_a_second_status() -> None:
    async def answers_first(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    async with edge_service(answers_first) as service:
        client = await service.client(POST + b"transfer-encoding: chunked\r\n\r\n")
        await client.head()
        await client.send(b"no number\r\n")
        assert await client.rest() == b"5\r\nbegun\r\n"


async def test_more_requests_ahead_than_are_taken_end_the_connection_after_those_before() -> None:
    async with edge_service(hello) as service:
        client = await service.client(GET * 1000)
        answers = await client.rest()
        assert 1 < answers.count(b"HTTP/1.1 200") < 20
        assert answers.endswith(b"0\r\n\r\n")


async def test_requests_sent_ahead_are_answered_in_order_and_the_connection_stays() -> None:
    async def path(scope: Any, receive: Any, send: Any) -> None:
        body = scope["path"].encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": body})

    async with edge_service(path) as service:
        client = await service.client(b"".join(b"GET /%d HTTP/1.1\r\nhost: x\r\n\r\n" % number for number in range(9)))
        assert [(await client.answer())[1] for _ in range(9)] == [b"/%d" % number for number in range(9)]
        await service.pass_time(20)
        assert service.connections.count == 1


async def test_an_http_1_0_client_gets_no_chunks_and_an_answer_that_ends_with_the_connection() -> None:
    async with edge_service(hello) as service:
        client = await service.client(b"GET / HTTP/1.0\r\nhost: x\r\n\r\n")
        head, _, body = (await client.rest()).partition(b"\r\n\r\n")
        assert body == b"hello"
        assert b"transfer-encoding" not in head.lower()
        assert b"connection: close" in head.lower()


async def test_an_http_1_0_client_is_told_a_length_that_is_known() -> None:
    async def short(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Content-Length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async with edge_service(short) as service:
        client = await service.client(b"GET / HTTP/1.0\r\n\r\n")
        head, body = await client.answer()
        assert (head.count(b"ontent-"), body, await client.rest()) == (1, b"ok", b"")


async def test_a_request_to_upgrade_is_answered_as_http_and_so_is_the_next() -> None:
    async def short(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    upgrade = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"
    async with edge_service(short) as service:
        client = await service.client(upgrade + GET + upgrade)
        assert [(await client.answer())[1] for _ in range(3)] == [b"ok"] * 3
        assert service.refused == []


async def test_what_is_refused_at_sight_is_answered_without_the_application() -> None:
    async def never(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("The application was asked.")

    def refuse(scope: Any, *, keep_alive: bool) -> bytes:
        assert scope["path"] == "/v1/chat/completions"
        close = b"" if keep_alive else b"connection: close\r\n"
        return b"HTTP/1.1 429 Too Many Requests\r\n" + close + b"content-length: 2\r\n\r\nno"

    async with edge_service(never, first_look=refuse) as service:
        service.state.default_headers = [(b"date", b"today")]
        client = await service.client(POST + b"content-length: 3\r\n\r\nab")
        head, _ = await client.answer()
        assert b"date: today\r\n" in head
        # The body's end, then two requests in one read, the last of which says that it is the last.
        await client.send(b"c" + POST + b"\r\n" + POST + b"connection: close\r\n\r\n")
        answers = await client.rest()
        assert answers.count(b"HTTP/1.1 429") == 2
        assert answers.count(b"connection: close") == 1
        assert service.state.total_requests == 3


async def test_an_answer_that_breaks_off_ends_the_connection_and_frees_it() -> None:
    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})

    async with edge_service(breaks) as service:
        client = await service.client(GET)
        assert (await client.rest()).endswith(b"half")
        assert service.connections.count == 0
