"""The changes to identities at providers, and the queries over them. Knows their SQL; knows no provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from seawall.records import outside_entries
from seawall.records.account_changes import add_account
from seawall.records.account_rows import account_from
from seawall.records.columns import columns_for
from seawall.records.entries import AccountRow, AddAccount, Query
from seawall.records.outside_entries import OutsideIdentityRow
from seawall.records.port import RecordsConflict
from seawall.records.tables import ACCOUNTS, OUTSIDE_IDENTITIES, columns_of

_ADD = insert(OUTSIDE_IDENTITIES)
_WHO = (
    OUTSIDE_IDENTITIES.c.issuer == bindparam("of_issuer"),
    OUTSIDE_IDENTITIES.c.subject == bindparam("of_subject"),
)
_WHOSE = select(OUTSIDE_IDENTITIES.c.account_id).where(*_WHO)
_UNLINK = delete(OUTSIDE_IDENTITIES).where(
    OUTSIDE_IDENTITIES.c.account_id == bindparam("of_account"), OUTSIDE_IDENTITIES.c.issuer == bindparam("of_issuer")
)
_ACCOUNT = (
    select(*columns_for(ACCOUNTS, AccountRow))
    .join(OUTSIDE_IDENTITIES, ACCOUNTS.c.id == OUTSIDE_IDENTITIES.c.account_id)
    .where(*_WHO)
)
_IDENTITIES = (
    select(*columns_for(OUTSIDE_IDENTITIES, OutsideIdentityRow))
    .where(OUTSIDE_IDENTITIES.c.account_id == bindparam("of_account"))
    .order_by(OUTSIDE_IDENTITIES.c.created_s, OUTSIDE_IDENTITIES.c.issuer)
)


def link_identity(connection: Connection, change: outside_entries.LinkIdentity) -> None:
    row = change.row
    if connection.execute(_WHOSE, {"of_issuer": row.issuer, "of_subject": row.subject}).first() is not None:
        raise RecordsConflict("This identity is linked to an account already.", "identity")
    if change.account is not None:
        add_account(connection, AddAccount(change.account))
    connection.execute(_ADD, columns_of(row))


def unlink_identity(connection: Connection, change: outside_entries.UnlinkIdentity) -> bool:
    asked = {"of_account": change.account_id, "of_issuer": change.issuer}
    return connection.execute(_UNLINK, asked).rowcount > 0


def _account_of(connection: Connection, query: outside_entries.AccountOfIdentity) -> AccountRow | None:
    found = connection.execute(_ACCOUNT, {"of_issuer": query.issuer, "of_subject": query.subject}).first()
    return account_from(found) if found else None


def _identities_of(connection: Connection, query: outside_entries.IdentitiesOf) -> tuple[OutsideIdentityRow, ...]:
    rows = connection.execute(_IDENTITIES, {"of_account": query.account_id})
    return tuple(OutsideIdentityRow(*row) for row in rows)


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        outside_entries.AccountOfIdentity: _account_of,
        outside_entries.IdentitiesOf: _identities_of,
    }
)
