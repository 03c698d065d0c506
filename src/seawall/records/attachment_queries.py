"""Answers queries over attached files: one function a query. Knows SQL; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, case, func, or_, select

from seawall.records import attachment_entries
from seawall.records.attachment_entries import AttachmentRow, ReadFile, Stored
from seawall.records.columns import columns_for
from seawall.records.entries import Query
from seawall.records.tables import ATTACHMENTS, CONVERSATIONS, MESSAGES

_OWN = ATTACHMENTS.c.account_id == bindparam("owner")
_BY_ID = (
    select(*columns_for(ATTACHMENTS, AttachmentRow))
    .outerjoin(MESSAGES, MESSAGES.c.id == ATTACHMENTS.c.message_id)
    .outerjoin(CONVERSATIONS, CONVERSATIONS.c.id == MESSAGES.c.conversation_id)
    .where(ATTACHMENTS.c.id == bindparam("attachment_key"), _OWN, CONVERSATIONS.c.deleted_s.is_(None))
)
_OF_FILE = ("id", "message_id", "name", "kind", "media_type", "size_bytes")
_SHOWN = (
    select(
        *(ATTACHMENTS.c[name] for name in _OF_FILE),
        func.substr(ATTACHMENTS.c.text, 1, bindparam("most_chars", type_=Integer())),
        func.length(ATTACHMENTS.c.text),
    )
    .where(
        _OWN,
        or_(
            ATTACHMENTS.c.message_id.in_(bindparam("message_ids", expanding=True)),
            ATTACHMENTS.c.id.in_(bindparam("attachment_ids", expanding=True)),
        ),
    )
    .order_by(ATTACHMENTS.c.created_s, ATTACHMENTS.c.id)
)
_STORED = select(
    func.coalesce(func.sum(ATTACHMENTS.c.size_bytes), 0),
    func.coalesce(func.sum(case((ATTACHMENTS.c.message_id.is_(None), 1), else_=0)), 0),
).where(_OWN)


def attachment_by_id(connection: Connection, query: attachment_entries.AttachmentById) -> AttachmentRow | None:
    asked = {"attachment_key": query.attachment_id, "owner": query.account_id}
    row = connection.execute(_BY_ID, asked).first()
    return None if row is None else AttachmentRow(*row)


def files_shown(connection: Connection, query: attachment_entries.FilesShown) -> tuple[ReadFile, ...]:
    asked = {
        "owner": query.account_id,
        "message_ids": query.message_ids,
        "attachment_ids": query.attachment_ids,
        "most_chars": query.most_chars,
    }
    return tuple(ReadFile(*row) for row in connection.execute(_SHOWN, asked))


def stored_by(connection: Connection, query: attachment_entries.StoredBy) -> Stored:
    # PostgreSQL's sums are of a type of their own.
    size_bytes, pending = connection.execute(_STORED, {"owner": query.account_id}).one()
    return Stored(int(size_bytes), int(pending))


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        attachment_entries.AttachmentById: attachment_by_id,
        attachment_entries.FilesShown: files_shown,
        attachment_entries.StoredBy: stored_by,
    }
)
