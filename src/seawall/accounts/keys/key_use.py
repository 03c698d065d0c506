"""When each key was used last, so that its owner sees which ones are forgotten. Knows ids and times; knows no key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from seawall.accounts.bounded import Bounded
from seawall.observing.logs import logger
from seawall.records.key_entries import NoteKeyUses
from seawall.records.port import Records, RecordsError

# Whoever looks when a key was used asks about days: a minute is exact enough, and spares a write a request.
NOTED_EVERY_S = 60.0
# What is noted is on disk so soon; a kill loses it, and the next use notes it again.
FLUSH_S = 5.0
# Keys noted lately, 200 bytes each; past it the least recently used are noted once more.
MOST_NOTED = 8_192
# Waiting for the records; whoever comes on top is noted at the next use.
MOST_WAITING = 4_096


class KeyUse:
    """Noting costs a dictionary look-up; while the records are away it waits."""

    def __init__(self, records: Records, *, unix_time: Callable[[], float]) -> None:
        self._records = records
        self._unix_time = unix_time
        self._noted: Bounded[str, float] = Bounded(MOST_NOTED)
        self._waiting: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def note(self, key_id: str) -> None:
        """This key is used now. Neither blocks nor raises."""
        now_s = self._unix_time()
        noted_s = self._noted.get(key_id)
        if (noted_s is not None and now_s - noted_s < NOTED_EVERY_S) or len(self._waiting) >= MOST_WAITING:
            return
        self._noted.put(key_id, now_s)
        self._waiting[key_id] = now_s

    async def start(self) -> None:
        """Begins to write down what is noted."""
        self._task = asyncio.create_task(self._run(), name="key-use")

    async def close(self) -> None:
        """Writes down what is noted."""
        self._closing.set()
        if self._task is not None:
            await self._task
            await self.flush()

    async def flush(self) -> None:
        """Writes down what is noted, where the records take it."""
        if not self._waiting:
            return
        uses, self._waiting = self._waiting, {}
        try:
            await self._records.write(NoteKeyUses(tuple(uses.items())))
        except RecordsError as error:
            self._waiting = {**uses, **self._waiting}
            logger("accounts").warning("key_use_waits", reason=str(error), keys=len(self._waiting))

    async def _run(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), FLUSH_S)
            await self.flush()
