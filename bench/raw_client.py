"""A client that costs next to nothing: kept-alive connections, requests made beforehand. Knows when tokens come."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from scripted_upstream import WORD

MARK = WORD.strip().encode()
PATIENCE_S = 60.0


class Unexpected(Exception):
    """The answer is no whole 200, so its cost tells nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``first_token_s`` is from the request's last byte to the first byte of the answer's first word."""

    first_token_s: float
    words: int


def request(path: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> bytes:
    """The bytes of a POST."""
    content = json.dumps(body).encode()
    fields = {"host": "127.0.0.1", "content-type": "application/json", "content-length": str(len(content)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + content


class Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._first_s = 0.0
        self._head = b""
        self._missing_bytes: int | None = None
        self._begun = asyncio.Event()
        self._whole: asyncio.Future[None] | None = None

    @classmethod
    async def to(cls, port: int) -> Line:
        """A line to this machine's port."""
        _, line = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return line

    async def ask(self, request: bytes) -> Answer:
        """Raises Unexpected."""
        begun, whole = self._send(request)
        async with asyncio.timeout(PATIENCE_S):
            await whole
        body = b"".join(self._parts)
        if b" 200 " not in self._head[:16] or not self._first_s:
            raise Unexpected((self._head + body)[:2000].decode(errors="replace"))
        return Answer(self._first_s - begun, body.count(MARK))

    async def begin(self, request: bytes) -> None:
        """Returns once the answer has begun. Raises Unexpected."""
        self._send(request)
        async with asyncio.timeout(PATIENCE_S):
            await self._begun.wait()

    def close(self) -> None:
        """Leaves, also in the middle of an answer."""
        if self._whole is not None:
            self._whole.cancel()
        self._transport.close()

    def _send(self, request: bytes) -> tuple[float, asyncio.Future[None]]:
        self._parts, self._first_s, self._head, self._missing_bytes = [], 0.0, b"", None
        self._begun.clear()
        self._whole = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return time.perf_counter(), self._whole

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._whole is not None and not self._whole.done():
            self._whole.set_exception(Unexpected(f"The connection ended after {b''.join(self._parts)!r}"))

    def data_received(self, data: bytes) -> None:
        if not self._first_s and MARK in data:
            self._first_s = time.perf_counter()
        self._parts.append(data)
        self._begun.set()
        if not self._head and not self._open():
            return
        if self._missing_bytes is None:
            ended = data.endswith(b"0\r\n\r\n") or b"".join(self._parts[-5:]).endswith(b"\r\n0\r\n\r\n")
        else:
            ended = sum(map(len, self._parts)) >= self._missing_bytes
        if ended and self._whole is not None and not self._whole.done():
            self._whole.set_result(None)

    def _open(self) -> bool:
        """Whether the head is whole; without an announced length the body is chunked."""
        head, found, body = b"".join(self._parts).partition(b"\r\n\r\n")
        if found:
            self._head, self._parts = head, [body]
            for field in head.lower().split(b"\r\n"):
                if field.startswith(b"content-length:"):
                    self._missing_bytes = int(field[15:])
        return bool(found)
