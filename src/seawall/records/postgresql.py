"""PostgreSQL as the records use it, through psycopg. Knows its settings and SQL states; knows no tables."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Hashable
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import NullPool

from seawall.records.archive import write_archive
from seawall.records.port import RecordsError, RecordsUnavailable

# One number for every Seawall: advisory locks are counted per database, so two databases do not meet.
_ALONE, _SERVING = (
    int.from_bytes(hashlib.sha256(what).digest()[:8], "big", signed=True)
    for what in (b"seawall.migrating", b"seawall.serving")
)
# A service whose machine lost its power shall not keep its place for the two hours that the kernel takes to notice.
_NOTICE_WHO_IS_GONE = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"

_LOCK_TIMEOUT = "55P03"
# A refused connection has no state: libpq gives its words alone, which are clear enough.
_SENTENCES = {
    "53100": "The disk of the PostgreSQL server is full: free some space; until then nothing more can be saved.",
    "25006": "The PostgreSQL server takes no writes now (read-only or a standby): point `database` at the primary.",
    "42501": "PostgreSQL does not let this user do that: grant it the schema and tables of its database.",
}


class PostgresDatabase:
    """One database of a server. ``patience_s`` bounds connecting and waiting for locks."""

    def __init__(self, url: str, backups: Path, patience_s: float) -> None:
        try:
            self._url = make_url(url).set(drivername="postgresql+psycopg")
            self._engine = create_engine(
                self._url,
                poolclass=NullPool,
                connect_args={
                    "connect_timeout": max(2, round(patience_s)),
                    "client_encoding": "utf8",
                    "application_name": "seawall",
                    "keepalives_idle": 10,
                    "tcp_user_timeout": 10_000,  # A cable that was pulled is noticed in 10 s, not in two hours.
                },
            )
        except ModuleNotFoundError as error:
            raise RecordsError(
                "PostgreSQL needs a driver: install it with `pip install 'seawall[postgres]'`."
            ) from error
        except (ArgumentError, NoSuchModuleError, ValueError) as error:
            raise RecordsError(
                "The setting `database` is not an address such as postgresql://user:password@host/name."
            ) from error
        self._backups = backups
        self._patience_s = patience_s
        event.listen(self._engine, "connect", self._set_up)

    @property
    def name(self) -> str:
        where = self._url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)
        return f"The database {where}"

    def prepare(self) -> None:
        """Refuses a database that could not hold every text."""
        try:
            with self._engine.connect() as connection:
                encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        except OperationalError as error:
            raise RecordsUnavailable(self.sentence(error)) from error
        if encoding != "UTF8":
            raise RecordsError(f"{self.name} has the encoding {encoding}: create one with ENCODING 'UTF8'.")

    def identity(self) -> Hashable:
        return None  # A server that went away says so itself on the connection.

    def to_write(self) -> Connection:
        return self._engine.connect()

    def to_serve(self) -> Connection:
        """The place is the connection's: the server gives it to the next when this one ends, however it ends."""
        connection = self.to_write()
        try:
            connection.exec_driver_sql(_NOTICE_WHO_IS_GONE)
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_SERVING})")
            connection.commit()
        except OperationalError as error:
            connection.close()
            if _state(error) != _LOCK_TIMEOUT:
                raise
            raise RecordsUnavailable(
                f"Another Seawall already serves from {self.name[0].lower()}{self.name[1:]}: stop it, or name another "
                "database with the setting `database`."
            ) from error
        return connection

    def to_migrate(self) -> Connection:
        return self.to_write()

    def require_consistent(self, connection: Connection) -> None:
        """Nothing to look for: the server holds foreign keys through every change of a table."""

    def to_read(self) -> Connection:
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def to_copy(self) -> Connection:
        return self._engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def try_a_write(self, connection: Connection) -> None:
        with connection.begin():
            connection.exec_driver_sql("SELECT txid_current()")  # A standby or a read-only server refuses this.

    @contextmanager
    def alone(self) -> Generator[None]:
        """An advisory lock, which the server drops with its holder's connection."""
        with self._engine.connect() as connection:
            try:
                connection.exec_driver_sql(f"SELECT pg_advisory_lock({_ALONE})")
            except OperationalError as error:
                if _state(error) != _LOCK_TIMEOUT:
                    raise
                raise RecordsUnavailable(
                    f"{self.name} is being migrated or restored by another process: wait for it, then try again."
                ) from error
            connection.commit()  # The lock is the session's; a transaction idle for so long would hold up VACUUM.
            yield

    def keep_safe(self, revision: str, now: datetime) -> Path:
        self._backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._backups / f"before-migrating-{revision}-{now:%Y%m%dT%H%M%SZ}.zip"
        write_archive(self, target, now)
        return target

    def sentence(self, error: Exception) -> str:
        known = _SENTENCES.get(_state(error))
        if known:
            return known
        said = str(getattr(error, "orig", error)).strip() or type(error).__name__
        return (
            f"{self.name} does not answer as it should ({said.splitlines()[0].rstrip('.')}): "
            "check that it is running and can be reached from here."
        )

    def _set_up(self, connection: Any, record: Any) -> None:
        wait_ms = max(1, round(self._patience_s * 1000))
        with connection.cursor() as cursor:
            cursor.execute(f"SET synchronous_commit = on; SET lock_timeout = {wait_ms}")
        connection.commit()


def _state(error: Exception) -> str:
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""
