"""One piece of work on the public log, for the command line; beside a running service or without. Knows no command."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from seawall.accounts.secret_file import SecretFileError, log_seed
from seawall.data_folder import DataFolderError, prepare
from seawall.ground import StartError, lay_records
from seawall.operating.control import ControlError, NobodyServes, ask_service
from seawall.records.port import Records, RecordsError
from seawall.records.status_entries import LatestIncidents
from seawall.safeguards.book import LogBook, LogBroken
from seawall.safeguards.log_entry import EntryKind, Facts, new_entry
from seawall.safeguards.operator_names import THE_COMMAND_LINE, OperatorNames
from seawall.safeguards.report.gathering import Asked, NoReport, around, report
from seawall.settings.tree import Settings
from seawall.status.incidents import MOST_INCIDENTS
from seawall.testimony import VERB

T = TypeVar("T")


class LogUntold(Exception):
    """The log could not be read or told; the message says why."""


def on_records(settings: Settings, data: Path, work: Callable[[Records], Coroutine[Any, Any, T]]) -> T:
    """What ``work`` tells, on records that are opened for it alone; works while the service runs. Raises LogUntold."""

    async def run() -> T:
        records, _ = lay_records(settings, data)
        await records.start()
        try:
            return await work(records)
        finally:
            await records.close()

    try:
        prepare(data)
        return asyncio.run(run())
    except (StartError, DataFolderError, SecretFileError, RecordsError, LogBroken) as error:
        raise LogUntold(str(error)) from error


def tell(settings: Settings, data: Path, facts: Facts, *, alone: bool = False) -> None:
    """What a command did: to the running service; to the log itself where none runs, or ``alone``. Raises LogUntold."""
    if not alone:
        try:
            ask_service(data, VERB, facts=dict(facts))
        except NobodyServes:
            pass
        except ControlError as error:
            raise LogUntold(str(error)) from error
        else:
            return

    async def append(records: Records) -> None:
        book = LogBook(records, log_seed(data), unix_time=time.time)
        await book.open()
        await book.append([new_entry(time.time(), EntryKind.OPERATOR_ACTION, {**facts, "operator": THE_COMMAND_LINE})])

    on_records(settings, data, append)


async def make_report(records: Records, data: Path, from_s: float, to_s: float, incident_id: str | None) -> bytes:
    """The sealed report of a time or of an incident, made beside the service or without it. Raises LogUntold.

    A service that runs holds the windows of the last minutes, and is asked to say them first.
    """
    with suppress(ControlError):
        await asyncio.to_thread(ask_service, data, VERB, flush=True)
    if incident_id is not None:
        found = [row for row, _ in await records.read(LatestIncidents(MOST_INCIDENTS)) if row.id == incident_id]
        if not found:
            raise LogUntold(f"There is no incident '{incident_id}'. 'seawall incident list' shows them.")
        from_s, to_s = around(found[0].opened_s, found[0].resolved_s)
    now_s = time.time()
    book = LogBook(records, log_seed(data), unix_time=time.time)
    await book.open()
    names = OperatorNames(records)

    async def append(kind: str, facts: Facts) -> int:
        operator = {"operator": await names.of(THE_COMMAND_LINE)}
        return (await book.append([new_entry(time.time(), kind, {**facts, **operator})]))[-1]

    try:
        return await report(Asked(from_s, min(to_s, now_s), incident_id or ""), records, book, append, now_s)
    except NoReport as error:
        raise LogUntold(str(error)) from error
