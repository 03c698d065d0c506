"""A request's body, counted while it is read. Knows a bound; keeps nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from seawall.edge.asgi import Message, Receive

# A connection that is closed on a client who still sends is reset, and takes the answer along before it is read. So
# what comes after a refusal is read and forgotten for a while, as nginx does ("lingering_close").
LINGER_S = 5.0
LINGER_BYTES = 64 * 1024 * 1024


class Body:
    """Past its bound the client seems to have left, so nobody reads on.

    An exception would not do: the framework turns whatever it does not know into a 500.
    """

    __slots__ = ("_ended", "_left_bytes", "_receive")

    def __init__(self, receive: Receive, bound_bytes: int) -> None:
        self._receive = receive
        self._left_bytes = bound_bytes
        self._ended = False

    @property
    def is_too_large(self) -> bool:
        return self._left_bytes < 0

    async def receive(self) -> Message:
        """ASGI's ``receive``."""
        message = await self._next()
        return {"type": "http.disconnect"} if self.is_too_large else message

    async def drain(self) -> None:
        """Reads on and keeps nothing, until the body ends, the client leaves, or it is enough."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_S):
                while not self._ended and self._left_bytes > -LINGER_BYTES:
                    await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left_bytes -= len(message.get("body", b""))
            self._ended = not message.get("more_body", False)
        else:
            self._ended = True
        return message
