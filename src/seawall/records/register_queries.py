"""Finding accounts by a part of their address, page by page. Knows SQL; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select, true

from seawall.records.account_rows import account_from
from seawall.records.columns import columns_for
from seawall.records.entries import AccountRow, Query
from seawall.records.register_entries import FindAccounts, FoundAccounts, Kind
from seawall.records.tables import ACCOUNTS
from seawall.values.identity import Role

_ESCAPE = "\\"
_OF_KIND: Mapping[Kind, ColumnElement[bool]] = MappingProxyType(
    {
        Kind.ALL: true(),
        Kind.OPERATING: ACCOUNTS.c.role.in_((Role.OWNER.value, Role.OPERATOR.value)),
        Kind.VOUCHED: ACCOUNTS.c.vouched.is_(True),
        Kind.DISABLED: ACCOUNTS.c.disabled.is_(True),
    }
)


def _finding(kind: Kind) -> Select[Any]:
    """Counted by a window over all that match: one statement sees one moment."""
    return (
        select(func.count().over(), *columns_for(ACCOUNTS, AccountRow))
        .where(
            ACCOUNTS.c.pending.is_(False),
            ACCOUNTS.c.email_folded.like(bindparam("pattern"), escape=_ESCAPE),
            _OF_KIND[kind],
        )
        .order_by(ACCOUNTS.c.created_s.desc(), ACCOUNTS.c.id)
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
    )


_FINDING = MappingProxyType({kind: _finding(kind) for kind in Kind})


def _found(connection: Connection, query: FindAccounts) -> FoundAccounts:
    asked = {"pattern": _anywhere(query.text.casefold()), "most": query.limit, "skipped": query.offset}
    rows = connection.execute(_FINDING[query.kind], asked).all()
    return FoundAccounts(tuple(account_from(row[1:]) for row in rows), rows[0][0] if rows else 0)


def _anywhere(text: str) -> str:
    """The text as itself: an address may well have an underscore, which would stand for any character."""
    for special in (_ESCAPE, "%", "_"):
        text = text.replace(special, _ESCAPE + special)
    return f"%{text}%"


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType({FindAccounts: _found})
