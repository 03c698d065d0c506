"""Keeps a batch of changes in one commit, each kept wholly or not at all. Knows savepoints; knows no threads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from seawall.records.changes import apply
from seawall.records.entries import Change, FinishAnswer, GrowAnswer
from seawall.records.faults import conflict_in


def keep_together(connection: Connection, changes: Sequence[Change[Any]]) -> list[Any]:
    """Commits the changes as one and tells, for each, its result or the exception that is its own.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database failed; nothing of the batch was kept, or, where the
            connection broke within the COMMIT itself, nobody can tell.
    """
    told: list[Any] = [None] * len(changes)
    successors = superseded(changes)
    try:
        connection.begin()
        for index, change in enumerate(changes):
            if index not in successors:
                told[index] = _keep(connection, change)
        connection.commit()
    except BaseException:
        _roll_back(connection)
        raise
    for index, successor in successors.items():
        told[index] = told[successor] if isinstance(told[successor], Exception) else None
    return told


def superseded(changes: Sequence[Change[Any]]) -> dict[int, int]:
    """Which growing answers need not be carried out, since the change at the other index holds all they do.

    Both carry the whole text so far, so the newest one is enough, and it decides how the others fared.
    """
    newest: dict[str, int] = {}
    older: dict[int, int] = {}
    for index in range(len(changes) - 1, -1, -1):
        change = changes[index]
        if isinstance(change, GrowAnswer) and change.answer_id in newest:
            older[index] = newest[change.answer_id]
        elif isinstance(change, GrowAnswer | FinishAnswer):
            newest[change.answer_id] = index
    return older


def _keep(connection: Connection, change: Change[Any]) -> Any:
    # Plain statements: SQLAlchemy's begin_nested() costs six times as much, more than most changes.
    connection.exec_driver_sql("SAVEPOINT change")
    try:
        told = apply(connection, change)
    except SQLAlchemyError as error:
        told = conflict_in(error)
        if told is None:
            raise
    except Exception as error:  # noqa: BLE001 - whatever one change stumbles over must not take its neighbours along.
        told = conflict_in(error) or error
    if isinstance(told, Exception):
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT change")
    connection.exec_driver_sql("RELEASE SAVEPOINT change")
    return told


def _roll_back(connection: Connection) -> None:
    try:
        connection.rollback()
    except SQLAlchemyError:
        connection.invalidate()  # It is beyond rolling back: whoever holds it opens another.
