"""An answer's way to the socket, with signs of life in silence. Knows ASGI's ``send``; decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]


class Wire:
    """One response, of which nothing is sent until there is something to say.

    Until then it can still become another status. Whenever ``every_s`` pass in silence it sends ``sign_of_life``, and
    the 200 before it if that is still to come: proxies and clients give up on a connection that says nothing.
    ``at_last`` names headers of the 200 that are true only when it leaves, such as what is left of a share.
    """

    def __init__(
        self,
        send: Send,
        headers: Headers,
        *,
        sign_of_life: bytes,
        every_s: float,
        at_last: Callable[[], Headers] = tuple,
    ) -> None:
        self._send = send
        self._headers = headers
        self._at_last = at_last
        self._sign_of_life = sign_of_life
        self._every_s = every_s
        self._loop = asyncio.get_running_loop()
        self._sent_s = self._loop.time()
        self._beating: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = self._loop.call_at(self._sent_s + every_s, self._beat)
        self.opened = False

    def tell(self, header: tuple[bytes, bytes]) -> None:
        """Adds a header to the 200; without effect once it is sent."""
        self._headers = (*self._headers, header)

    async def write(self, data: bytes) -> None:
        """Sends a whole event or document part; waits while the client reads too slowly."""
        self._sent_s = self._loop.time()
        if not self.opened:
            await self._open(200, (*self._headers, *self._at_last()))
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def finish(self, data: bytes = b"") -> None:
        """Sends the last bytes and ends the response; in one part where nothing was sent before."""
        self.stop()
        if not self.opened:
            await self._open(200, [*self._headers, *self._at_last(), _length(data)])
        await self._send({"type": "http.response.body", "body": data, "more_body": False})

    async def replace(self, status: int, headers: Headers, body: bytes) -> None:
        """Ends the response with another status. Only before it is ``opened``."""
        self.stop()
        await self._open(status, [*headers, _length(body)])
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    def stop(self) -> None:
        """Ends the signs of life; safe to call at any time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _open(self, status: int, headers: Headers) -> None:
        self.opened = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    def _beat(self) -> None:
        now_s = self._loop.time()
        due_s = self._sent_s + self._every_s
        if now_s >= due_s:
            # A client that does not read keeps the last sign of life pending; a second one would not help it.
            if self._beating is None or self._beating.done():
                self._beating = self._loop.create_task(self.write(self._sign_of_life))
            due_s = now_s + self._every_s
        self._timer = self._loop.call_at(due_s, self._beat)


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", str(len(body)).encode()
