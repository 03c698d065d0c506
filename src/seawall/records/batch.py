"""Keeps a batch of changes in one commit, each kept wholly or not at all. Knows savepoints; knows no threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from seawall.records.changes import apply
from seawall.records.conversation_entries import FinishAnswer, GrowAnswer
from seawall.records.entries import Change
from seawall.records.faults import conflict_in


def keep_together(connection: Connection, changes: Sequence[Change[Any]]) -> list[Any]:
    """Commits the changes as one and tells, for each, its result or the exception that is its own.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database failed; nothing of the batch was kept, or, where the
            connection broke within the COMMIT itself, nobody can tell.
    """
    successors = superseded(changes)
    needed = [change for index, change in enumerate(changes) if index not in successors]
    try:
        results = _commit(connection, needed, _keep_or_raise)
    except _OneFailed:
        # Almost no batch gets here, so the others need not pay two statements, and on PostgreSQL two round trips,
        # a change for the right to undo it alone: that was half of all they cost.
        results = _commit(connection, needed, _keep_or_undo)
    following = iter(results)
    told = [None if index in successors else next(following) for index in range(len(changes))]
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


class _OneFailed(Exception):
    """A change failed for a reason of its own; what went before it in the transaction is undone with it."""


def _commit(
    connection: Connection, changes: Sequence[Change[Any]], keep: Callable[[Connection, Change[Any]], Any]
) -> list[Any]:
    try:
        connection.begin()
        results = [keep(connection, change) for change in changes]
        connection.commit()
    except BaseException:
        _roll_back(connection)
        raise
    return results


def _keep_or_raise(connection: Connection, change: Change[Any]) -> Any:
    try:
        return apply(connection, change)
    except SQLAlchemyError as error:
        if conflict_in(error) is None:
            raise
        raise _OneFailed from error
    except Exception as error:
        raise _OneFailed from error


def _keep_or_undo(connection: Connection, change: Change[Any]) -> Any:
    """The result, or the exception that is the change's own once what it did is undone."""
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
