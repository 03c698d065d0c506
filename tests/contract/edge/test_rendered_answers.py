"""Answers that are written at once stay bounded for who asks on without reading, and whole for who reads."""

from __future__ import annotations

import re
import socket
from random import Random
from typing import Any

from edge_service import edge_service
from patience import until
from seawall.edge.address import AddressResolver
from seawall.edge.buckets import Share
from seawall.edge.deadlines import HEAD
from seawall.edge.gate import Gate
from seawall.edge.protocol import UNREAD_BYTES
from seawall.edge.seen import Unseen
from some_judge import judge

BODY = b"x" * 20_000
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(BODY), BODY)
GET = b"GET /status HTTP/1.1\r\nhost: x\r\n\r\n"


def shown(scope: Any, *, keep_alive: bool) -> bytes | None:
    return ANSWER


async def nobody(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("The gate has answered.")


async def test_who_reads_gets_every_answer_whole():
    async with edge_service(nobody, first_look=shown) as service:
        client = await service.client()
        for _ in range(30):
            await client.send(GET)
            assert (await client.answer())[1] == BODY


async def test_who_asks_on_without_reading_is_cut_off_before_the_answers_fill_our_memory():
    async with edge_service(nobody, first_look=shown) as service:
        line = socket.create_connection(("127.0.0.1", service.port))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await until(lambda: service.connections.count == 1)
        (kept,) = list(service.connections)
        line.setblocking(False)
        line.send(GET * 1500)  # Thirty megabytes, were all of them answered.
        await until(lambda: kept.line.unsent_bytes() > UNREAD_BYTES)
        assert kept.line.unsent_bytes() < UNREAD_BYTES + 3 * len(ANSWER)
        line.close()
        await until(lambda: service.connections.count == 0)


class Counting(Unseen):
    """How many requests were seen, and how many were refused."""

    def __init__(self) -> None:
        self.requests = 0
        self.refused = 0

    def request(self, address: str, path: str, headers: Any, *, known: bool) -> int:
        self.requests += 1
        return 0

    def answered(self, number: int, path: str, status: int, retry_after_s: float | None = None) -> None:
        self.refused += 1


async def says_its_path(scope: Any, receive: Any, send: Any) -> None:
    body = scope["path"].encode() + scope["query_string"] + b"".join(value for _, value in scope["headers"])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def _without_chance(head: bytes) -> bytes:
    return re.sub(rb"(x-request-id|retry-after): [^\r]+", b"", head)


async def test_a_request_is_answered_alike_whether_it_comes_in_one_piece_or_in_two():
    """In one piece it is looked at before the parser is asked, and judged once all the same."""
    seen = Counting()
    gate = Gate(
        says_its_path,
        judge=judge(strangers=Share(0.001, 24.0)),  # Calls cost five each: four are let in.
        addresses=AddressResolver([]),
        body_bytes=10,
        clock=lambda: 5.0,
        random=Random(1),
        api_headers=lambda: [(b"x-seawall-class", b"C4")],
        seen=seen,
    )
    async with edge_service(gate, first_look=gate.first_look) as service:
        client = await service.client()
        answers: list[tuple[bytes, bytes]] = []
        for number in range(12):
            accept = (b"*/*", b"text/html")[number // 2 % 2]
            request = b"GET /v1/models?a=b HTTP/1.1\r\nHost: x\r\naccept: %b\r\n\r\n" % accept
            if number % 2:
                await client.send(request[:20])
                (kept,) = service.connections
                await until(lambda kept=kept: kept.stage is HEAD)
                await client.send(request[20:])
            else:
                await client.send(request)
            head, body = await client.answer()
            answers.append((_without_chance(head), body))
        assert answers[::2] == answers[1::2]
        assert [head[9:12] for head, _ in answers] == [b"200"] * 4 + [b"429"] * 8
        assert (seen.requests, seen.refused) == (12, 8)
        assert service.state.total_requests == 12
