"""Which database an address means. Knows both kinds; connects to none."""

from __future__ import annotations

from pathlib import Path

from seawall.records.database import BACKUPS_FOLDER, DATABASE_FILE, Database
from seawall.records.port import RecordsError
from seawall.records.postgresql import PostgresDatabase
from seawall.records.sqlite import SqliteDatabase


def database_at(url: str, data: Path, *, patience_s: float = 5.0) -> Database:
    """The database of a setting: ``postgresql://...``, or SQLite in the data folder when empty.

    ``patience_s`` is how long it may take to connect or to get hold of a lock.
    """
    if not url:
        return SqliteDatabase(data / DATABASE_FILE, data / BACKUPS_FOLDER, patience_s)
    if url.split(":", 1)[0].split("+", 1)[0] in {"postgresql", "postgres"}:
        return PostgresDatabase(url, data / BACKUPS_FOLDER, patience_s)
    raise RecordsError(
        "The setting `database` takes a PostgreSQL address such as postgresql://user:password@host/name; "
        "leave it empty for SQLite in the data folder."
    )
