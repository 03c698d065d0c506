"""Real records with a switch that takes them away. Knows the port; knows no test."""

from __future__ import annotations

from typing import TypeVar

from seawall.records.entries import Change, Query
from seawall.records.port import Records, RecordsReport, RecordsUnavailable

T = TypeVar("T")


class SwitchedRecords:
    """``away`` is a database that is gone; ``asked`` counts what reached it."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.away = False
        self.asked = 0

    async def start(self) -> None:
        await self._records.start()

    async def write(self, change: Change[T]) -> T:
        self._count()
        return await self._records.write(change)

    async def read(self, query: Query[T]) -> T:
        self._count()
        return await self._records.read(query)

    def report(self) -> RecordsReport:
        return self._records.report()

    async def close(self) -> None:
        await self._records.close()

    def _count(self) -> None:
        self.asked += 1
        if self.away:
            raise RecordsUnavailable("The database is away, as this test wishes.")
