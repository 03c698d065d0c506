"""Event streams as responses: of one answer, of an account. Knows SSE and leaving; decides nothing."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic

from fastapi import Response

from seawall.conversations.events import AccountEvent, AccountEvents
from seawall.conversations.jobs import Job
from seawall.streaming.refusals import refusal_body, refusal_headers
from seawall.streaming.sse import KEEP_ALIVE, STREAM_HEADERS, named_event, numbered_event
from seawall.streaming.wire import Wire
from seawall.values.refusal import Refusal
from seawall.web.api.exchange import CancelWhenLeft, ClientLeft, Exchange, Receive, Scope, Send, ServiceStops
from seawall.web.conversations.answer_work import error_fields


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


class AnswerEvents(EventStream):
    """The events of an answer after the one of that number, until it has ended."""

    def __init__(self, job: Job, after: int, is_still_in: Callable[[], Awaitable[bool]], keep_alive_s: float) -> None:
        super().__init__(is_still_in, keep_alive_s)
        self._job = job
        self._after = after

    async def tell(self, wire: Wire) -> None:
        async for events in self._job.listen(self._after):
            if not await self.may_go_on():
                break
            await wire.write(b"".join(numbered_event(event.number, event.name, event.data) for event in events))
        if self._job.refusal is not None:
            await refuse(self._job.refusal, wire)
        else:
            await wire.finish()


class AccountStream(EventStream):
    """What happens to an account's conversations from now on, after what is in progress."""

    def __init__(
        self,
        events: AccountEvents,
        account_id: str,
        running: tuple[Job, ...],
        is_still_in: Callable[[], Awaitable[bool]],
        keep_alive_s: float,
    ) -> None:
        super().__init__(is_still_in, keep_alive_s)
        self._events = events
        self._account_id = account_id
        self._running = running

    async def tell(self, wire: Wire) -> None:
        # Something at once: else a browser would not know for seconds that it is connected.
        await wire.write(KEEP_ALIVE + b"".join(_event(_begun(job)) for job in self._running))
        async for events in self._events.listen(self._account_id, self._keep_alive_s):
            if not await self.may_go_on():
                break
            if events:
                await wire.write(b"".join(_event(event) for event in events))
        await wire.finish()


async def refuse(refusal: Refusal, wire: Wire) -> None:
    """With its status while that is still open, else as an event."""
    if wire.opened:
        await wire.finish(named_event("error", error_fields(refusal)))
    else:
        await wire.replace(refusal.reason.status, refusal_headers(refusal), refusal_body(refusal))


def _begun(job: Job) -> AccountEvent:
    return AccountEvent("begun", job.conversation_id, job.answer_id)


def _event(event: AccountEvent) -> bytes:
    ids = (("conversation_id", event.conversation_id), ("answer_id", event.answer_id))
    return named_event(event.name, {name: value for name, value in ids if value})
