"""An answer's way to the socket: signs of life while nothing else is sent. Knows ASGI's ``send``; decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]


class Wire:
    """One response. After ``start`` it repeats ``sign_of_life`` whenever ``every_s`` pass without anything sent."""

    def __init__(self, send: Send, *, sign_of_life: bytes, every_s: float) -> None:
        self._send = send
        self._sign_of_life = sign_of_life
        self._every_s = every_s
        self._timer: asyncio.TimerHandle | None = None
        self._sent_s = 0.0
        self._sending: asyncio.Task[None] | None = None
        self.started = False

    async def start(self, status: int, headers: Headers) -> None:
        """Sends status and headers, and begins to keep alive."""
        self.started = True
        await self._send({"type": "http.response.start", "status": status, "headers": list(headers)})
        loop = asyncio.get_running_loop()
        self._sent_s = loop.time()
        self._timer = loop.call_at(self._sent_s + self._every_s, self._beat)

    async def write(self, data: bytes) -> None:
        """Sends a whole event or document part; waits while the client reads too slowly."""
        self._sent_s = asyncio.get_running_loop().time()
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def finish(self, data: bytes = b"") -> None:
        """Sends the last bytes and ends the response."""
        self.stop()
        await self._send({"type": "http.response.body", "body": data, "more_body": False})

    def stop(self) -> None:
        """Ends the signs of life; safe to call at any time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        due_s = self._sent_s + self._every_s
        if loop.time() >= due_s:
            # A client that does not read keeps the last sign of life pending; a second one would not help it.
            if self._sending is None or self._sending.done():
                self._sending = loop.create_task(self.write(self._sign_of_life))
            due_s = loop.time() + self._every_s
        self._timer = loop.call_at(due_s, self._beat)
