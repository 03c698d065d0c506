"""The queries over second factors and passkeys. Knows SQL; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from seawall.records import factor_entries
from seawall.records.account_rows import account_from
from seawall.records.columns import columns_for
from seawall.records.entries import AccountRow, Query
from seawall.records.factor_entries import AuthenticatorRow, KeptFactors, PasskeyRow
from seawall.records.tables import ACCOUNTS, AUTHENTICATORS, PASSKEYS, RECOVERY_CODES

_PASSKEY = columns_for(PASSKEYS, PasskeyRow)
_AUTHENTICATOR_OF = select(*columns_for(AUTHENTICATORS, AuthenticatorRow)).where(
    AUTHENTICATORS.c.account_id == bindparam("of_account")
)
_PASSKEYS_OF = (
    select(*_PASSKEY)
    .where(PASSKEYS.c.account_id == bindparam("of_account"))
    .order_by(PASSKEYS.c.created_s, PASSKEYS.c.id)
)
_CODES_LEFT = (
    select(func.count())
    .select_from(RECOVERY_CODES)
    .where(RECOVERY_CODES.c.account_id == bindparam("of_account"), RECOVERY_CODES.c.used_s.is_(None))
)
_PASSKEY_BY_ID = (
    select(*_PASSKEY, *columns_for(ACCOUNTS, AccountRow))
    .join(ACCOUNTS, ACCOUNTS.c.id == PASSKEYS.c.account_id)
    .where(PASSKEYS.c.id == bindparam("passkey_id"))
)


def _factors_of(connection: Connection, query: factor_entries.FactorsOf) -> KeptFactors:
    asked = {"of_account": query.account_id}
    found = connection.execute(_AUTHENTICATOR_OF, asked).first()
    return KeptFactors(
        AuthenticatorRow(*found) if found else None,
        tuple(PasskeyRow(*row) for row in connection.execute(_PASSKEYS_OF, asked)),
        connection.execute(_CODES_LEFT, asked).scalar_one(),
    )


def _passkey_by_id(connection: Connection, query: factor_entries.PasskeyById) -> tuple[PasskeyRow, AccountRow] | None:
    row = connection.execute(_PASSKEY_BY_ID, {"passkey_id": query.passkey_id}).first()
    if row is None:
        return None
    return PasskeyRow(*row[: len(_PASSKEY)]), account_from(row[len(_PASSKEY) :])


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        factor_entries.FactorsOf: _factors_of,
        factor_entries.PasskeyById: _passkey_by_id,
    }
)
