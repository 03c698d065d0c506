"""One file that holds everything, for either database. Knows tables as rows of JSON; knows no changes.

A zip with ``manifest.json`` and, for each table, ``tables/NAME.jsonl`` with one object a row. It is written out of one
moment of the database in bounded memory, and read twice: once to see that it is whole, once to put it in place.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, MetaData, Table, delete, func, insert, select, text

from seawall import __version__
from seawall.records.changes import apply
from seawall.records.database import FAULTS, Database, database_at, unavailable
from seawall.records.entries import InterruptOpenAnswers
from seawall.records.port import RecordsError, RecordsUnavailable
from seawall.records.schema import NEWEST, bring_to_newest, revision_of
from seawall.records.tables import METADATA

FORMAT = 1
_MANIFEST = "manifest.json"
_ROWS_AT_ONCE = 500
_LONGEST_ROW_BYTES = 64 * 1024 * 1024
_NOT_OURS = "alembic_version"


class ArchiveError(RecordsError):
    """The file is not an archive, is damaged, or does not fit this program; nothing was changed."""


class NotEmpty(RecordsError):
    """There is something to overwrite and nobody said that it may be."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table in the archive: how many rows, and the SHA-256 of its lines."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    format: int
    seawall: str
    schema: str
    written: str
    tables: dict[str, Part]

    def __str__(self) -> str:
        """For people: ``3 accounts, 2 conversations and 14 messages``."""
        accounts, conversations, messages = (
            f"{rows} {kind if rows != 1 else kind[:-1]}"
            for kind in ("accounts", "conversations", "messages")
            for rows in (self.tables[kind].rows,)
        )
        return f"{accounts}, {conversations} and {messages}"


def backup(url: str, data: Path, file: Path) -> Manifest:
    """`seawall backup` for the database of a setting; see back_up."""
    return back_up(database_at(url, data), file)


def restore(url: str, data: Path, file: Path, *, force: bool) -> Manifest:
    """`seawall restore` into the database of a setting; see put_back."""
    return put_back(database_at(url, data), file, force=force)


def back_up(database: Database, file: Path, now: datetime | None = None) -> Manifest:
    """Writes everything to the file while the service runs, replacing only an archive of before.

    Raises RecordsError with what to do.
    """
    if file.exists() and not zipfile.is_zipfile(file):
        raise ArchiveError(f"{file} is there and is no backup: choose another name.")
    try:
        database.identity()  # A backup of nothing must not create an empty database.
        return write_archive(database, file, now or datetime.now(UTC))
    except FAULTS as error:
        raise _told(database, error, file) from error


def put_back(database: Database, file: Path, *, force: bool) -> Manifest:
    """Puts the archive in the place of everything there, in one transaction; the service may run meanwhile.

    Raises:
        ArchiveError: the file is damaged or of another schema.
        NotEmpty: there is something to overwrite and ``force`` is not set.
        RecordsUnavailable: the database cannot be written now.
    """
    try:
        with _opened(file) as archive:
            manifest = _checked(archive, file)
            database.prepare()
            bring_to_newest(database)
            with database.alone(), database.to_write() as connection, connection.begin():
                _replace_everything(connection, archive, manifest, force=force)
    except FAULTS as error:
        raise _told(database, error, file) from error
    return manifest


# Writing.


def write_archive(database: Database, file: Path, now: datetime) -> Manifest:
    """As it is, whatever its schema: the tables are those found in the database, not those of this program."""
    with _whole_or_not_at_all(file) as target, database.to_copy() as connection, connection.begin():
        revision = revision_of(connection)
        if revision is None:
            raise RecordsUnavailable(f"{database.name} holds no records yet: start the service once.")
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            found = MetaData()
            found.reflect(connection)
            parts = {
                table.name: _write_table(connection, table, archive)
                for table in found.sorted_tables
                if table.name != _NOT_OURS
            }
            manifest = Manifest(FORMAT, __version__, revision, now.isoformat(timespec="seconds"), parts)
            archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2))
    return manifest


def _write_table(connection: Connection, table: Table, archive: zipfile.ZipFile) -> Part:
    digest, rows = hashlib.sha256(), 0
    every_row = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(table))
    with archive.open(_part_name(table.name), "w", force_zip64=True) as part:
        for row in every_row.mappings():
            line = json.dumps(dict(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            part.write(line)
            rows += 1
    return Part(rows, digest.hexdigest())


@contextmanager
def _whole_or_not_at_all(file: Path) -> Generator[IO[bytes]]:
    """A file beside, for us alone, that takes the name once all of it is on the disk."""
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    descriptor = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        partial.replace(file)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# Reading.


@contextmanager
def _opened(file: Path) -> Generator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except FileNotFoundError as error:
        raise ArchiveError(f"There is no file {file}.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ArchiveError(f"{file} is not a whole backup of Seawall's: {error}.") from error


def _checked(archive: zipfile.ZipFile, file: Path) -> Manifest:
    """The manifest, once every part agrees with it."""
    try:
        found = json.loads(archive.read(_MANIFEST))
        tables = {name: Part(**part) for name, part in found.pop("tables").items()}
        manifest = Manifest(tables=tables, **found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArchiveError(f"{file} is not a backup of Seawall's: it has no manifest that can be read.") from error
    if manifest.format != FORMAT or manifest.schema != NEWEST:
        raise ArchiveError(
            f"{file} was made by Seawall {manifest.seawall} with the schema {manifest.schema}, and this is "
            f"{__version__} with {NEWEST}: restore it with that Seawall, then start this one, which migrates it."
        )
    if set(manifest.tables) != set(METADATA.tables):
        raise ArchiveError(f"{file} does not hold the tables of the schema {NEWEST}.")
    for name, part in manifest.tables.items():
        digest, rows = hashlib.sha256(), 0
        for line in _lines(archive, name):
            digest.update(line)
            rows += 1
        if (rows, digest.hexdigest()) != (part.rows, part.sha256):
            raise ArchiveError(f"{file} is damaged: its table {name} is not what the manifest says.")
    return manifest


def _lines(archive: zipfile.ZipFile, table: str) -> Iterator[bytes]:
    try:
        with archive.open(_part_name(table)) as part:
            while line := part.readline(_LONGEST_ROW_BYTES):
                yield line
    except KeyError as error:
        raise ArchiveError(f"The backup lacks its table {table}.") from error


def _replace_everything(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest, *, force: bool) -> None:
    tables = METADATA.sorted_tables
    if connection.dialect.name == "postgresql":  # Writers wait, readers see what was there; SQLite's writer is alone.
        names = ", ".join(connection.dialect.identifier_preparer.format_table(table) for table in tables)
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    there = sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
    if there and not force:
        raise NotEmpty(f"There are {there} rows here already: add --force to replace them all with the backup.")
    for table in reversed(tables):
        connection.execute(delete(table))
    for table in tables:
        for rows in _batches(_lines(archive, table.name)):
            connection.execute(insert(table), rows)
    apply(connection, InterruptOpenAnswers())  # Whoever was giving them is not here.


def _batches(lines: Iterator[bytes]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for line in lines:
        batch.append(json.loads(line))
        if len(batch) == _ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _part_name(table: str) -> str:
    return f"tables/{table}.jsonl"


def _told(database: Database, error: Exception, file: Path) -> RecordsError:
    if isinstance(error, OSError):
        return ArchiveError(f"{file} could not be read or written: {error.strerror or error}.")
    return unavailable(database, error)
