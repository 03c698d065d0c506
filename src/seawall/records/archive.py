"""Backs everything up into one file and puts it back, for either database. Knows tables as rows; knows no file format.

A backup is of one moment, a restore one transaction: the service runs through both.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, LargeBinary, MetaData, Table, delete, func, insert, select, text

from seawall import __version__
from seawall.records import search_index
from seawall.records.archive_file import ArchiveError, ArchiveFile, Manifest, open_file, write_file
from seawall.records.changes import apply
from seawall.records.conversation_entries import InterruptOpenAnswers
from seawall.records.database import FAULTS, Database, unavailable
from seawall.records.port import RecordsError, RecordsUnavailable
from seawall.records.schema import NEWEST, VERSION_TABLE, bring_to_newest, is_known, migrate, revision_of
from seawall.records.sqlite import SqliteDatabase
from seawall.records.tables import METADATA

_ROWS_FETCHED = 20  # A row may hold a megabyte: few at a time, many in all.
_FILES_FETCHED = 1  # And one with a file in it many.
_ROWS_INSERTED = 500
_BYTES_INSERTED = 1024 * 1024
# What a service writes of itself from its first minute on. Nobody made it: a backup goes over it without being told to.
_OF_ITSELF = frozenset({"log_entries", "tree_heads", "operator_names", "windows", "component_days"})


class NotEmpty(RecordsError):
    """There is something to overwrite and nobody said that it may be."""


def backup(database: Database, file: Path) -> Manifest:
    """Writes everything to the file while the service runs, replacing only a backup of before.

    Raises RecordsError with what to do.
    """
    try:
        if file.exists() and not zipfile.is_zipfile(file):
            raise ArchiveError(f"{file} is there and is no backup: choose another name.")
        database.identity()  # Where there is no database, none is made.
        return write_archive(database, file, datetime.now(UTC))
    except FAULTS as error:
        raise _told(database, error, file) from error


def restore(database: Database, file: Path, *, force: bool) -> Manifest:
    """Puts the backup in the place of everything there, in one transaction; the service may run meanwhile.

    One of an older schema is migrated on the way, in a database of its own.

    Raises:
        ArchiveError: the file is damaged or of a schema that this program does not know.
        NotEmpty: there is something to overwrite and ``force`` is not set.
        RecordsUnavailable: the database cannot be written now.
    """
    try:
        with open_file(file) as archive:
            if archive.manifest.schema != NEWEST and is_known(archive.manifest.schema):
                with tempfile.TemporaryDirectory(prefix="seawall-restore-") as folder:
                    return restore(database, _of_today(archive, Path(folder)), force=force)
            _require_fitting(archive.manifest, file)
            database.prepare()
            bring_to_newest(database)
            with database.alone(), database.to_write() as connection, connection.begin():
                _replace_everything(connection, archive, force=force)
            return archive.manifest
    except FAULTS as error:
        raise _told(database, error, file) from error


def _of_today(archive: ArchiveFile, folder: Path) -> Path:
    """The same backup at the newest schema: loaded as it was into a new file, which is migrated and backed up."""
    database = SqliteDatabase(folder / "old.db", folder, patience_s=5.0)
    database.prepare()
    migrate(database, archive.manifest.schema)
    with database.alone(), database.to_write() as connection, connection.begin():
        found = MetaData()
        found.reflect(connection, only=_is_kept)
        for table in found.sorted_tables:
            if table.name in archive.manifest.tables:
                for rows in _batches(archive.rows(table.name)):
                    connection.execute(insert(table), rows)
    migrate(database, NEWEST)
    file = folder / "of-today.zip"
    write_archive(database, file, datetime.now(UTC))
    return file


def write_archive(database: Database, file: Path, now: datetime) -> Manifest:
    """As it is, whatever its schema: the tables are those found in the database, not those of this program."""
    with database.to_copy() as connection, connection.begin():
        revision = revision_of(connection)
        if revision is None:
            raise RecordsUnavailable(f"{database.name} holds no records yet: start the service once.")
        found = MetaData()
        found.reflect(connection, only=_is_kept)
        return write_file(
            file, revision, now, ((table.name, _rows(connection, table)) for table in found.sorted_tables)
        )


def _is_kept(table: str, _: object = None) -> bool:
    """What cannot be made anew from the others."""
    return table != VERSION_TABLE and not table.startswith(search_index.PREFIX)


def _rows(connection: Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    holds_files = any(isinstance(column.type, LargeBinary) for column in table.columns)
    at_once = _FILES_FETCHED if holds_files else _ROWS_FETCHED
    streamed = connection.execution_options(yield_per=at_once).execute(select(table)).mappings()
    for row in streamed:
        yield {**row}


def _require_fitting(manifest: Manifest, file: Path) -> None:
    if manifest.schema != NEWEST:
        raise ArchiveError(
            f"{file} was made by Seawall {manifest.seawall} with the schema {manifest.schema}, and this is "
            f"{__version__} with {NEWEST}, which does not know it: restore it with that Seawall."
        )
    if set(manifest.tables) != set(METADATA.tables):
        raise ArchiveError(f"{file} does not hold the tables of the schema {NEWEST}.")


def _replace_everything(connection: Connection, archive: ArchiveFile, *, force: bool) -> None:
    tables = METADATA.sorted_tables
    if connection.dialect.name == "postgresql":  # Writers wait, readers see what was; SQLite's writer is alone.
        names = ", ".join(connection.dialect.identifier_preparer.format_table(table) for table in tables)
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    made = [table for table in tables if table.name not in _OF_ITSELF]
    there = sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in made)
    if there and not force:
        raise NotEmpty(f"There are {there} rows here already: add --force to replace them all with the backup.")
    search_index.empty(connection)
    for table in reversed(tables):
        connection.execute(delete(table))
    for table in tables:
        for rows in _batches(archive.rows(table.name)):
            connection.execute(insert(table), rows)
    search_index.fill(connection)
    apply(connection, InterruptOpenAnswers())  # Whoever was giving them is not here.


def _batches(rows: Iterator[tuple[dict[str, Any], int]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    batch_bytes = 0
    for row, row_bytes in rows:
        batch.append(row)
        batch_bytes += row_bytes
        if len(batch) == _ROWS_INSERTED or batch_bytes > _BYTES_INSERTED:
            yield batch
            batch, batch_bytes = [], 0
    if batch:
        yield batch


def _told(database: Database, error: Exception, file: Path) -> RecordsError:
    if isinstance(error, OSError):
        return ArchiveError(f"{file} could not be read or written: {error.strerror or error}.")
    return unavailable(database, error)
