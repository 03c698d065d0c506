"""Brings a database to the newest schema, one process at a time and with a copy first. Knows revisions, not tables.

A database that is up to date costs one small query: Alembic is not even imported.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from seawall import __version__
from seawall.observing.logs import logger
from seawall.records.database import FAULTS, Database, unavailable
from seawall.records.port import RecordsError, RecordsUnavailable

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST = "0007"
"""The last of ``migrations/versions``; a test holds them together."""

VERSION_TABLE = "alembic_version"


def revision_of(connection: Connection) -> str | None:
    """The revision of the database's schema; None when it has none yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar_one_or_none()  # noqa: S608


def require_newest(database: Database, connection: Connection) -> None:
    """Raises RecordsUnavailable unless the schema is the one that this program writes."""
    revision = revision_of(connection)
    if revision != NEWEST:
        raise RecordsUnavailable(
            f"{database.name} has the schema {revision or 'of no Seawall'} where {NEWEST} was: "
            "restart the service, which migrates what can be migrated."
        )


def bring_to_newest(database: Database, now: datetime | None = None) -> None:
    """Creates the schema or migrates it, all of it or nothing.

    What is there is copied to the data folder's ``backups/`` first. Raises RecordsError where that cannot be done.
    """
    try:
        if _revision(database) == NEWEST:
            return
        with database.alone():
            revision = _revision(database)  # Another process may have done it while we waited.
            if revision == NEWEST:
                return
            if revision is not None:
                _refuse_newer(database, revision)
                copy = database.keep_safe(revision, now or datetime.now(UTC))
                logger("records").info("migrating", from_schema=revision, to_schema=NEWEST, copy=str(copy))
            migrate(database, NEWEST)
    except FAULTS as error:
        raise unavailable(database, error) from error


def migrate(database: Database, target: str) -> None:
    """Runs Alembic up to the revision, in one transaction."""
    from alembic import command

    with database.to_migrate() as connection, connection.begin():
        configuration = alembic_configuration()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, target)
        database.require_consistent(connection)


def alembic_configuration() -> Config:
    """Alembic without an ini file."""
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return configuration


def is_known(revision: str) -> bool:
    """Whether this program can migrate from there."""
    from alembic.script import ScriptDirectory

    known = ScriptDirectory.from_config(alembic_configuration()).walk_revisions()
    return revision in {script.revision for script in known}


def _revision(database: Database) -> str | None:
    with database.to_read() as connection:
        return revision_of(connection)


def _refuse_newer(database: Database, revision: str) -> None:
    if not is_known(revision):
        raise RecordsError(
            f"{database.name} has the schema {revision}, which is newer than {NEWEST}, the newest that Seawall "
            f"{__version__} knows: run the newer Seawall that wrote it, or restore a backup made by this one."
        )
