"""``/api/operator/live``: the bridge's readings as they come. Decides nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial

from fastapi import APIRouter, Request, Response

from seawall.operating.bridge.instruments import Instruments
from seawall.streaming.sse import named_event
from seawall.streaming.wire import Wire
from seawall.web.door import Door
from seawall.web.event_stream import EventStream
from seawall.web.operators.accounts import operating
from seawall.web.views import REFUSALS


class LiveStream(EventStream):
    """``history`` once, then a ``reading`` every two seconds."""

    def __init__(self, instruments: Instruments, is_still_in: Callable[[], Awaitable[bool]], keep_alive_s: float):
        super().__init__(is_still_in, keep_alive_s)
        self._instruments = instruments

    async def tell(self, wire: Wire) -> None:
        await wire.write(
            named_event("history", self._instruments.history()) + named_event("reading", self._instruments.reading)
        )
        async with aclosing(self._instruments.watch()) as readings:
            async for reading in readings:
                if not await self.may_go_on():
                    break
                await wire.write(named_event("reading", reading))
        await wire.finish()


def live_router(door: Door, instruments: Instruments, *, keep_alive_s: float) -> APIRouter:
    """What is going on, for those who run the service."""
    router = APIRouter(prefix="/api/operator/live", tags=["operator"], responses=REFUSALS)

    @router.get("", summary="What is going on, as it happens (server-sent events)", response_class=Response)
    async def live(request: Request) -> Response:
        operating(await door.signed_in(request))
        return LiveStream(instruments, partial(door.is_still_in, request, operating=True), keep_alive_s)

    @router.get("/now", summary="One reading")
    async def now(request: Request) -> dict[str, object]:
        operating(await door.signed_in(request))
        return instruments.reading

    return router
