"""The changes by which conversations are arranged, deleted and had back. Knows their SQL; knows no message."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from seawall.records import conversation_entries, search_index
from seawall.records.columns import columns_for
from seawall.records.conversation_changes import check_folder
from seawall.records.conversation_entries import ConversationRow
from seawall.records.port import RecordsConflict
from seawall.records.tables import CONVERSATIONS, MESSAGES

_ROW = columns_for(CONVERSATIONS, ConversationRow)
_OWNED = (CONVERSATIONS.c.id == bindparam("conversation_key"), CONVERSATIONS.c.account_id == bindparam("owner"))
_THERE = (*_OWNED, CONVERSATIONS.c.deleted_s.is_(None))
_READ = select(*_ROW).where(*_THERE)
_MESSAGE_OF = select(MESSAGES.c.id).where(
    MESSAGES.c.id == bindparam("leaf"), MESSAGES.c.conversation_id == bindparam("conversation_key")
)
_DELETE = update(CONVERSATIONS).where(*_THERE).values(deleted_s=bindparam("at_s"))
_RESTORE = (
    update(CONVERSATIONS).where(*_OWNED, CONVERSATIONS.c.deleted_s.is_not(None)).values(deleted_s=None).returning(*_ROW)
)
_SWEPT = select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.deleted_s < bindparam("before_s")).limit(bindparam("most"))
_SWEEP = delete(CONVERSATIONS).where(CONVERSATIONS.c.id.in_(_SWEPT))

_AS_GIVEN = ("title", "model", "pinned", "instructions", "sampling", "leaf_id")


def settle_conversation(
    connection: Connection, change: conversation_entries.SettleConversation
) -> ConversationRow | None:
    named = {"conversation_key": change.conversation_id, "owner": change.account_id}
    if change.leaf_id is not None and not connection.execute(_MESSAGE_OF, {"leaf": change.leaf_id, **named}).first():
        raise RecordsConflict("There is no such message in the conversation.", "leaf")
    if change.folder_id:
        check_folder(connection, change.account_id, change.folder_id)
    values = _values(change)
    statement = update(CONVERSATIONS).where(*_THERE).values(**values).returning(*_ROW) if values else _READ
    row = connection.execute(statement, named).first()
    if row is not None and change.title is not None:
        search_index.index(connection, change.account_id, change.conversation_id, "", change.title)
    return None if row is None else ConversationRow(*row)


def _values(change: conversation_entries.SettleConversation) -> dict[str, Any]:
    values = {name: value for name in _AS_GIVEN if (value := getattr(change, name)) is not None}
    if change.archived is not None:
        values["archived_s"] = change.at_s if change.archived else None
    if change.folder_id is not None:
        values["folder_id"] = change.folder_id or None
    return values


def delete_conversation(connection: Connection, change: conversation_entries.DeleteConversation) -> bool:
    named = {"conversation_key": change.conversation_id, "owner": change.account_id, "at_s": change.deleted_s}
    return connection.execute(_DELETE, named).rowcount > 0


def restore_conversation(
    connection: Connection, change: conversation_entries.RestoreConversation
) -> ConversationRow | None:
    named = {"conversation_key": change.conversation_id, "owner": change.account_id}
    row = connection.execute(_RESTORE, named).first()
    return None if row is None else ConversationRow(*row)


def sweep_deleted(connection: Connection, change: conversation_entries.SweepDeleted) -> int:
    """The messages go with their conversation, by their foreign key."""
    swept = connection.execute(_SWEEP, {"before_s": change.before_s, "most": change.most}).rowcount
    search_index.forget_gone(connection)
    return swept
