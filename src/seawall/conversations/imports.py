"""Imports in progress, which nobody has to wait for, and how each account's last one went. Knows no format, no HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import IO

from seawall.conversations.import_report import Report
from seawall.conversations.importing import Importing, Progress
from seawall.conversations.refusals import SERVICE_STOPS
from seawall.observing.logs import logger
from seawall.records.port import RecordsError
from seawall.values.refusal import Reason, Refusal

# How the last import of an account went, at some 30 kB where a hundred are left out. Enough for a service on which
# hundreds move in on one day; who was forgotten sees the list.
MOST_REMEMBERED = 256
AWAY = Refusal(
    Reason.RECORDS_UNAVAILABLE,
    "The records went away while the file was read. Nothing was imported; please try again shortly.",
    retry_after_s=5.0,
)
FAILED = Refusal(Reason.INTERNAL, "Something failed on our side while the file was read. Nothing was imported.")


class ImportJob:
    """One import. ``result`` is None until it has ended."""

    def __init__(self, account_id: str, begun_s: float) -> None:
        self.account_id = account_id
        self.begun_s = begun_s
        self.progress = Progress()
        self.result: Report | Refusal | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self, work: Callable[[Progress], Awaitable[Report | Refusal]], held: AsyncExitStack) -> None:
        """Called once, by the book; what is ``held`` is let go at the end."""
        self._task = asyncio.create_task(self._run(work, held), name="import")
        self._task.add_done_callback(self._end)

    async def over(self) -> Report | Refusal:
        """How it went, once it has ended. Whoever waits and leaves ends nothing."""
        assert self._task is not None
        await asyncio.wait([self._task])
        assert self.result is not None
        return self.result

    async def stop(self) -> None:
        """Ends it; nothing of it stays."""
        if self._task is not None and self._task.cancel():
            await asyncio.wait([self._task])

    async def _run(self, work: Callable[[Progress], Awaitable[Report | Refusal]], held: AsyncExitStack) -> None:
        async with held:
            try:
                self.result = await work(self.progress)
            except RecordsError as error:
                logger("conversations").warning("import_failed", reason=str(error))
                self.result = AWAY

    def _end(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            self.result = SERVICE_STOPS
        elif (fault := task.exception()) is not None:
            logger("conversations").error("import_failed", exc_info=fault)
            self.result = FAILED


class Imports:
    """By account, each account's last. How many go on at once is for whoever takes the files in to say."""

    def __init__(self, importing: Importing, *, unix_time: Callable[[], float]) -> None:
        self._importing = importing
        self._unix_time = unix_time
        self._last: dict[str, ImportJob] = {}

    def begin(self, account_id: str, file: IO[bytes], held: AsyncExitStack) -> ImportJob:
        """Takes over ``held``, in which ``file`` is open."""
        job = ImportJob(account_id, self._unix_time())
        self._last.pop(account_id, None)
        self._last[account_id] = job
        self._forget()
        job.begin(lambda progress: self._importing.bring_in(account_id, file, progress), held.pop_all())
        return job

    def last(self, account_id: str) -> ImportJob | None:
        """The one in progress, or the one before; None after a restart too."""
        return self._last.get(account_id)

    async def close(self) -> None:
        """Ends what is in progress."""
        await asyncio.gather(*(job.stop() for job in self._last.values()))

    def _forget(self) -> None:
        ended = [account_id for account_id, job in self._last.items() if job.result is not None]
        for account_id in ended[: max(0, len(self._last) - MOST_REMEMBERED)]:
            del self._last[account_id]
