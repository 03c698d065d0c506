"""The changes to accounts, sessions and keys. Knows their SQL; knows no conversations, commits or faults."""

from __future__ import annotations

from sqlalchemy import Boolean, Connection, bindparam, delete, func, insert, select, text, update

from seawall.records import entrance_changes, entries, standing_entries
from seawall.records.port import RecordsConflict
from seawall.records.tables import ACCOUNTS, BUDGETS, KEYS, SESSIONS, KeptText, columns_of
from seawall.values.budget import Budget
from seawall.values.identity import Role

_ADD_ACCOUNT = insert(ACCOUNTS)
_ANY_OWNER = select(ACCOUNTS.c.id).where(ACCOUNTS.c.role == Role.OWNER.value).limit(1)
_THE_ACCOUNT = update(ACCOUNTS).where(ACCOUNTS.c.id == bindparam("account_id"))
_SET_PASSWORD = _THE_ACCOUNT.values(password_hash=bindparam("new_hash"))
_SET_DISABLED = _THE_ACCOUNT.values(disabled=bindparam("new_disabled"))
_SET_STANDING = _THE_ACCOUNT.values(
    role=func.coalesce(bindparam("new_role", type_=KeptText), ACCOUNTS.c.role),
    vouched=func.coalesce(bindparam("new_vouched", type_=Boolean), ACCOUNTS.c.vouched),
)
_END_SESSIONS = delete(SESSIONS).where(
    SESSIONS.c.account_id == bindparam("of_account"), SESSIONS.c.id_hash != bindparam("kept")
)
_END_EXPIRED = delete(SESSIONS).where(
    SESSIONS.c.account_id == bindparam("of_account"), SESSIONS.c.expires_s < bindparam("now_s")
)
_END_SESSION = delete(SESSIONS).where(SESSIONS.c.id_hash == bindparam("ended"))
_ADD_SESSION = insert(SESSIONS)
_ADD_KEY = insert(KEYS)
_SET_BUDGET = insert(BUDGETS)
_NO_BUDGET = delete(BUDGETS).where(
    BUDGETS.c.account_id == bindparam("of_account"), BUDGETS.c.key_id == bindparam("of_key")
)
_REVOKE_KEY = (
    update(KEYS)
    .where(
        KEYS.c.id == bindparam("key_id"),
        KEYS.c.revoked_s.is_(None),
        KEYS.c.account_id == func.coalesce(bindparam("of_account", type_=KeptText), KEYS.c.account_id),
    )
    .values(revoked_s=bindparam("at_s"))
)


def add_account(connection: Connection, change: entries.AddAccount) -> None:
    account = change.account
    if change.first_owner:
        if connection.dialect.name == "postgresql":  # SQLite's writer is alone already.
            connection.execute(text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))
        if connection.execute(_ANY_OWNER).first():
            raise RecordsConflict("There is an owner already.", "owner")
    if change.registration_hash:
        entrance_changes.complete_registration(connection, change.registration_hash, account.created_s)
    if change.invite_id:
        entrance_changes.use_invite(connection, change.invite_id, account.created_s)
    row = columns_of(account) | {"role": account.role.value, "email_folded": account.email.casefold()}
    connection.execute(_ADD_ACCOUNT, row)


def set_password(connection: Connection, change: entries.SetPassword) -> bool:
    if not change.same_password:
        kept = change.keep_session_hash or ""
        connection.execute(_END_SESSIONS, {"of_account": change.account_id, "kept": kept})
    told = connection.execute(_SET_PASSWORD, {"account_id": change.account_id, "new_hash": change.password_hash})
    return told.rowcount > 0


def set_disabled(connection: Connection, change: entries.SetDisabled) -> bool:
    if change.disabled:
        connection.execute(_END_SESSIONS, {"of_account": change.account_id, "kept": ""})
    told = connection.execute(_SET_DISABLED, {"account_id": change.account_id, "new_disabled": change.disabled})
    return told.rowcount > 0


def set_standing(connection: Connection, change: entries.SetStanding) -> bool:
    role = change.role.value if change.role else None
    told = connection.execute(
        _SET_STANDING,
        {"account_id": change.account_id, "new_role": role, "new_vouched": change.vouched},
    )
    return told.rowcount > 0


def add_session(connection: Connection, change: entries.AddSession) -> None:
    """Takes the account's expired ones away with it, so that nobody else must."""
    session = change.session
    connection.execute(_END_EXPIRED, {"of_account": session.account_id, "now_s": session.created_s})
    connection.execute(_ADD_SESSION, columns_of(session))


def end_session(connection: Connection, change: entries.EndSession) -> None:
    connection.execute(_END_SESSION, {"ended": change.id_hash})


def add_key(connection: Connection, change: entries.AddKey) -> None:
    connection.execute(_ADD_KEY, columns_of(change.key))


def revoke_key(connection: Connection, change: entries.RevokeKey) -> bool:
    told = connection.execute(
        _REVOKE_KEY,
        {"key_id": change.key_id, "at_s": change.revoked_s, "of_account": change.account_id},
    )
    return told.rowcount > 0


def set_budget(connection: Connection, change: standing_entries.SetBudget) -> None:
    connection.execute(_NO_BUDGET, {"of_account": change.account_id, "of_key": change.key_id})
    if change.budget != Budget():
        owned = {"account_id": change.account_id, "key_id": change.key_id}
        connection.execute(_SET_BUDGET, owned | columns_of(change.budget))
