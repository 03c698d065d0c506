"""The changes to invites, registrations, mailed links and sessions. Knows their SQL; knows no commits or faults."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from seawall.records import entrance_entries, search_index
from seawall.records.port import RecordsConflict
from seawall.records.tables import (
    ACCOUNTS,
    INVITES,
    MAILED_LINKS,
    REGISTRATIONS,
    SESSIONS,
    KeptText,
    columns_of,
)
from seawall.values.identity import Role

# So long an invite that is over is still listed.
INVITES_KEPT_S = 30 * 86_400.0

_ADD_INVITE = insert(INVITES)
_FORGET_INVITES = delete(INVITES).where(INVITES.c.expires_s < bindparam("before_s"))
_REVOKE_INVITE = delete(INVITES).where(INVITES.c.id == bindparam("invite_id"))
_USE_INVITE = (
    update(INVITES)
    .where(INVITES.c.id == bindparam("invite_id"), INVITES.c.uses_left > 0, INVITES.c.expires_s > bindparam("at_s"))
    .values(uses_left=INVITES.c.uses_left - 1)
)
_ADD_REGISTRATION = insert(REGISTRATIONS)
_EXPIRED_REGISTRATIONS = delete(REGISTRATIONS).where(REGISTRATIONS.c.expires_s < bindparam("now_s"))
_REGISTRATION = select(REGISTRATIONS.c.email).where(
    REGISTRATIONS.c.secret_hash == bindparam("hash"), REGISTRATIONS.c.expires_s > bindparam("at_s")
)
_REGISTRATIONS_OF = delete(REGISTRATIONS).where(REGISTRATIONS.c.email == bindparam("of_email"))
_ADD_LINK = insert(MAILED_LINKS)
_EXPIRED_LINKS = delete(MAILED_LINKS).where(
    MAILED_LINKS.c.account_id == bindparam("of_account"), MAILED_LINKS.c.expires_s < bindparam("now_s")
)
_LINK = select(MAILED_LINKS.c.account_id).where(
    MAILED_LINKS.c.secret_hash == bindparam("hash"),
    MAILED_LINKS.c.purpose == bindparam("for_purpose"),
    MAILED_LINKS.c.expires_s > bindparam("at_s"),
)
_LINKS_OF = delete(MAILED_LINKS).where(
    MAILED_LINKS.c.account_id == bindparam("of_account"), MAILED_LINKS.c.purpose == bindparam("for_purpose")
)
_THE_ACCOUNT = update(ACCOUNTS).where(ACCOUNTS.c.id == bindparam("the_account"))
_RESET = _THE_ACCOUNT.values(
    password_hash=bindparam("new_hash"), verified_s=func.coalesce(ACCOUNTS.c.verified_s, bindparam("at_s"))
)
_APPROVE = _THE_ACCOUNT.where(ACCOUNTS.c.pending.is_(True)).values(pending=False)
_SET_PREFERENCES = _THE_ACCOUNT.values(
    {
        name: func.coalesce(bindparam(f"new_{name}", type_=KeptText), ACCOUNTS.c[name])
        for name in ("language", "theme", "terms_accepted")
    }
)
_STANDING = select(ACCOUNTS.c.role, ACCOUNTS.c.pending).where(ACCOUNTS.c.id == bindparam("the_account"))
_OTHER_OWNER = (
    select(ACCOUNTS.c.id)
    .where(
        ACCOUNTS.c.role == Role.OWNER.value,
        ACCOUNTS.c.disabled.is_(False),
        ACCOUNTS.c.id != bindparam("the_account"),
    )
    .limit(1)
)
_DELETE_ACCOUNT = delete(ACCOUNTS).where(ACCOUNTS.c.id == bindparam("the_account"))
_USE_SESSION = (
    update(SESSIONS)
    .where(SESSIONS.c.id_hash == bindparam("hash"), SESSIONS.c.last_used_s < bindparam("at_s"))
    .values(last_used_s=bindparam("at_s"))
)
_END_ONE = delete(SESSIONS).where(
    SESSIONS.c.account_id == bindparam("of_account"), SESSIONS.c.id_hash == bindparam("hash")
)
_END_OTHERS = delete(SESSIONS).where(
    SESSIONS.c.account_id == bindparam("of_account"), SESSIONS.c.id_hash != bindparam("kept")
)


def add_invite(connection: Connection, change: entrance_entries.AddInvite) -> None:
    invite = change.invite
    connection.execute(_FORGET_INVITES, {"before_s": invite.created_s - INVITES_KEPT_S})
    connection.execute(_ADD_INVITE, columns_of(invite) | {"role": invite.role.value})


def revoke_invite(connection: Connection, change: entrance_entries.RevokeInvite) -> bool:
    return connection.execute(_REVOKE_INVITE, {"invite_id": change.invite_id}).rowcount > 0


def use_invite(connection: Connection, invite_id: str, at_s: float) -> None:
    """Counts a use within the one statement that looks whether there is one. Raises RecordsConflict("invite")."""
    if connection.execute(_USE_INVITE, {"invite_id": invite_id, "at_s": at_s}).rowcount == 0:
        raise RecordsConflict("The invite is used up or over.", "invite")


def add_registration(connection: Connection, change: entrance_entries.AddRegistration) -> None:
    connection.execute(_EXPIRED_REGISTRATIONS, {"now_s": change.registration.created_s})
    row = columns_of(change.registration) | {"role": change.registration.role.value}
    connection.execute(_ADD_REGISTRATION, row)


def complete_registration(connection: Connection, secret_hash: str, at_s: float) -> None:
    """Takes it, and all others of its address, away. Raises RecordsConflict("link") where it is not good any more."""
    found = connection.execute(_REGISTRATION, {"hash": secret_hash, "at_s": at_s}).first()
    if found is None:
        raise RecordsConflict("The link is used or over.", "link")
    connection.execute(_REGISTRATIONS_OF, {"of_email": found.email})


def add_mailed_link(connection: Connection, change: entrance_entries.AddMailedLink) -> None:
    link = change.link
    connection.execute(_EXPIRED_LINKS, {"of_account": link.account_id, "now_s": link.created_s})
    connection.execute(_ADD_LINK, columns_of(link))


def reset_by_link(connection: Connection, change: entrance_entries.ResetByLink) -> str | None:
    asked = {"hash": change.secret_hash, "for_purpose": change.purpose, "at_s": change.at_s}
    found = connection.execute(_LINK, asked).first()
    if found is None:
        return None
    account_id: str = found.account_id
    if connection.execute(_LINKS_OF, {"of_account": account_id, "for_purpose": change.purpose}).rowcount == 0:
        return None  # Another process was here between both statements.
    connection.execute(_END_OTHERS, {"of_account": account_id, "kept": ""})
    reset = {"the_account": account_id, "new_hash": change.password_hash, "at_s": change.at_s}
    connection.execute(_RESET, reset)
    return account_id


def approve(connection: Connection, change: entrance_entries.Approve) -> bool:
    return connection.execute(_APPROVE, {"the_account": change.account_id}).rowcount > 0


def set_preferences(connection: Connection, change: entrance_entries.SetPreferences) -> bool:
    wished = {
        "the_account": change.account_id,
        "new_language": change.language,
        "new_theme": change.theme,
        "new_terms_accepted": change.terms_accepted,
    }
    return connection.execute(_SET_PREFERENCES, wished).rowcount > 0


def delete_account(connection: Connection, change: entrance_entries.DeleteAccount) -> bool:
    if connection.dialect.name == "postgresql":  # SQLite's writer is alone already.
        connection.execute(text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))
    asked = {"the_account": change.account_id}
    found = connection.execute(_STANDING, asked).first()
    if found is None or (change.pending and not found.pending):
        return False
    if found.role == Role.OWNER.value and connection.execute(_OTHER_OWNER, asked).first() is None:
        raise RecordsConflict("It is the last owner.", "owner")
    is_gone = connection.execute(_DELETE_ACCOUNT, asked).rowcount > 0
    search_index.forget_gone(connection)
    return is_gone


def use_session(connection: Connection, change: entrance_entries.UseSession) -> None:
    connection.execute(_USE_SESSION, {"hash": change.id_hash, "at_s": change.at_s})


def end_one_session(connection: Connection, change: entrance_entries.EndOneSession) -> bool:
    told = connection.execute(_END_ONE, {"of_account": change.account_id, "hash": change.id_hash})
    return told.rowcount > 0


def end_other_sessions(connection: Connection, change: entrance_entries.EndOtherSessions) -> int:
    return connection.execute(_END_OTHERS, {"of_account": change.account_id, "kept": change.kept_hash}).rowcount
