"""Counts who used what. Knows accounts and tokens; keeps sums in memory and hands them to the records."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from seawall.observing.logs import logger
from seawall.records.entries import AddUsage, UsageCount
from seawall.records.port import Records, RecordsConflict, RecordsError
from seawall.values.arrival import Arrival
from seawall.values.piece import Usage

FLUSH_S = 1.0
# Sums kept while the records are away, half a kilobyte each; whoever comes on top is not counted meanwhile.
MOST_SUMS = 8_192
# At most this many in one change, so that no other change waits behind them for long.
AT_ONCE = 200

_Key = tuple[str, str, str, str]
_Sum = tuple[int, int, int, int, int]
_NOTHING: _Sum = (0, 0, 0, 0, 0)


class UsageMeter:
    """Adds up use by account, key, model and day, durable within ``FLUSH_S``.

    Use is accounting, not an acknowledged message: a kill may lose its last second, a database fault nothing, as the
    sums wait in memory.
    """

    def __init__(self, records: Records, *, unix_time: Callable[[], float]) -> None:
        self._records = records
        self._unix_time = unix_time
        self._sums: dict[_Key, _Sum] = {}
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._flushing = asyncio.Lock()

    def count(self, arrival: Arrival, usage: Usage, held_ms: float) -> None:
        """Adds one answer and the time for which it held a slot. Costs a dictionary update."""
        identity = arrival.identity
        day = datetime.fromtimestamp(self._unix_time(), UTC).date().isoformat()
        key = (identity.account_id, identity.key_id or "", arrival.question.model, day)
        if key not in self._sums and len(self._sums) >= MOST_SUMS:
            return
        added = (1, usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens, round(held_ms))
        self._sums[key] = _plus(self._sums.get(key, _NOTHING), added)

    async def settle(self, account_id: str) -> None:
        """Returns once the records know what this account used until now, or do not answer."""
        async with self._flushing:  # One that is on its way may be this account's.
            if any(key[0] == account_id for key in self._sums):
                await self._write()

    async def start(self) -> None:
        """Begins to flush."""
        self._task = asyncio.create_task(self._run(), name="usage-meter")

    async def close(self) -> None:
        """Flushes once more."""
        self._closing.set()
        if self._task is not None:
            await self._task
            await self._flush()

    async def _run(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), FLUSH_S)
            await self._flush()

    async def _flush(self) -> None:
        async with self._flushing:
            await self._write()

    async def _write(self) -> None:
        if not self._sums:
            return
        waiting, self._sums = list(self._sums.items()), {}
        at_once = AT_ONCE
        while waiting:
            some, waiting = waiting[:at_once], waiting[at_once:]
            try:
                await self._records.write(AddUsage(tuple(UsageCount(*key, *count) for key, count in some)))
            except RecordsConflict:
                # The account of one is gone, and what it used is nobody's: the others are written one by one.
                if len(some) > 1:
                    waiting, at_once = [*some, *waiting], 1
            except RecordsError as error:
                self._restore([*some, *waiting])
                logger("answering").warning("usage_waits", reason=str(error), sums=len(self._sums))
                return

    def _restore(self, sums: list[tuple[_Key, _Sum]]) -> None:
        for key, added in sums:
            self._sums[key] = _plus(self._sums.get(key, _NOTHING), added)


def _plus(one: _Sum, other: _Sum) -> _Sum:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3], one[4] + other[4]
