"""A request's body, counted while it is read. Knows a bound; keeps nothing."""

from __future__ import annotations

from seawall.edge.asgi import Message, Receive


class Body:
    """Past its bound the client seems to have left, so nobody reads on.

    An exception would not do: the framework turns whatever it does not know into a 500.
    """

    __slots__ = ("_left_bytes", "_receive")

    def __init__(self, receive: Receive, bound_bytes: int) -> None:
        self._receive = receive
        self._left_bytes = bound_bytes

    @property
    def is_too_large(self) -> bool:
        return self._left_bytes < 0

    async def receive(self) -> Message:
        """ASGI's ``receive``."""
        message = await self._receive()
        self._left_bytes -= len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.is_too_large else message
