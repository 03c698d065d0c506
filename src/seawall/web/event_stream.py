"""A response that tells what happens. Knows SSE, keep-alives and leaving; knows nothing of what it tells."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

from fastapi import Response

from seawall.streaming.refusals import refusal_body, refusal_error, refusal_headers
from seawall.streaming.sse import KEEP_ALIVE, STREAM_HEADERS, named_event
from seawall.streaming.wire import Wire
from seawall.values.refusal import Refusal
from seawall.web.api.exchange import CancelWhenLeft, ClientLeft, Exchange, Receive, Scope, Send, ServiceStops


class EventStream(Response):
    """A response that goes on until there is nothing more to tell. A client that leaves ends it, and nothing else.

    So does the end of its session: ``is_still_in`` is asked as often as a sign of life is sent.
    """

    def __init__(self, is_still_in: Callable[[], Awaitable[bool]], keep_alive_s: float) -> None:
        super().__init__()
        self._is_still_in = is_still_in
        self._keep_alive_s = keep_alive_s
        self._asked_s = monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send)
        wire = exchange.wire(STREAM_HEADERS, sign_of_life=KEEP_ALIVE, every_s=self._keep_alive_s)
        try:
            with suppress(ClientLeft):
                async with CancelWhenLeft(exchange):
                    await self.tell(wire)
        except ServiceStops:
            await refuse(ServiceStops.refusal(begun=wire.opened), wire)
        finally:
            wire.stop()

    async def may_go_on(self) -> bool:
        """Whether whoever listens is still signed in, as far as it was asked lately."""
        now_s = monotonic()
        if now_s - self._asked_s < self._keep_alive_s:
            return True
        self._asked_s = now_s
        return await self._is_still_in()

    @abstractmethod
    async def tell(self, wire: Wire) -> None:
        """Writes the events, and finishes."""


async def refuse(refusal: Refusal, wire: Wire) -> None:
    """With its status while that is still open, else as an event."""
    if wire.opened:
        await wire.finish(named_event("error", error_fields(refusal)))
    else:
        await wire.replace(refusal.reason.status, refusal_headers(refusal), refusal_body(refusal))


def error_fields(refusal: Refusal) -> Mapping[str, Any]:
    """A refusal as the data of an ``error`` event."""
    told: dict[str, Any] = {"error": refusal_error(refusal)}
    return told if refusal.retry_after_s is None else {**told, "retry_after_s": refusal.retry_after_s}
