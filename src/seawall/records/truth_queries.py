"""Answers what is asked of the public log and of windows. Knows SQL; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from seawall.records import truth_entries
from seawall.records.columns import columns_for
from seawall.records.entries import Query
from seawall.records.tables import LOG_ENTRIES, TREE_HEADS, WINDOWS
from seawall.records.truth_entries import HeadRow, LogRow, WindowRow

_ROW = columns_for(LOG_ENTRIES, LogRow)
_HEAD = columns_for(TREE_HEADS, HeadRow)
_WINDOW = columns_for(WINDOWS, WindowRow)

_LAST_POSITION = select(func.max(LOG_ENTRIES.c.position))
_FROM = (
    select(*_ROW)
    .where(LOG_ENTRIES.c.position >= bindparam("first"))
    .order_by(LOG_ENTRIES.c.position)
    .limit(bindparam("most"))
)
_DURING = (
    select(*_ROW)
    .where(LOG_ENTRIES.c.at_s >= bindparam("from_time"), LOG_ENTRIES.c.at_s <= bindparam("to_time"))
    .order_by(LOG_ENTRIES.c.position)
    .limit(bindparam("most"))
)
_OF_KIND = (
    select(*_ROW).where(LOG_ENTRIES.c.kind == bindparam("wanted")).order_by(LOG_ENTRIES.c.position.desc()).limit(1)
)
_HEADS = (
    select(*_HEAD)
    .where(TREE_HEADS.c.size > bindparam("above"), TREE_HEADS.c.size <= bindparam("most"))
    .order_by(TREE_HEADS.c.size)
)
_NUMBERED = (
    select(*_WINDOW)
    .where(WINDOWS.c.number >= bindparam("first"), WINDOWS.c.number <= bindparam("last"))
    .order_by(WINDOWS.c.number)
)
_NUMBERS = select(func.min(WINDOWS.c.number), func.max(WINDOWS.c.number)).where(
    WINDOWS.c.to_s > bindparam("from_time"), WINDOWS.c.from_s < bindparam("to_time")
)
_LAST_WINDOW = select(func.coalesce(func.max(WINDOWS.c.number), 0))


def _log_size(connection: Connection, query: truth_entries.LogSize) -> int:
    last = connection.execute(_LAST_POSITION).scalar_one()
    return 0 if last is None else last + 1


def _log_from(connection: Connection, query: truth_entries.LogFrom) -> tuple[LogRow, ...]:
    asked = {"first": query.position, "most": query.limit}
    return tuple(LogRow(*row) for row in connection.execute(_FROM, asked))


def _log_during(connection: Connection, query: truth_entries.LogDuring) -> tuple[LogRow, ...]:
    asked = {"from_time": query.from_s, "to_time": query.to_s, "most": query.limit}
    return tuple(LogRow(*row) for row in connection.execute(_DURING, asked))


def _last_of_kind(connection: Connection, query: truth_entries.LastOfKind) -> LogRow | None:
    row = connection.execute(_OF_KIND, {"wanted": query.kind}).first()
    return None if row is None else LogRow(*row)


def _heads_within(connection: Connection, query: truth_entries.HeadsWithin) -> tuple[HeadRow, ...]:
    return tuple(HeadRow(*row) for row in connection.execute(_HEADS, {"above": query.above, "most": query.most}))


def _windows_numbered(connection: Connection, query: truth_entries.WindowsNumbered) -> tuple[WindowRow, ...]:
    rows = connection.execute(_NUMBERED, {"first": query.first, "last": query.last})
    return tuple(WindowRow(*row) for row in rows)


def _window_numbers(connection: Connection, query: truth_entries.WindowNumbers) -> tuple[int, int] | None:
    first, last = connection.execute(_NUMBERS, {"from_time": query.from_s, "to_time": query.to_s}).one()
    return None if first is None else (first, last)


def _last_window(connection: Connection, query: truth_entries.LastWindow) -> int:
    return connection.execute(_LAST_WINDOW).scalar_one()


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        truth_entries.LogSize: _log_size,
        truth_entries.LogFrom: _log_from,
        truth_entries.LogDuring: _log_during,
        truth_entries.LastOfKind: _last_of_kind,
        truth_entries.HeadsWithin: _heads_within,
        truth_entries.WindowsNumbered: _windows_numbered,
        truth_entries.WindowNumbers: _window_numbers,
        truth_entries.LastWindow: _last_window,
    }
)
