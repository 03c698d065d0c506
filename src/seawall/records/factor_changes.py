"""The changes to second factors and passkeys. Knows their SQL; knows no codes, commits or faults."""

from __future__ import annotations

from sqlalchemy import Connection, String, bindparam, delete, exists, func, insert, or_, select, text, update

from seawall.records import factor_entries
from seawall.records.port import RecordsConflict
from seawall.records.tables import AUTHENTICATORS, PASSKEYS, RECOVERY_CODES, SESSIONS, columns_of

_OF_ACCOUNT = bindparam("of_account", type_=String())
_FORGET_DRAFT = delete(AUTHENTICATORS).where(
    AUTHENTICATORS.c.account_id == _OF_ACCOUNT, AUTHENTICATORS.c.confirmed_s.is_(None)
)
_HAS_AUTHENTICATOR = select(AUTHENTICATORS.c.account_id).where(AUTHENTICATORS.c.account_id == _OF_ACCOUNT)
_ADD_AUTHENTICATOR = insert(AUTHENTICATORS)
# One statement looks and takes, so that of two who show the same code at once one is turned away.
_TAKE_STEP = update(AUTHENTICATORS).where(
    AUTHENTICATORS.c.account_id == _OF_ACCOUNT, AUTHENTICATORS.c.last_step < bindparam("step")
)
_USE_STEP = _TAKE_STEP.where(AUTHENTICATORS.c.confirmed_s.is_not(None)).values(last_step=bindparam("step"))
_CONFIRM = _TAKE_STEP.where(AUTHENTICATORS.c.confirmed_s.is_(None)).values(
    last_step=bindparam("step"), confirmed_s=bindparam("at_s")
)
_REMOVE_AUTHENTICATOR = delete(AUTHENTICATORS).where(AUTHENTICATORS.c.account_id == _OF_ACCOUNT)
_FORGET_CODES = delete(RECOVERY_CODES).where(RECOVERY_CODES.c.account_id == _OF_ACCOUNT)
_FORGET_LONELY_CODES = _FORGET_CODES.where(
    ~exists().where(AUTHENTICATORS.c.account_id == _OF_ACCOUNT, AUTHENTICATORS.c.confirmed_s.is_not(None)),
    ~exists().where(PASSKEYS.c.account_id == _OF_ACCOUNT),
)
_ADD_CODES = insert(RECOVERY_CODES)
_USE_CODE = (
    update(RECOVERY_CODES)
    .where(
        RECOVERY_CODES.c.account_id == _OF_ACCOUNT,
        RECOVERY_CODES.c.code_hash == bindparam("hash"),
        RECOVERY_CODES.c.used_s.is_(None),
    )
    .values(used_s=bindparam("at_s"))
)
_HOW_MANY = select(func.count()).select_from(PASSKEYS).where(PASSKEYS.c.account_id == _OF_ACCOUNT)
_ADD_PASSKEY = insert(PASSKEYS)
_THE_PASSKEY = PASSKEYS.c.id == bindparam("passkey_id")
_KNOWN_PASSKEY = select(PASSKEYS.c.id).where(_THE_PASSKEY)
_USE_PASSKEY = (
    update(PASSKEYS)
    .where(
        _THE_PASSKEY,
        or_(PASSKEYS.c.sign_count < bindparam("count"), (PASSKEYS.c.sign_count == 0) & (bindparam("count") == 0)),
    )
    .values(sign_count=bindparam("count"), last_used_s=bindparam("at_s"))
)
_OWN_PASSKEY = (_THE_PASSKEY, PASSKEYS.c.account_id == _OF_ACCOUNT)
_RENAME_PASSKEY = update(PASSKEYS).where(*_OWN_PASSKEY).values(name=bindparam("new_name"))
_REMOVE_PASSKEY = delete(PASSKEYS).where(*_OWN_PASSKEY)
_REMOVE_PASSKEYS = delete(PASSKEYS).where(PASSKEYS.c.account_id == _OF_ACCOUNT)
_END_SESSIONS = delete(SESSIONS).where(SESSIONS.c.account_id == _OF_ACCOUNT)


def begin_authenticator(connection: Connection, change: factor_entries.BeginAuthenticator) -> bool:
    asked = {"of_account": change.row.account_id}
    connection.execute(_FORGET_DRAFT, asked)
    if connection.execute(_HAS_AUTHENTICATOR, asked).first() is not None:
        return False
    connection.execute(_ADD_AUTHENTICATOR, columns_of(change.row))
    return True


def use_step(connection: Connection, change: factor_entries.UseStep) -> bool:
    asked = {"of_account": change.account_id, "step": change.step}
    if change.confirms:
        return connection.execute(_CONFIRM, {**asked, "at_s": change.at_s}).rowcount > 0
    return connection.execute(_USE_STEP, asked).rowcount > 0


def remove_authenticator(connection: Connection, change: factor_entries.RemoveAuthenticator) -> bool:
    asked = {"of_account": change.account_id}
    removed = connection.execute(_REMOVE_AUTHENTICATOR, asked).rowcount > 0
    connection.execute(_FORGET_LONELY_CODES, asked)
    return removed


def set_recovery_codes(connection: Connection, change: factor_entries.SetRecoveryCodes) -> None:
    connection.execute(_FORGET_CODES, {"of_account": change.account_id})
    rows = [{"account_id": change.account_id, "code_hash": one, "used_s": None} for one in change.code_hashes]
    connection.execute(_ADD_CODES, rows)


def use_recovery_code(connection: Connection, change: factor_entries.UseRecoveryCode) -> bool:
    asked = {"of_account": change.account_id, "hash": change.code_hash, "at_s": change.at_s}
    return connection.execute(_USE_CODE, asked).rowcount > 0


def add_passkey(connection: Connection, change: factor_entries.AddPasskey) -> bool:
    if connection.dialect.name == "postgresql":  # SQLite's writer is alone already.
        connection.execute(text("LOCK TABLE passkeys IN SHARE ROW EXCLUSIVE MODE"))
    if connection.execute(_HOW_MANY, {"of_account": change.row.account_id}).scalar_one() >= change.most:
        return False
    if connection.execute(_KNOWN_PASSKEY, {"passkey_id": change.row.id}).first() is not None:
        raise RecordsConflict("This passkey is somebody's already.", "passkey")
    connection.execute(_ADD_PASSKEY, columns_of(change.row))
    return True


def use_passkey(connection: Connection, change: factor_entries.UsePasskey) -> bool:
    asked = {"passkey_id": change.passkey_id, "count": change.sign_count, "at_s": change.at_s}
    return connection.execute(_USE_PASSKEY, asked).rowcount > 0


def rename_passkey(connection: Connection, change: factor_entries.RenamePasskey) -> bool:
    asked = {"passkey_id": change.passkey_id, "of_account": change.account_id, "new_name": change.name}
    return connection.execute(_RENAME_PASSKEY, asked).rowcount > 0


def remove_passkey(connection: Connection, change: factor_entries.RemovePasskey) -> bool:
    asked = {"passkey_id": change.passkey_id, "of_account": change.account_id}
    removed = connection.execute(_REMOVE_PASSKEY, asked).rowcount > 0
    connection.execute(_FORGET_LONELY_CODES, {"of_account": change.account_id})
    return removed


def reset_factors(connection: Connection, change: factor_entries.ResetFactors) -> bool:
    asked = {"of_account": change.account_id}
    statements = (_REMOVE_AUTHENTICATOR, _REMOVE_PASSKEYS, _FORGET_CODES)
    removed = sum(connection.execute(statement, asked).rowcount for statement in statements)
    if removed:
        connection.execute(_END_SESSIONS, asked)
    return removed > 0
