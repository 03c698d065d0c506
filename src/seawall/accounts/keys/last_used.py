"""When something was last used, noted now and then. Knows how often; knows not what is used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from seawall.records.entries import Change
from seawall.records.port import Records, RecordsError

# People are told minutes, so a write each five of them suffices, and none a request.
NOTED_EVERY_S = 300.0
# On their way to the records; what comes on top is noted at its next use.
MOST_WAITING = 256


class LastUsed:
    """``used`` neither waits nor raises: what the records do not take is noted at the next use."""

    def __init__(
        self, records: Records, change: Callable[[str, float], Change[None]], *, unix_time: Callable[[], float]
    ) -> None:
        self._records = records
        self._change = change
        self._unix_time = unix_time
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def used(self, name: str, noted_s: float) -> None:
        """It is used now, and was last noted to be at ``noted_s``."""
        now_s = self._unix_time()
        if now_s - noted_s < NOTED_EVERY_S or name in self._waiting or len(self._waiting) >= MOST_WAITING:
            return
        task = asyncio.create_task(self._note(name, now_s), name="last-used")
        self._waiting[name] = task
        task.add_done_callback(lambda _: self._waiting.pop(name, None))

    async def close(self) -> None:
        """Waits for what is on its way."""
        await asyncio.gather(*self._waiting.values())

    async def _note(self, name: str, at_s: float) -> None:
        try:
            await self._records.write(self._change(name, at_s))
        except RecordsError:
            return
