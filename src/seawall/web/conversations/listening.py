"""What is told as it happens: of one answer, of an account. Knows their events; decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from seawall.conversations.events import AccountEvent, AccountEvents
from seawall.conversations.jobs import Job
from seawall.streaming.sse import KEEP_ALIVE, named_event, numbered_event
from seawall.streaming.wire import Wire
from seawall.web.event_stream import EventStream, refuse

# A page draws a handful of words at a time, thirteen times a second. A packet for each token would wake it, a phone's
# radio and our own loop in between for nothing: 1,300 of 3,500 tasks of a page that is told 1,500 tokens, 4 ms apart.
TOGETHER_S = 0.03


class AnswerEvents(EventStream):
    """The events of an answer after the one of that number, until it has ended.

    The first piece is told at once; what follows it within ``together_s`` goes in one packet.
    """

    def __init__(
        self,
        job: Job,
        after: int,
        is_still_in: Callable[[], Awaitable[bool]],
        keep_alive_s: float,
        together_s: float = TOGETHER_S,
    ) -> None:
        super().__init__(is_still_in, keep_alive_s)
        self._job = job
        self._after = after
        self._together_s = together_s

    async def tell(self, wire: Wire) -> None:
        async for events in self._job.listen(self._after):
            if not await self.may_go_on():
                break
            await wire.write(b"".join(numbered_event(event.number, event.name, event.data) for event in events))
            if events[-1].name == "piece" and not self._job.ended:
                await asyncio.sleep(self._together_s)
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


def _begun(job: Job) -> AccountEvent:
    return AccountEvent("begun", job.conversation_id, job.answer_id)


def _event(event: AccountEvent) -> bytes:
    ids = (("conversation_id", event.conversation_id), ("answer_id", event.answer_id))
    return named_event(event.name, {name: value for name, value in ids if value})
