"""Carries out the changes to keys. Knows SQL; decides nothing."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update

from seawall.records import key_entries
from seawall.records.tables import KEYS

_CHANGE_KEY = (
    update(KEYS)
    .where(
        KEYS.c.id == bindparam("of_key"),
        KEYS.c.account_id == bindparam("of_account"),
        KEYS.c.revoked_s.is_(None),
    )
    .values(
        name=bindparam("new_name"),
        scopes=bindparam("new_scopes"),
        models=bindparam("new_models"),
        expires_s=bindparam("new_expires_s"),
    )
)
_NOTE_USE = update(KEYS).where(KEYS.c.id == bindparam("of_key")).values(last_used_s=bindparam("used_s"))


def change_key(connection: Connection, change: key_entries.ChangeKey) -> bool:
    told = connection.execute(
        _CHANGE_KEY,
        {
            "of_key": change.key_id,
            "of_account": change.account_id,
            "new_name": change.name,
            "new_scopes": change.scopes,
            "new_models": change.models,
            "new_expires_s": change.expires_s,
        },
    )
    return told.rowcount > 0


def note_key_uses(connection: Connection, change: key_entries.NoteKeyUses) -> None:
    if change.uses:
        connection.execute(_NOTE_USE, [{"of_key": key_id, "used_s": at_s} for key_id, at_s in change.uses])
