"""Gathers what a report is made of, and makes it. Knows records and the log; knows neither HTML nor zip.

Nothing goes into a report that is not in the log: entries with their proofs, and windows that a verdict's entry hashed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from math import inf

from seawall import __version__
from seawall.records.port import Records
from seawall.records.truth_entries import HeadRow, LogDuring, LogFrom, LogRow, WindowsNumbered
from seawall.safeguards.book import LogBook
from seawall.safeguards.log_entry import BadEntry, EntryKind, Facts, entry_of
from seawall.safeguards.report.findings import is_covered
from seawall.safeguards.report.material import About, BadMaterial, Material
from seawall.safeguards.report.programs import page_program
from seawall.safeguards.report.sealing import draft_of, sealed
from seawall.safeguards.window_records import BadWindow, unpacked

MOST_ENTRIES = 5_000
MOST_WINDOWS = 20_000
"""Two days and more; a report of them is a hundred megabytes at the most."""


AROUND_S = 1800.0


class NoReport(Exception):
    """There is no report of that; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which time a report is wanted, and of which incident, if of one. Unix seconds."""

    from_s: float
    to_s: float
    incident_id: str = ""


def around(opened_s: float, resolved_s: float | None) -> tuple[float, float]:
    """The time of an incident's report: with half an hour of the ordinary before and after it."""
    return opened_s - AROUND_S, (inf if resolved_s is None else resolved_s) + AROUND_S


async def report(
    asked: Asked,
    records: Records,
    book: LogBook,
    append: Callable[[str, Facts], Awaitable[int | None]],
    now_s: float,
) -> bytes:
    """The sealed bundle. ``append`` tells the log of it. Raises NoReport, RecordsUnavailable."""
    head = book.head
    if head is None or book.audit.fault is not None:
        raise NoReport("The public log is empty or damaged, so nobody could check a report of it.")
    material = await _material(asked, records, book, head, now_s)
    verifiers = [str(one) for one in book.audit.verifiers]
    try:
        draft = await asyncio.to_thread(draft_of, material, book.audit.tree, head, verifiers)
    except (BadMaterial, BadWindow) as error:
        raise NoReport(f"What is kept of that time cannot be read: {error}") from error
    position = await append(EntryKind.REPORT, draft.facts(material))
    newer = book.head
    if position is None or newer is None:
        raise NoReport("The public log took no entry for the report, so nobody could check it.")
    (row,) = await records.read(LogFrom(position, 1))
    return await asyncio.to_thread(sealed, draft, book.audit.tree, row, newer)


async def _material(asked: Asked, records: Records, book: LogBook, head: HeadRow, now_s: float) -> Material:
    rows = await records.read(LogDuring(asked.from_s, asked.to_s, MOST_ENTRIES + 1))
    if len(rows) > MOST_ENTRIES:
        raise NoReport(f"More than {MOST_ENTRIES} entries are of that time: ask for a shorter one.")
    told = {row.position: row.entry for row in rows if row.position < head.size}
    for position in book.audit.key_positions:
        (row,) = await records.read(LogFrom(position, 1))
        told[position] = row.entry
    about = About(
        book.audit.origin,
        round(asked.from_s, 3),
        round(asked.to_s, 3),
        asked.incident_id,
        round(now_s, 3),
        __version__,
        page_program(),
    )
    return Material(about, told, await _windows(rows, records))


async def _windows(rows: Iterable[LogRow], records: Records) -> tuple[str, ...]:
    """The windows that the verdicts among these entries were found from; of each verdict all of them, or none."""
    texts: dict[int, str] = {}
    for row in rows:
        if row.kind != EntryKind.VERDICT:
            continue
        try:
            entry = entry_of(row.entry)
            of = entry.facts["windows"]
            there = await records.read(WindowsNumbered(int(of["first"]), int(of["last"])))
            found = {one.number: unpacked(one.packed) for one in there}
            texts.update(found if is_covered(entry, found) else {})
        except (BadEntry, BadWindow, KeyError, TypeError, ValueError) as error:
            raise NoReport(f"The windows of entry {row.position} cannot be read: {error}") from error
        if len(texts) > MOST_WINDOWS:
            raise NoReport(f"More than {MOST_WINDOWS} windows are of that time: ask for a shorter one.")
    return tuple(text for _, text in sorted(texts.items()))
