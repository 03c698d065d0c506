"""The records over a real database: the port, put together of its parts. Knows the parts; knows no SQL."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TypeVar

from seawall.records.addresses import database_at
from seawall.records.database import FAULTS, Database, unavailable
from seawall.records.entries import Change, Query
from seawall.records.port import Records, RecordsReport, RecordsUnavailable
from seawall.records.readers import Readers
from seawall.records.recorder import CLOSED, Pace, Recorder
from seawall.records.schema import bring_to_newest

T = TypeVar("T")


def open_records(url: str, data: Path, *, pace: Pace | None = None, serves: bool = False) -> Records:
    """The records at a setting's address, not yet started; ``serves`` is for the service itself, of which a database
    has one, and not for commands beside it. Raises RecordsError when the address is none."""
    return KeptRecords(database_at(url, data), pace, serves=serves)


class KeptRecords:
    """`Records` with one recorder thread and a few reading ones; for one event loop."""

    def __init__(self, database: Database, pace: Pace | None = None, *, serves: bool = False) -> None:
        self._database = database
        self._serves = serves
        self._pace = pace or Pace()
        self._recorder: Recorder | None = None
        self._readers = Readers(database, patience_s=self._pace.patience_s)
        self._closed = False

    async def start(self) -> None:
        if self._recorder is not None:
            return
        await asyncio.to_thread(self._prepare)
        self._recorder = Recorder(self._database, self._pace, serves=self._serves)
        self._recorder.start()

    async def write(self, change: Change[T]) -> T:
        if self._recorder is None or self._closed:
            raise RecordsUnavailable(CLOSED)
        return await self._recorder.submit(change)

    async def read(self, query: Query[T]) -> T:
        return await self._readers.read(query)

    def report(self) -> RecordsReport:
        if self._recorder is None:
            return RecordsReport(
                healthy=False, lag_s=0.0, waiting=0, commits=0, changes=0, trouble="The records are not open yet."
            )
        return self._recorder.report()

    async def close(self) -> None:
        self._closed = True
        if self._recorder is not None:
            await self._recorder.close()
        await self._readers.close()

    def _prepare(self) -> None:
        self._database.prepare()
        if self._serves:
            try:
                self._database.to_serve().close()  # Before a migration takes the tables from under another service.
            except FAULTS as error:
                raise unavailable(self._database, error) from error
        bring_to_newest(self._database)
