"""Brings budgets what the records know of before. Knows who is to be asked about; knows no bound."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime

from seawall.admission.bounds import Spent
from seawall.admission.budget import Budgets, Spending
from seawall.records.entries import UsageCount
from seawall.records.port import Records, RecordsError
from seawall.records.standing_entries import SpentBy

# An account's first questions after a start are counted from nothing for so long.
LOOK_S = 0.1
# In one question, so that after a start under load thousands of accounts are known within a second, and the readers are
# left to those who sign in.
AT_ONCE = 256


class Ledger:
    """Looks whom the budgets want to know about. While the records are away, it goes on asking."""

    def __init__(self, records: Records, budgets: Budgets, *, unix_time: Callable[[], float]) -> None:
        self._records = records
        self._budgets = budgets
        self._unix_time = unix_time
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    async def start(self) -> None:
        """Begins to look."""
        self._task = asyncio.create_task(self._run(), name="ledger")

    async def close(self) -> None:
        """Asks no more."""
        self._closing.set()
        if self._task is not None:
            await self._task

    async def catch_up(self) -> None:
        """Asks about those who are wanted, oldest first."""
        wanted = self._budgets.wanted()[:AT_ONCE]
        if not wanted:
            return
        day = datetime.fromtimestamp(self._unix_time(), UTC).date().isoformat()
        try:
            counts = await self._records.read(SpentBy(wanted, day))
        except RecordsError:
            return
        of_account: dict[str, list[UsageCount]] = {account_id: [] for account_id in wanted}
        for one in counts:
            of_account[one.account_id].append(one)
        for account_id, its in of_account.items():
            by_key = {
                key_id: self._spending((one for one in its if one.key_id == key_id), day) for key_id in _keys(its)
            }
            self._budgets.learned(account_id, {**by_key, "": self._spending(its, day)}, day)

    async def _run(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), LOOK_S)
            await self.catch_up()

    def _spending(self, counts: Iterable[UsageCount], day: str) -> Spending:
        of_day, of_month = Spent(), Spent()
        for one in counts:
            spent = self._budgets.spent(
                one.requests, one.prompt_tokens, one.cached_tokens, one.completion_tokens, engine_ms=one.engine_ms
            )
            of_month += spent
            if one.day == day:
                of_day += spent
        return Spending(of_day, of_month)


def _keys(counts: Iterable[UsageCount]) -> set[str]:
    return {one.key_id for one in counts} - {""}
