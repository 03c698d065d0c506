"""The tamper-evident log: takes in what happened and appends it. Knows order and time; knows no HTTP and no hash.

States: *opening*, while what is there is looked through; *open*; *read-only* for good, once an entry was found that is
not what was signed: nothing is appended to a log that is broken, and everybody is told so.

Callers are never held up: what they tell waits in a bounded queue, and shares a commit and a head with what waits
beside it. What finds the queue full is lost, and the log says how many were.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from seawall.observing.logs import logger
from seawall.records.port import RecordsUnavailable
from seawall.safeguards.audit import LogFault
from seawall.safeguards.book import LogBook, LogBroken
from seawall.safeguards.log_entry import EntryKind, Facts, LogEntry, new_entry


class LogState(StrEnum):
    OPENING = "opening"
    OPEN = "open"
    READ_ONLY = "read-only"


@dataclass(frozen=True, slots=True)
class LogPace:
    """How the log behaves in time. ``waiting`` entries at most are held, ``batch`` at most share a head."""

    waiting: int = 1024
    batch: int = 64
    first_pause_s: float = 0.5
    longest_pause_s: float = 10.0
    look_s: float = 15.0
    """So often it looks whether another process, such as a command, has appended."""


@dataclass(frozen=True, slots=True)
class LogStanding:
    """How the log is, from memory. ``note`` is the last signed head, ``verifier`` the key; both empty before them.

    ``fault`` is why it is read-only, ``lost`` how many entries were not kept since the start.
    """

    state: LogState
    size: int
    note: str
    at_s: float
    verifier: str
    fault: LogFault | None = None
    waiting: int = 0
    lost: int = 0


@dataclass(slots=True, eq=False)
class _Waiting:
    """``entry`` is made once its operator's name is known, and stays the same at each try."""

    at_s: float
    kind: str
    facts: Facts
    by: str
    told: asyncio.Future[int | None]
    entry: LogEntry | None = None


class PublicLog:
    """Made and used on one event loop. ``name_of`` tells the name by which the log speaks of an operator's account."""

    def __init__(
        self,
        book: LogBook,
        *,
        name_of: Callable[[str], Awaitable[str]],
        unix_time: Callable[[], float],
        pace: LogPace | None = None,
    ) -> None:
        self.book = book
        self._name_of = name_of
        self._unix_time = unix_time
        self._pace = pace or LogPace()
        self._state = LogState.OPENING
        self._queue: deque[_Waiting] = deque()
        self._lost = 0
        self._unsaid = 0
        self._awake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._log = logger("public_log")

    def start(self) -> None:
        """Begins to look through what is there, and then to append."""
        self._task = asyncio.create_task(self._run(), name="public log")

    def append(self, kind: str, facts: Facts, *, by: str = "") -> asyncio.Future[int | None]:
        """The entry's position once it is durable and signed; None where it is not kept. Nobody has to await it.

        ``by`` is the operator's account, of which the entry has the operator's name alone.
        """
        waiting = self._waiting(kind, facts, by)
        if self._closing or self._state is LogState.READ_ONLY or len(self._queue) >= self._pace.waiting:
            self._lose(waiting)
        else:
            self._queue.append(waiting)
            self._awake.set()
        return waiting.told

    def standing(self) -> LogStanding:
        head, verifiers, fault = self.book.head, self.book.audit.verifiers, self.book.audit.fault
        verifier = str(verifiers[-1]) if verifiers else ""
        if head is None:
            return LogStanding(self._state, 0, "", 0.0, verifier, fault, len(self._queue), self._lost)
        return LogStanding(self._state, head.size, head.note, head.at_s, verifier, fault, len(self._queue), self._lost)

    async def close(self, within_s: float = 5.0) -> None:
        """Appends what waits, for so long at most. Idempotent."""
        self._closing = True
        self._awake.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=within_s)
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._give_up()

    async def _run(self) -> None:
        try:
            await self._patiently(self.book.open)
            self._state = LogState.OPEN
            while self._queue or not self._closing:
                await self._patiently(self._append_some if self._queue else self.book.catch_up)
                if not self._queue:
                    await self._rest()
        except LogBroken as broken:
            self._log.error("public_log_read_only", fault=str(broken.fault))
        except Exception:  # noqa: BLE001 - a mistake of ours ends the log and nothing else, and is told like damage.
            self._log.exception("public_log_failed")
            size = self.book.audit.tree.size
            self.book.audit.fault = LogFault(
                size, "it could not be appended; the service's own log says why", "无法写入；原因见服务自身的日志"
            )
        if not self._closing:
            self._state = LogState.READ_ONLY
        self._give_up()

    async def _patiently(self, step: Callable[[], Awaitable[None]]) -> None:
        """Tries until the records are there again; once where the log is to close."""
        pause_s = self._pace.first_pause_s
        while True:
            try:
                return await step()
            except RecordsUnavailable as error:
                self._log.warning("public_log_waits", reason=str(error))
            if self._closing:
                return self._give_up()
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, self._pace.longest_pause_s)

    async def _append_some(self) -> None:
        if self._unsaid:
            facts = {"entries": self._unsaid, "why": "more came than could be kept"}
            self._unsaid = 0
            self._queue.append(self._waiting(EntryKind.LOST, facts, ""))
        some = [self._queue[at] for at in range(min(len(self._queue), self._pace.batch))]
        positions = await self.book.append([waiting.entry or await self._written(waiting) for waiting in some])
        for position, waiting in zip(positions, some, strict=True):
            self._queue.popleft()
            if not waiting.told.done():
                waiting.told.set_result(position)

    def _waiting(self, kind: str, facts: Facts, by: str) -> _Waiting:
        return _Waiting(self._unix_time(), kind, facts, by, asyncio.get_running_loop().create_future())

    async def _written(self, waiting: _Waiting) -> LogEntry:
        named = {"operator": await self._name_of(waiting.by)} if waiting.by else {}
        waiting.entry = new_entry(waiting.at_s, waiting.kind, {**waiting.facts, **named})
        return waiting.entry

    async def _rest(self) -> None:
        """Until something comes, or until it is time to look what others did."""
        if self._closing:
            return
        self._awake.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), self._pace.look_s)

    def _give_up(self) -> None:
        while self._queue:
            self._lose(self._queue.popleft())

    def _lose(self, waiting: _Waiting) -> None:
        self._lost += 1
        self._unsaid += 1
        if not waiting.told.done():
            waiting.told.set_result(None)
