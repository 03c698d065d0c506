"""Ends of answers that the records did not take at once. Knows patience; knows no wire."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from seawall.records.conversation_entries import FinishAnswer
from seawall.records.port import Records, RecordsError

RETRY_S = 2.0
# Ten minutes of trying; an answer given up stays as its last flush left it, and the next start marks it interrupted.
TRIES = 300
MOST_WAITING = 1000


class LateFinishes:
    """Tries again in the background, oldest first, for a bounded number of answers and a bounded time."""

    def __init__(self, records: Records, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._records = records
        self._sleep = sleep
        self._waiting: dict[str, tuple[FinishAnswer, int]] = {}
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, change: FinishAnswer) -> None:
        """Takes over the writing of ``change``."""
        if len(self._waiting) >= MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[change.answer_id] = (change, TRIES)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="late-finishes")

    async def close(self) -> None:
        """Tries a last time, then gives up what is left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._try_all()

    async def _run(self) -> None:
        while self._waiting:
            await self._sleep(RETRY_S)
            await self._try_all()

    async def _try_all(self) -> None:
        """Each leaves once it is durable or given up: a cancelled try loses nothing, a doubled one is harmless."""
        for answer_id, (change, tries) in list(self._waiting.items()):
            try:
                await self._records.write(change)
            except RecordsError:
                if tries > 1:
                    self._waiting[answer_id] = (change, tries - 1)
                    continue
            self._waiting.pop(answer_id, None)
