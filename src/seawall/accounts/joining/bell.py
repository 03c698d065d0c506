"""Tells operators by mail that somebody waits to be let in. Knows how often; lets nobody in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from seawall.accounts.letters.letter_words import somebody_waits
from seawall.accounts.letters.letters import Letters
from seawall.records.entrance_entries import PendingAccounts
from seawall.records.port import Records, RecordsError
from seawall.records.register_entries import FindAccounts, Kind

# At most one letter in so long, whoever registers: it says how many wait, so a flood of registrations is one mail too.
EVERY_S = 900.0
# Who is asked to look after newcomers; more would be a mailing list.
MOST_OPERATORS = 20


class Bell:
    """The first ring is told at once; those that follow together, once ``EVERY_S`` have passed."""

    def __init__(
        self, records: Records, letters: Letters, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._records = records
        self._letters = letters
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None
        self._rung = False

    def ring(self) -> None:
        """Somebody waits. Neither blocks nor raises."""
        if not self._letters.are_sent:
            return
        self._rung = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="bell")

    async def close(self) -> None:
        """Tells nobody any more: who waits is on the operators' page."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while self._rung:
            self._rung = False
            with suppress(RecordsError):
                await self._tell()
            await self._sleep(EVERY_S)

    async def _tell(self) -> None:
        waiting = await self._records.read(PendingAccounts())
        if not waiting:
            return
        letter = somebody_waits(self._letters.service, f"{self._letters.home}/operator", len(waiting))
        found = await self._records.read(FindAccounts(kind=Kind.OPERATING, limit=MOST_OPERATORS))
        for operator in found.rows:
            if not operator.disabled:
                await self._letters.send(operator.email, letter)
