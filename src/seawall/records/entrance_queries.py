"""The queries over invites, registrations, mailed links and sessions. Knows SQL; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, select, union_all

from seawall.records import entrance_entries
from seawall.records.account_rows import account_from
from seawall.records.columns import columns_for
from seawall.records.entrance_entries import InviteRow, MailedLinkRow, RegistrationRow
from seawall.records.entries import AccountRow, Query, SessionRow
from seawall.records.tables import ACCOUNTS, INVITES, KEYS, MAILED_LINKS, REGISTRATIONS, SESSIONS
from seawall.values.identity import Role

_INVITES = select(*columns_for(INVITES, InviteRow))
_INVITE_BY_HASH = _INVITES.where(INVITES.c.secret_hash == bindparam("hash"))
_NEWEST_INVITES = _INVITES.order_by(INVITES.c.created_s.desc(), INVITES.c.id).limit(bindparam("most"))
_REGISTRATION = select(*columns_for(REGISTRATIONS, RegistrationRow)).where(
    REGISTRATIONS.c.secret_hash == bindparam("hash"), REGISTRATIONS.c.expires_s > bindparam("at_s")
)
_LINK = select(*columns_for(MAILED_LINKS, MailedLinkRow)).where(
    MAILED_LINKS.c.secret_hash == bindparam("hash"), MAILED_LINKS.c.expires_s > bindparam("at_s")
)
_PENDING = (
    select(*columns_for(ACCOUNTS, AccountRow))
    .where(ACCOUNTS.c.pending.is_(True))
    .order_by(ACCOUNTS.c.created_s, ACCOUNTS.c.id)
    .limit(bindparam("most"))
)
_SESSIONS_OF = (
    select(*columns_for(SESSIONS, SessionRow))
    .where(SESSIONS.c.account_id == bindparam("of_account"), SESSIONS.c.expires_s > bindparam("at_s"))
    .order_by(SESSIONS.c.last_used_s.desc(), SESSIONS.c.id_hash)
)

_STILL_IN = union_all(
    select(ACCOUNTS.c.id).where(
        ACCOUNTS.c.id.in_(bindparam("accounts", expanding=True)), ACCOUNTS.c.disabled.is_(False)
    ),
    select(KEYS.c.id).where(KEYS.c.id.in_(bindparam("keys", expanding=True)), KEYS.c.revoked_s.is_(None)),
)


def _invite(row: Any) -> InviteRow:
    id, secret_hash, email_folded, role, *others = row
    return InviteRow(id, secret_hash, email_folded, Role(role), *others)


def _registered(row: Any) -> RegistrationRow:
    secret_hash, email, password_hash, role, *others = row
    return RegistrationRow(secret_hash, email, password_hash, Role(role), *others)


def _invite_by_hash(connection: Connection, query: entrance_entries.InviteByHash) -> InviteRow | None:
    row = connection.execute(_INVITE_BY_HASH, {"hash": query.secret_hash}).first()
    return _invite(row) if row else None


def _invites(connection: Connection, query: entrance_entries.Invites) -> tuple[InviteRow, ...]:
    return tuple(_invite(row) for row in connection.execute(_NEWEST_INVITES, {"most": query.limit}))


def _registration(connection: Connection, query: entrance_entries.RegistrationByHash) -> RegistrationRow | None:
    row = connection.execute(_REGISTRATION, {"hash": query.secret_hash, "at_s": query.at_s}).first()
    return _registered(row) if row else None


def _link(connection: Connection, query: entrance_entries.MailedLinkByHash) -> MailedLinkRow | None:
    row = connection.execute(_LINK, {"hash": query.secret_hash, "at_s": query.at_s}).first()
    return MailedLinkRow(*row) if row else None


def _pending(connection: Connection, query: entrance_entries.PendingAccounts) -> tuple[AccountRow, ...]:
    return tuple(account_from(row) for row in connection.execute(_PENDING, {"most": query.limit}))


def _sessions_of(connection: Connection, query: entrance_entries.SessionsOf) -> tuple[SessionRow, ...]:
    rows = connection.execute(_SESSIONS_OF, {"of_account": query.account_id, "at_s": query.at_s})
    return tuple(SessionRow(*row) for row in rows)


def _still_in(connection: Connection, query: entrance_entries.StillIn) -> frozenset[str]:
    asked = {"accounts": query.accounts, "keys": query.keys}
    return frozenset(connection.execute(_STILL_IN, asked).scalars())


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        entrance_entries.InviteByHash: _invite_by_hash,
        entrance_entries.Invites: _invites,
        entrance_entries.RegistrationByHash: _registration,
        entrance_entries.MailedLinkByHash: _link,
        entrance_entries.PendingAccounts: _pending,
        entrance_entries.SessionsOf: _sessions_of,
        entrance_entries.StillIn: _still_in,
    }
)
