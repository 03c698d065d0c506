"""One HTTP exchange in plain ASGI: its body, its headers, its client's leaving. Knows no route."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from types import TracebackType
from typing import Any

from seawall.streaming.wire import Headers, Wire
from seawall.values.caller import SCOPE_KEY, Caller
from seawall.values.refusal import Reason, Refusal

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientLeft(Exception):
    """The client closed the connection before its request or answer was whole."""


class ServiceStops(Exception):
    """The service is told to stop, and has waited for this answer as long as it may."""

    @staticmethod
    def refusal(*, begun: bool) -> Refusal:
        """What the client is told: that it can ask again soon."""
        reason = Reason.ENGINE_FAILED if begun else Reason.ENGINE_UNAVAILABLE
        return Refusal(reason, "The service is being restarted. Try again in a few seconds.", retry_after_s=5.0)


class Exchange:
    """Reads one request; the gate before it has bounded the body."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive = receive
        self.send = send
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.caller: Caller = scope[SCOPE_KEY]

    @property
    def accept(self) -> bytes:
        """The forms of answer that the client asks for."""
        return self.headers.get(b"accept", b"")

    async def body(self) -> bytes:
        """The whole body. Raises ClientLeft."""
        parts: list[bytes] = []
        while True:
            message = await self._receive()
            if message["type"] != "http.request":
                raise ClientLeft
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                return b"".join(parts)

    def wire(
        self, headers: Headers, *, sign_of_life: bytes, every_s: float, at_last: Callable[[], Headers] = tuple
    ) -> Wire:
        """The response, not begun yet."""
        return Wire(self.send, headers, sign_of_life=sign_of_life, every_s=every_s, at_last=at_last)

    async def until_left(self) -> None:
        """Returns when the client has closed the connection. Only once the body is read."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


class CancelWhenLeft:
    """Cancels the block when the client leaves, and turns that cancellation into ClientLeft; any other is the server's,
    which stops, and becomes ServiceStops.

    One task that waits for the connection's end costs less than a task for the answer and one that waits for both.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._left = False

    async def __aenter__(self) -> None:
        self._task = asyncio.current_task()
        self._watch = asyncio.get_running_loop().create_task(self._exchange.until_left())
        self._watch.add_done_callback(self._cancel)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.remove_done_callback(self._cancel)
        self._watch.cancel()
        if kind is asyncio.CancelledError and self._task is not None:
            self._task.uncancel()
            raise (ClientLeft if self._left else ServiceStops) from error

    def _cancel(self, watch: asyncio.Task[None]) -> None:
        if not watch.cancelled() and self._task is not None:
            self._left = True
            self._task.cancel()
