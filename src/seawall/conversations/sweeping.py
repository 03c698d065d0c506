"""Removes for good what was deleted long ago. Knows when; knows no table."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from seawall.observing.logs import logger
from seawall.records.conversation_entries import SweepDeleted
from seawall.records.port import Records, RecordsError

# As long as a mail program keeps its trash: time to notice that something is missing, and no archive of what people
# wished away.
KEPT_S = 30 * 86_400.0
EVERY_S = 6 * 3600.0
# In one change, so that nobody's message waits behind the removal of a thousand conversations.
AT_ONCE = 20
# Between two of them, for the same reason.
PAUSE_S = 1.0


class Sweep:
    """Looks at the start, then every six hours."""

    def __init__(
        self,
        records: Records,
        *,
        unix_time: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._records = records
        self._unix_time = unix_time
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look."""
        self._task = asyncio.create_task(self._run(), name="sweep-of-conversations")

    async def close(self) -> None:
        """Looks no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            await self._sleep(PAUSE_S if await self._sweep() == AT_ONCE else EVERY_S)

    async def _sweep(self) -> int:
        try:
            return await self._records.write(SweepDeleted(self._unix_time() - KEPT_S, AT_ONCE))
        except RecordsError as error:
            logger("conversations").warning("sweep_waits", reason=str(error))
            return 0
