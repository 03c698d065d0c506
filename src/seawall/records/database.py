"""What the records ask of a kind of database, and which kind an address means. Knows no schema and no changes."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from seawall.records.port import RecordsUnavailable

DATABASE_FILE = "seawall.db"
BACKUPS_FOLDER = "backups"


class Database(Protocol):
    """One database: how to connect to it, what sets it apart, and what to tell people when it fails.

    Connections are plain SQLAlchemy ones that their holder closes; nothing is pooled here.
    """

    @property
    def name(self) -> str:
        """What it is called in sentences; holds no password."""
        ...

    def prepare(self) -> None:
        """Makes it ready to be connected to, creating a file where there is none. Raises RecordsError."""
        ...

    def identity(self) -> Hashable:
        """Differs once the database at this address is another one. Raises RecordsUnavailable when it is gone."""
        ...

    def to_write(self) -> Connection:
        """``begin()`` on it takes the right to write at once; commits are on disk when they return."""
        ...

    def to_serve(self) -> Connection:
        """``to_write`` for the one service of this database: what a service knows by heart, such as the end of its
        public log, a second one would not know. Raises RecordsUnavailable while another one serves.
        """
        ...

    def to_migrate(self) -> Connection:
        """Like ``to_write``, for changes of the tables themselves."""
        ...

    def require_consistent(self, connection: Connection) -> None:
        """Raises RecordsError when a migration on this connection left rows that point to nothing."""
        ...

    def to_read(self) -> Connection:
        """Each statement sees what is durable when it begins; waits for no writer."""
        ...

    def to_copy(self) -> Connection:
        """All statements of its one transaction see the same moment, however long it takes."""
        ...

    def try_a_write(self, connection: Connection) -> None:
        """Commits something that changes nothing. Raises as the driver does while nothing can be written."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Held by the one process that migrates or replaces everything. Raises RecordsUnavailable after a while."""
        ...

    def keep_safe(self, revision: str, now: datetime) -> Path:
        """A copy of everything in the data folder's ``backups/``, made before a migration."""
        ...

    def sentence(self, error: Exception) -> str:
        """What went wrong and what helps, for the operator."""
        ...


def unavailable(database: Database, error: Exception) -> RecordsUnavailable:
    """The one exception that a database's fault becomes."""
    if isinstance(error, RecordsUnavailable):
        return error
    return RecordsUnavailable(database.sentence(error))


# What a fault can look like once SQLAlchemy has wrapped the driver's own; a missing file or folder is an OSError.
FAULTS = (SQLAlchemyError, OSError, RecordsUnavailable)
