"""Answers in progress, which nobody has to listen to. Knows whose they are and when they end; knows no model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from seawall.conversations.event_log import EventLog, NumberedEvent
from seawall.conversations.refusals import NO_ROOM_FOR_ANSWERS, SERVICE_STOPS, too_many_answers
from seawall.values.refusal import Refusal

# An answer that has ended is told from memory for so long: a reload, a lift, a tunnel. Later the records tell it.
REMEMBERED_S = 60.0
# Forgetting an ended answer costs its listener a read, so the oldest are forgotten early where they take more: at a
# minute each that is thirty short answers a second, or one of 4,096 tokens.
REMEMBERED_BYTES = 4 * 1024 * 1024
# Beyond what any line and engine hold by default (1,000 wait); at 60 kB for a long answer, 250 MB at the very most.
MOST_RUNNING = 4_096
# What an answer takes beside its log (`bench/identities.py`).
_JOB_BYTES = 1_200


class Job:
    """One answer in progress and its events.

    States: running -> ended; ``refusal`` is set where it ended before anything of it was kept, so that whoever asked
    can still be told so in full. ``interrupted`` is True where the service stops, and nobody wished for the end.
    """

    # Thousands that have ended are remembered at once.
    __slots__ = (
        "__weakref__",
        "_changed",
        "_stopping",
        "_task",
        "account_id",
        "answer_id",
        "conversation_id",
        "ended",
        "interrupted",
        "log",
        "refusal",
    )

    def __init__(self, account_id: str, conversation_id: str, answer_id: str) -> None:
        self.account_id = account_id
        self.conversation_id = conversation_id
        self.answer_id = answer_id
        self.log = EventLog()
        self.refusal: Refusal | None = None
        self.interrupted = False
        self.ended = False
        # Made by who waits for it: most pieces of an answer find nobody waiting.
        self._changed: asyncio.Event | None = None
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    @property
    def size_bytes(self) -> int:
        """About what it takes of memory once it has ended."""
        return _JOB_BYTES + self.log.size_bytes

    def tell(self, name: str, data: Mapping[str, Any]) -> None:
        """Adds an event to the log and wakes who listens."""
        self.log.tell(name, data)
        self._wake()

    def say(self, text: str, reasoning: str) -> None:
        """The same for a piece."""
        self.log.say(text, reasoning)
        self._wake()

    async def listen(self, after: int = 0) -> AsyncIterator[list[NumberedEvent]]:
        """The events after that number, in batches as they come, until the answer has ended.

        A number that no event has had yet was not heard here, so it counts as none.
        """
        after = after if after <= len(self.log) else 0
        while True:
            ended = self.ended
            events = self.log.after(after)
            after = max(after, len(self.log))
            if events:
                yield events
            elif ended:
                return
            else:
                await self._change()

    async def stop(self) -> None:
        """Ends the answer as it stands, and returns once that is kept."""
        if self._task is None or self._task.done():
            return
        if not self._stopping:
            self._stopping = True  # A second cancellation would end what the first one has begun to keep.
            self._task.cancel()
        await asyncio.wait([self._task])

    async def over(self) -> None:
        """Returns once it has ended."""
        while not self.ended:
            await self._change()

    def begin(self, work: Callable[[Job], Awaitable[None]], then: Callable[[Job], None]) -> None:
        """Called once, by the book."""

        async def run() -> None:
            await work(self)

        # Called back, not in the task: one that is cancelled before its first step never runs.
        def end(_: asyncio.Task[None]) -> None:
            if not len(self.log) and self.refusal is None:
                self.refusal = SERVICE_STOPS
            self.ended = True
            self._task = None
            self._wake()
            then(self)

        self._task = asyncio.create_task(run(), name=f"answer {self.answer_id}")
        self._task.add_done_callback(end)

    async def _change(self) -> None:
        if self._changed is None:
            self._changed = asyncio.Event()
        await self._changed.wait()

    def _wake(self) -> None:
        changed, self._changed = self._changed, None
        if changed is not None:
            changed.set()


class Jobs:
    """The book of answers in progress and of those that have just ended, by id.

    ``per_account`` bounds what one account may have in progress: as nobody has to stay for an answer, no connection
    bounds it.
    """

    def __init__(
        self,
        *,
        per_account: int,
        most: int = MOST_RUNNING,
        remembered_bytes: int = REMEMBERED_BYTES,
    ) -> None:
        self._per_account = per_account
        self._most = most
        self._remembered_bytes = remembered_bytes
        self._running: dict[str, Job] = {}
        self._of: dict[str, dict[str, Job]] = {}
        # With when to forget it, by the loop's clock, soonest first.
        self._ended: dict[str, tuple[float, Job]] = {}
        self._ended_bytes = 0
        self._forgetting: asyncio.TimerHandle | None = None
        self._closing = False

    def __len__(self) -> int:
        return len(self._running)

    def start(
        self, account_id: str, conversation_id: str, answer_id: str, work: Callable[[Job], Awaitable[None]]
    ) -> Job | Refusal:
        """The job of that answer, begun with ``work`` unless it is in progress already."""
        found = self._running.get(answer_id)
        if found is not None:
            return found
        refusal = self._refusal(account_id)
        if refusal is not None:
            return refusal
        job = Job(account_id, conversation_id, answer_id)
        self._running[answer_id] = job
        self._of.setdefault(account_id, {})[answer_id] = job
        self._forget(answer_id)
        job.begin(work, self._end)
        return job

    def find(self, account_id: str, answer_id: str) -> Job | None:
        """In progress or just ended; None for another account's too."""
        job = self._running.get(answer_id)
        if job is None and answer_id in self._ended:
            _, job = self._ended[answer_id]
        return job if job is not None and job.account_id == account_id else None

    def running_of(self, account_id: str) -> tuple[Job, ...]:
        """What an account has in progress, oldest first."""
        return tuple(self._of.get(account_id, {}).values())

    async def stop_in(self, account_id: str, conversation_id: str) -> None:
        """Ends what is in progress in a conversation."""
        for job in self.running_of(account_id):
            if job.conversation_id == conversation_id:
                await job.stop()

    async def drain(self, within_s: float) -> None:
        """Takes no more; returns once all in progress have ended, or after so long."""
        self._closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                for job in tuple(self._running.values()):
                    await job.over()

    async def close(self) -> None:
        """Interrupts what is still in progress, and returns once that is kept."""
        self._closing = True
        running = tuple(self._running.values())
        for job in running:
            job.interrupted = True
        await asyncio.gather(*(job.stop() for job in running))

    def _refusal(self, account_id: str) -> Refusal | None:
        if self._closing:
            return SERVICE_STOPS
        if len(self._of.get(account_id, {})) >= self._per_account:
            return too_many_answers(self._per_account)
        return NO_ROOM_FOR_ANSWERS if len(self._running) >= self._most else None

    def _end(self, job: Job) -> None:
        del self._running[job.answer_id]
        mine = self._of[job.account_id]
        del mine[job.answer_id]
        if not mine:
            del self._of[job.account_id]
        if job.refusal is not None:
            return  # Nothing of it is kept, and nobody knows its id.
        self._ended[job.answer_id] = (asyncio.get_running_loop().time() + REMEMBERED_S, job)
        self._ended_bytes += job.size_bytes
        while self._ended_bytes > self._remembered_bytes:
            self._forget(next(iter(self._ended)))
        self._forget_in_time()

    def _forget_in_time(self) -> None:
        """One timer for all: the next to be forgotten is the one that ended first."""
        if self._forgetting is None and self._ended:
            at_s, _ = next(iter(self._ended.values()))
            self._forgetting = asyncio.get_running_loop().call_at(at_s, self._forget_the_due)

    def _forget_the_due(self) -> None:
        self._forgetting = None
        now_s = asyncio.get_running_loop().time()
        due = (answer_id for answer_id, (at_s, _) in self._ended.items() if at_s <= now_s)
        for answer_id in tuple(due):
            self._forget(answer_id)
        self._forget_in_time()

    def _forget(self, answer_id: str) -> None:
        _, job = self._ended.pop(answer_id, (0.0, None))
        if job is not None:
            self._ended_bytes -= job.size_bytes
