"""A few threads that read, each on a connection of its own. Knows threads and faults; knows no SQL."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError

from seawall.records.database import FAULTS, Database, unavailable
from seawall.records.entries import Query
from seawall.records.faults import conflict_in
from seawall.records.port import RecordsUnavailable
from seawall.records.queries import answer
from seawall.records.recorder import CLOSED
from seawall.records.wire import Wire

T = TypeVar("T")


class Readers:
    """``threads`` reads at once and ``waiting`` more at most; used on one event loop."""

    def __init__(self, database: Database, *, threads: int = 4, waiting: int = 1024, patience_s: float = 10.0) -> None:
        self._database = database
        self._most = threads + waiting
        self._patience_s = patience_s
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._of_thread = threading.local()
        self._wires: list[Wire] = []
        self._reading = 0
        self._closed = False

    async def read(self, query: Query[T]) -> T:
        if self._closed:
            raise RecordsUnavailable(CLOSED)
        if self._reading >= self._most:
            raise RecordsUnavailable(f"{self._most} reads wait for the database already.")
        self._reading += 1
        try:
            told = asyncio.get_running_loop().run_in_executor(self._pool, self._read, query)
            return await asyncio.wait_for(told, self._patience_s)
        except TimeoutError:
            raise RecordsUnavailable(f"{self._database.name} has not answered for {self._patience_s:g} s.") from None
        finally:
            self._reading -= 1

    async def close(self) -> None:
        """Lets what is being read end, for as long as the patience lasts."""
        if self._closed:
            return
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        try:
            await asyncio.wait_for(asyncio.to_thread(self._pool.shutdown), self._patience_s)
        except TimeoutError:
            return  # A read hangs in the driver: its connection cannot be closed under it.
        for wire in self._wires:
            wire.drop()

    # On a thread.

    def _read(self, query: Query[Any]) -> Any:
        wire = self._wire()
        try:
            try:
                return answer(wire.connection(), query)
            except DBAPIError as error:
                wire.drop()
                if not error.connection_invalidated:
                    raise
                return answer(wire.connection(), query)  # The server had restarted since the last read.
        except (*FAULTS, UnicodeEncodeError) as error:
            conflict = conflict_in(error)  # A text that cannot be asked for says nothing about the connection.
            if conflict is not None:
                raise conflict from error
            wire.drop()
            raise unavailable(self._database, error) from error

    def _wire(self) -> Wire:
        wire: Wire | None = getattr(self._of_thread, "wire", None)
        if wire is None:
            wire = self._of_thread.wire = Wire(self._database, self._database.to_read)
            self._wires.append(wire)
        return wire
