"""The changes that bring conversations in from elsewhere. Knows their SQL; knows no file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from seawall.records import attachment_entries, import_entries, search_index
from seawall.records.attachment_queries import stored_by
from seawall.records.conversation_entries import MessageRow
from seawall.records.library_entries import FolderRow, PromptRow
from seawall.records.port import RecordsConflict
from seawall.records.tables import ATTACHMENTS, CONVERSATIONS, FOLDERS, MESSAGES, PROMPTS, columns_of

# SQLite takes 32,766 values in one statement, and PostgreSQL's plan of one need not be larger.
IDS_AT_ONCE = 1_000
_STANDING = select(CONVERSATIONS.c.account_id, CONVERSATIONS.c.deleted_s).where(
    CONVERSATIONS.c.id == bindparam("conversation_key")
)
_REMOVE = delete(CONVERSATIONS).where(CONVERSATIONS.c.id == bindparam("conversation_key"))
_THEIRS = (
    CONVERSATIONS.c.account_id == bindparam("owner"),
    CONVERSATIONS.c.deleted_s.is_not(None),
    CONVERSATIONS.c.id.in_(bindparam("conversation_ids", expanding=True)),
)
_SHOW = update(CONVERSATIONS).where(*_THEIRS).values(deleted_s=None)
_DROP = delete(CONVERSATIONS).where(*_THEIRS)


def stage_conversation(connection: Connection, change: import_entries.StageConversation) -> None:
    row = change.conversation
    there = connection.execute(_STANDING, {"conversation_key": row.id}).first()
    if there is not None and (there[0] != row.account_id or there[1] is None):
        raise RecordsConflict("The conversation is there already.", "conversation")
    if there is not None:
        connection.execute(_REMOVE, {"conversation_key": row.id})
        search_index.forget_gone(connection)
    connection.execute(insert(CONVERSATIONS), columns_of(row))
    search_index.index(connection, row.account_id, row.id, "", row.title)
    _add(connection, change.messages)


def stage_messages(connection: Connection, change: import_entries.StageMessages) -> None:
    _add(connection, change.messages)


def stage_attachment(connection: Connection, change: import_entries.StageAttachment) -> None:
    row = change.attachment
    stored = stored_by(connection, attachment_entries.StoredBy(row.account_id))
    if stored.size_bytes + row.size_bytes > change.most_bytes:
        raise RecordsConflict("The account's room for files is used up.", "room")
    connection.execute(insert(ATTACHMENTS), columns_of(row))


def show_staged(connection: Connection, change: import_entries.ShowStaged) -> int:
    _add_missing(connection, FOLDERS, change.folders)
    _add_missing(connection, PROMPTS, change.prompts)
    return sum(
        connection.execute(_SHOW, {"owner": change.account_id, "conversation_ids": ids}).rowcount
        for ids in _few_at_once(change.conversation_ids)
    )


def drop_staged(connection: Connection, change: import_entries.DropStaged) -> None:
    for ids in _few_at_once(change.conversation_ids):
        connection.execute(_DROP, {"owner": change.account_id, "conversation_ids": ids})
    search_index.forget_gone(connection)


def _add_missing(connection: Connection, table: Table, rows: Sequence[FolderRow | PromptRow]) -> None:
    ids = [row.id for row in rows]
    there = set(connection.execute(select(table.c.id).where(table.c.id.in_(ids))).scalars()) if ids else ()
    new = [columns_of(row) for row in rows if row.id not in there]
    if new:
        connection.execute(insert(table), new)


def _few_at_once(ids: Iterable[str]) -> Iterable[tuple[str, ...]]:
    left = iter(ids)
    while few := tuple(islice(left, IDS_AT_ONCE)):
        yield few


def _add(connection: Connection, messages: tuple[MessageRow, ...]) -> None:
    if messages:
        connection.execute(insert(MESSAGES), [_message(row) for row in messages])
        search_index.index_messages(connection, [row.id for row in messages])


def _message(row: MessageRow) -> dict[str, Any]:
    values = columns_of(row)
    return values | columns_of(values.pop("usage")) | {"status": row.status.value}
