"""The changes to the public log and to windows. Knows their SQL; knows no hash, commit or fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, not_, or_, select

from seawall.records import truth_entries
from seawall.records.entries import Change
from seawall.records.port import RecordsConflict
from seawall.records.tables import LOG_ENTRIES, OPERATOR_NAMES, TREE_HEADS, WINDOWS, columns_of

_LAST_POSITION = select(func.max(LOG_ENTRIES.c.position))
_ADD_ENTRY = insert(LOG_ENTRIES)
_ADD_HEAD = insert(TREE_HEADS)
_ITS_NUMBER = select(OPERATOR_NAMES.c.number).where(OPERATOR_NAMES.c.account_id == bindparam("account_key"))
_LAST_NUMBER = select(func.coalesce(func.max(OPERATOR_NAMES.c.number), 0))
_ADD_NUMBER = insert(OPERATOR_NAMES)
_ADD_WINDOW = insert(WINDOWS)


def append_to_log(connection: Connection, change: truth_entries.AppendToLog) -> None:
    last = connection.execute(_LAST_POSITION).scalar_one()
    if change.rows[0].position != (0 if last is None else last + 1):
        raise RecordsConflict("Another process has appended to the log.", "position")
    connection.execute(_ADD_ENTRY, [columns_of(row) for row in change.rows])
    connection.execute(_ADD_HEAD, columns_of(change.head))


def name_operator(connection: Connection, change: truth_entries.NameOperator) -> int:
    known = connection.execute(_ITS_NUMBER, {"account_key": change.account_id}).scalar_one_or_none()
    if known is not None:
        return known
    number = connection.execute(_LAST_NUMBER).scalar_one() + 1
    connection.execute(_ADD_NUMBER, {"number": number, "account_id": change.account_id})
    return number


def keep_window(connection: Connection, change: truth_entries.KeepWindow) -> None:
    connection.execute(_ADD_WINDOW, columns_of(change.row))


def prune_windows(connection: Connection, change: truth_entries.PruneWindows) -> int:
    touching = [and_(WINDOWS.c.to_s > from_s, WINDOWS.c.from_s < to_s) for from_s, to_s in change.spared]
    over = WINDOWS.c.number < change.below
    if touching:
        over = and_(over, or_(not_(or_(*touching)), WINDOWS.c.number < change.far_below))
    return connection.execute(delete(WINDOWS).where(over)).rowcount


APPLIERS: Mapping[type[Change[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        truth_entries.AppendToLog: append_to_log,
        truth_entries.NameOperator: name_operator,
        truth_entries.KeepWindow: keep_window,
        truth_entries.PruneWindows: prune_windows,
    }
)
