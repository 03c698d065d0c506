"""The one thread that writes: what waits together shares a commit. Knows queue, thread and faults; knows no SQL.

States: *well*, taking batches; *in trouble*, after a fault: everything that waits is told so, new changes are
refused at once, and the thread tries the database with growing pauses until a real write to it succeeds.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DBAPIError

from seawall.records.batch import keep_together
from seawall.records.database import FAULTS, Database, unavailable
from seawall.records.entries import Change
from seawall.records.port import RecordsReport, RecordsUnavailable
from seawall.records.wire import Wire

CLOSED = "The records are closed: the service is stopping."


@dataclass(frozen=True, slots=True)
class Pace:
    """How the recorder behaves in time. ``waiting`` changes at most are held, ``batch`` at most share a commit."""

    waiting: int = 4096
    batch: int = 512
    patient: int = 32
    """Of a batch at most so many are changes that can wait: a place costs four statements, so that a thousand accounts
    that come at once would keep a message waiting for a second, and for ten on a machine that has other work."""
    patience_s: float = 10.0
    """A change that is not durable by then is given up, and further ones are refused until the database moves."""
    pulse_s: float = 5.0
    """So often an idle recorder looks whether its database is still there."""
    first_pause_s: float = 0.1
    longest_pause_s: float = 3.0


@dataclass(slots=True, eq=False)
class _Waiting:
    change: Change[Any]
    told: asyncio.Future[Any]
    since_s: float
    given_up: asyncio.TimerHandle | None = None
    withdrawn: bool = False


class Recorder:
    """Made and used on one event loop; all but its thread's own methods are called there."""

    def __init__(
        self,
        database: Database,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        serves: bool = False,
    ) -> None:
        self._database = database
        self._wire = Wire(database, database.to_serve if serves else database.to_write)
        self._pace = pace or Pace()
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._signal = threading.Condition()
        # Guarded by the condition.
        self._queue: deque[_Waiting] = deque()
        self._patient: deque[_Waiting] = deque()
        self._taken: Sequence[_Waiting] = ()
        self._taken_s = 0.0
        self._trouble: str | None = None
        self._closing = False
        # Written by the thread alone.
        self._commits = 0
        self._changes = 0

    def start(self) -> None:
        self._thread.start()

    def submit(self, change: Change[Any]) -> asyncio.Future[Any]:
        """Done once the change is durable, or with the exception that says why not. Raises RecordsUnavailable."""
        now_s = self._clock()
        waiting = _Waiting(change, self._loop.create_future(), now_s)
        with self._signal:
            refusal = self._refusal(now_s)
            if refusal is None:
                (self._patient if change.can_wait else self._queue).append(waiting)
                self._signal.notify()
        if refusal is not None:
            raise RecordsUnavailable(refusal)
        waiting.given_up = self._loop.call_later(self._pace.patience_s, self._give_up, waiting)
        return waiting.told

    def report(self) -> RecordsReport:
        now_s = self._clock()
        with self._signal:
            trouble = self._trouble or self._stall(now_s)
            lag_s = self._lag_s(now_s)
            waiting = self._held() + len(self._taken)
        healthy = trouble is None and not self._closing
        return RecordsReport(healthy, lag_s, waiting, self._commits, self._changes, trouble)

    async def close(self) -> None:
        """Returns when what waits is durable or given up, at the latest after the patience."""
        with self._signal:
            self._closing = True
            self._signal.notify()
        if self._thread.ident is not None:
            await asyncio.to_thread(self._thread.join, self._pace.patience_s)

    # On the loop.

    def _refusal(self, now_s: float) -> str | None:
        if self._closing:
            return CLOSED
        if self._held() >= self._pace.waiting:
            return f"{self._pace.waiting} changes wait for the database already: it is slower than they come."
        return self._trouble or self._stall(now_s)

    def _stall(self, now_s: float) -> str | None:
        """By the batch that is with the database: what waits behind others says nothing about it."""
        if not self._taken or now_s - self._taken_s < self._pace.patience_s:
            return None
        return f"{self._database.name} has not answered for {self._pace.patience_s:g} s."

    def _lag_s(self, now_s: float) -> float:
        oldest = [line[0].since_s for line in (self._taken, self._queue, self._patient) if line]
        return now_s - min(oldest) if oldest else 0.0

    def _held(self) -> int:
        return len(self._queue) + len(self._patient)

    def _give_up(self, waiting: _Waiting) -> None:
        waiting.withdrawn = True
        if not waiting.told.done():
            waiting.told.set_exception(
                RecordsUnavailable(f"{self._database.name} has not answered for {self._pace.patience_s:g} s.")
            )

    @staticmethod
    def _tell(batch: Sequence[_Waiting], told: Sequence[Any]) -> None:
        for waiting, result in zip(batch, told, strict=True):
            if waiting.given_up is not None:
                waiting.given_up.cancel()
            if waiting.told.done():
                continue  # Whoever asked has left, or was told that it takes too long.
            if isinstance(result, Exception):
                waiting.told.set_exception(result)
            else:
                waiting.told.set_result(result)

    # On the thread.

    def _run(self) -> None:
        while (batch := self._take()) is not None:
            try:
                if batch:
                    self._keep(batch)
                else:
                    self._look()
            except FAULTS as error:
                self._suffer(batch, unavailable(self._database, error))
            except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the only thread that writes.
                self._suffer(batch, RecordsUnavailable(f"The recorder failed: {error!r}."))
        self._wire.drop()

    def _take(self) -> list[_Waiting] | None:
        """The next batch; an empty one after an idle pulse; None when closed and nothing is left."""
        with self._signal:
            if not self._held() and not self._closing:
                self._signal.wait(self._pace.pulse_s)
            if not self._held():
                return None if self._closing else []
            patient = _taken_from(self._patient, self._pace.patient)
            batch = [*_taken_from(self._queue, self._pace.batch - len(patient)), *patient]
            self._taken, self._taken_s = batch, self._clock()
            return batch

    def _keep(self, batch: Sequence[_Waiting]) -> None:
        changes = [waiting.change for waiting in batch]
        try:
            told = keep_together(self._wire.connection(), changes)
        except DBAPIError as error:
            self._wire.drop()
            if not error.connection_invalidated or error.statement is None:
                raise
            # The server had restarted since the last batch. It broke before the COMMIT, so nothing was kept yet.
            told = keep_together(self._wire.connection(), changes)
        self._commits += 1
        self._changes += sum(not isinstance(result, Exception) for result in told)
        self._deliver(batch, told)

    def _deliver(self, batch: Sequence[_Waiting], told: Sequence[Any]) -> None:
        with self._signal:
            self._taken = ()
        try:
            self._loop.call_soon_threadsafe(self._tell, batch, told)
        except RuntimeError:  # The loop is closed: nobody is left to be told.
            return

    def _look(self) -> None:
        connection = self._wire.connection()
        connection.exec_driver_sql("SELECT 1")
        connection.rollback()

    def _suffer(self, batch: Sequence[_Waiting], trouble: RecordsUnavailable) -> None:
        self._wire.drop()
        with self._signal:
            self._trouble = str(trouble)
            lost = [*batch, *self._queue, *self._patient]
            self._queue.clear()
            self._patient.clear()
        self._deliver(lost, [RecordsUnavailable(str(trouble)) for _ in lost])
        self._mend()

    def _mend(self) -> None:
        """Returns when the database takes a write again, or when the service stops."""
        pause_s = self._pace.first_pause_s
        while not self._paused_until_closing(pause_s):
            pause_s = min(pause_s * 2, self._pace.longest_pause_s)
            trouble = self._try_a_write()
            with self._signal:
                self._trouble = trouble
            if trouble is None:
                return

    def _paused_until_closing(self, pause_s: float) -> bool:
        with self._signal:
            return self._signal.wait_for(lambda: self._closing, pause_s)

    def _try_a_write(self) -> str | None:
        try:
            self._database.try_a_write(self._wire.connection())
        except Exception as error:  # noqa: BLE001 - whatever it is, the database is not well yet.
            self._wire.drop()
            return str(unavailable(self._database, error))
        return None


def _taken_from(line: deque[_Waiting], most: int) -> list[_Waiting]:
    taken: list[_Waiting] = []
    while line and len(taken) < most:
        waiting = line.popleft()
        if not waiting.withdrawn:
            taken.append(waiting)
    return taken
