"""Answers that are written at once stay bounded for who asks on without reading, and whole for who reads."""

from __future__ import annotations

import socket
from typing import Any

from edge_service import edge_service
from patience import until
from seawall.edge.protocol import UNREAD_BYTES

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
