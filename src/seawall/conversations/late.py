"""Ends of answers that the records did not take at once. Knows patience; knows no wire."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from seawall.records.entries import FinishAnswer
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
        self._waiting: deque[tuple[FinishAnswer, int]] = deque(maxlen=MOST_WAITING)
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, change: FinishAnswer) -> None:
        """Takes over the writing of ``change``."""
        self._waiting.append((change, TRIES))
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
        for _ in range(len(self._waiting)):
            change, tries = self._waiting.popleft()
            try:
                await self._records.write(change)
            except RecordsError:
                if tries > 1:
                    self._waiting.append((change, tries - 1))
