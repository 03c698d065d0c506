"""A real receiver of webhooks on this machine, as well or as badly behaved as a test says. Knows no test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Manner = Literal["takes", "hangs", "refuses", "breaks", "leads_on", "is_gone", "floods", "drops", "mirrors", "is_busy"]


@dataclass(frozen=True, slots=True)
class Message:
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """``took`` has what it was sent, challenges too."""

    url: str = ""
    manner: Manner = "takes"
    took: list[Message] = field(default_factory=list[Message])
    asked: int = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            message = await _read(reader)
            self.asked += 1
            await self._reply(message, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _reply(self, message: Message, writer: asyncio.StreamWriter) -> None:
        if self.manner == "hangs":
            await asyncio.Event().wait()
        if self.manner == "drops":
            return
        if self.manner == "floods":
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
            for _ in range(1000):
                writer.write(b"x" * 100_000)
                await writer.drain()
            return
        if self.manner == "mirrors":
            head = f"HTTP/1.1 404 Not Found\r\ncontent-length: {len(message.body)}\r\n\r\n"
            writer.write(head.encode() + message.body)
            return
        statuses = {
            "refuses": "400 No",
            "breaks": "503 Later",
            "is_busy": "429 Slowly",
            "is_gone": "410 Gone",
            "leads_on": "302 There",
        }
        if self.manner != "takes":
            to = f"location: {self.url}/elsewhere\r\n" if self.manner == "leads_on" else ""
            writer.write(f"HTTP/1.1 {statuses[self.manner]}\r\n{to}content-length: 0\r\n\r\n".encode())
        else:
            self.took.append(message)
            challenge = message.told.get("challenge", "").encode()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(challenge), challenge))
        await writer.drain()


async def _read(reader: asyncio.StreamReader) -> Message:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    return Message(headers, await reader.readexactly(int(headers.get("content-length", "0"))))


@asynccontextmanager
async def receiver(manner: Manner = "takes") -> AsyncGenerator[Receiver]:
    """It listens on a free port."""
    kept = Receiver(manner=manner)
    open_: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_.add(task)
        await kept.answer(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    kept.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield kept
    finally:
        server.close()
        for task in open_:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)
