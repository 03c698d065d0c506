"""One connection, opened when first needed and again after a fault. Knows when to reopen; asks nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from seawall.records.database import Database
from seawall.records.schema import require_newest


class Wire:
    """For one thread. ``connect`` makes the kind of connection that is wanted of the database."""

    def __init__(self, database: Database, connect: Callable[[], Connection]) -> None:
        self._database = database
        self._connect = connect
        self._connection: Connection | None = None
        self._identity: Hashable = None

    def connection(self) -> Connection:
        """The open connection. Raises RecordsError or what the driver raises."""
        identity = self._database.identity()
        if self._connection is not None and identity != self._identity:
            self.drop()
        if self._connection is None:
            connection = self._connect()
            try:
                require_newest(self._database, connection)
                connection.rollback()  # Ends the look at the revision.
            except BaseException:
                connection.close()
                raise
            self._connection, self._identity = connection, identity
        return self._connection

    def drop(self) -> None:
        """Closes it, whatever state it is in; the next use opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.close()
