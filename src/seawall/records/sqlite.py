"""SQLite as the records use it: one file, written ahead, synced at each commit. Knows pragmas; knows no tables."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Generator, Hashable
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from seawall.records.durable import sync_folder
from seawall.records.port import RecordsError, RecordsUnavailable

_BEGIN = "seawall_begin"
_FULL_BELOW_BYTES = 1024 * 1024
_ONLY_US = 0o600

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # Readers never wait for the writer, nor it for them.
    "PRAGMA synchronous = FULL",  # NORMAL would lose the last commits with the power.
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cache_size = -8000",
    "PRAGMA journal_size_limit = 67108864",  # A long backup lets the log grow; give the space back afterwards.
)


class SqliteDatabase:
    """One file. ``patience_s`` is how long a lock of another program's is waited for."""

    def __init__(self, path: Path, backups: Path, patience_s: float) -> None:
        self._path = path
        self._backups = backups
        self._patience_s = patience_s
        self._engine = create_engine("sqlite://", creator=self._open, poolclass=NullPool)
        event.listen(self._engine, "begin", _begin)

    @property
    def name(self) -> str:
        return f"The database {self._path}"

    def prepare(self) -> None:
        """Made here, readable by us alone, and nowhere else: a file that vanishes must not come back empty."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, _ONLY_US))
            sync_folder(self._path.parent)  # What is durable in a file whose name is lost is lost with it.
        except OSError as error:
            raise RecordsUnavailable(self.sentence(error)) from error

    def identity(self) -> Hashable:
        """Without this look, a file moved away would go on being written to and be lost at the next start."""
        try:
            found = self._path.stat()
        except OSError as error:
            raise RecordsUnavailable(
                f"{self.name} is not there: put it back if it was moved, check --data, or restore a backup."
            ) from error
        return found.st_dev, found.st_ino

    def to_write(self) -> Connection:
        return self._connect("BEGIN IMMEDIATE")  # A deferred one can fail half-way, when it turns to writing.

    def to_serve(self) -> Connection:
        """Nothing to take: the data folder, in which the file is, has a lock for the service."""
        return self.to_write()

    def to_migrate(self) -> Connection:
        """Without foreign keys: dropping a table to replace it would empty, by cascade, those that point to it."""
        connection = self._connect("BEGIN IMMEDIATE")
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        return connection

    def require_consistent(self, connection: Connection) -> None:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken:
            raise RecordsError(f"{self.name} would lose what its table {broken[0]} points to: nothing was migrated.")

    def to_read(self) -> Connection:
        return self._connect(None).execution_options(isolation_level="AUTOCOMMIT")

    def to_copy(self) -> Connection:
        return self._connect("BEGIN DEFERRED")

    def try_a_write(self, connection: Connection) -> None:
        with connection.begin():
            connection.exec_driver_sql("PRAGMA user_version = 0")  # Writes the file's header, and means nothing here.

    @contextmanager
    def alone(self) -> Generator[None]:
        """A lock on a file beside, which the kernel drops with its holder."""
        deadline_s = time.monotonic() + self._patience_s
        with self._path.with_suffix(".lock").open("a") as beside:
            while not _locked(beside.fileno()):
                if time.monotonic() > deadline_s:
                    raise RecordsUnavailable(
                        f"{self.name} is being migrated or restored by another process: wait for it, then try again."
                    )
                time.sleep(0.05)
            yield

    def keep_safe(self, revision: str, now: datetime) -> Path:
        """By SQLite's own online copy, which takes the log along; renamed only when it is whole."""
        self._backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._backups / f"before-migrating-{revision}-{now:%Y%m%dT%H%M%SZ}.db"
        partial = target.with_suffix(".partial")
        os.close(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_RDWR, _ONLY_US))
        with closing(self._open()) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        partial.replace(target)
        sync_folder(self._backups)
        return target

    def sentence(self, error: Exception) -> str:
        name = getattr(getattr(error, "orig", error), "sqlite_errorname", "")
        if name == "SQLITE_FULL" or (name.startswith("SQLITE_IOERR") and self._disk_is_full()):
            return f"The disk under {self._path} is full: free some space; until then nothing more can be saved."
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return f"{self.name} is locked by another program: end it, or wait until it is done."
        if name.startswith("SQLITE_READONLY") or isinstance(error, PermissionError):
            return f"{self.name} may not be written: give the service the right to write the file and its folder."
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            return f"{self.name} is damaged: stop the service and restore a backup."
        if name.startswith("SQLITE_CANTOPEN") or isinstance(error, OSError):
            return f"{self.name} cannot be opened: is its folder there, and may the service write it?"
        return f"{self.name} failed: {getattr(error, 'orig', error)}."

    def _disk_is_full(self) -> bool:
        try:
            return shutil.disk_usage(self._path.parent).free < _FULL_BELOW_BYTES
        except OSError:
            return False

    def _connect(self, begin: str | None) -> Connection:
        return self._engine.connect().execution_options(**{_BEGIN: begin})

    def _open(self) -> sqlite3.Connection:
        # Transactions are begun by us (see _begin): the driver's own wait until the first write.
        connection = sqlite3.connect(
            f"file:{quote(str(self._path))}?mode=rw",
            uri=True,
            timeout=self._patience_s,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        return connection


def _begin(connection: Connection) -> None:
    statement: Any = connection.get_execution_options().get(_BEGIN)
    if statement:
        connection.exec_driver_sql(statement)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
