"""Answers queries over conversations: one function a query. Knows SQL; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_

from seawall.records import conversation_entries
from seawall.records.columns import columns_for
from seawall.records.conversation_entries import AttachedRow, ConversationRow, MessageRow, MessageStatus
from seawall.records.entries import Query
from seawall.records.tables import ATTACHMENTS, CONVERSATIONS, MESSAGES
from seawall.values.piece import Usage

_CONVERSATION = columns_for(CONVERSATIONS, ConversationRow)
_FIELDS = tuple(name for name in MessageRow.__slots__ if name != "usage")
MESSAGE = tuple(MESSAGES.c[name] for name in (*_FIELDS, *Usage.__slots__))
_PAGE = (
    select(*_CONVERSATION)
    .where(CONVERSATIONS.c.account_id == bindparam("account_id"), CONVERSATIONS.c.deleted_s.is_(None))
    .order_by(CONVERSATIONS.c.pinned.desc(), CONVERSATIONS.c.updated_s.desc(), CONVERSATIONS.c.id.desc())
    .limit(bindparam("most"))
)
_IN_PLACE = CONVERSATIONS.c.archived_s.is_(None)
_ARCHIVED = CONVERSATIONS.c.archived_s.is_not(None)
_IN_FOLDER = CONVERSATIONS.c.folder_id == bindparam("folder_id")
_BEFORE = tuple_(CONVERSATIONS.c.pinned, CONVERSATIONS.c.updated_s, CONVERSATIONS.c.id) < tuple_(
    bindparam("before_pinned", type_=CONVERSATIONS.c.pinned.type),
    bindparam("before_s", type_=CONVERSATIONS.c.updated_s.type),
    bindparam("before_id", type_=CONVERSATIONS.c.id.type),
)
_OF_THE_ACCOUNT = (CONVERSATIONS.c.account_id == bindparam("account_id"), CONVERSATIONS.c.deleted_s.is_(None))
_WITH_MESSAGES = (
    select(*_CONVERSATION, *MESSAGE)
    .outerjoin(MESSAGES, MESSAGES.c.conversation_id == CONVERSATIONS.c.id)
    .where(CONVERSATIONS.c.id == bindparam("conversation_id"), *_OF_THE_ACCOUNT)
    .order_by(MESSAGES.c.position)
)
_ANSWER = (
    select(*MESSAGE)
    .join(CONVERSATIONS, CONVERSATIONS.c.id == MESSAGES.c.conversation_id)
    .where(MESSAGES.c.id == bindparam("answer_id"), MESSAGES.c.speaker == "assistant", *_OF_THE_ACCOUNT)
)
_ATTACHED = (
    select(*columns_for(ATTACHMENTS, AttachedRow))
    .join(MESSAGES, MESSAGES.c.id == ATTACHMENTS.c.message_id)
    .where(
        MESSAGES.c.conversation_id == bindparam("conversation_id"),
        ATTACHMENTS.c.account_id == bindparam("account_id"),
    )
    .order_by(ATTACHMENTS.c.created_s, ATTACHMENTS.c.id)
)


def message_of(row: Any) -> MessageRow:
    """From a result's ``MESSAGE`` columns."""
    fields = dict(zip(_FIELDS, row, strict=False))
    status = MessageStatus(fields.pop("status"))
    return MessageRow(**fields, status=status, usage=Usage(*row[len(_FIELDS) :]))


def _conversations_of(
    connection: Connection, query: conversation_entries.ConversationsOf
) -> tuple[ConversationRow, ...]:
    asked: dict[str, Any] = {"account_id": query.account_id, "most": query.limit}
    statement = _PAGE.where(_ARCHIVED if query.archived else _IN_PLACE)
    if query.folder_id is not None:
        statement = statement.where(_IN_FOLDER)
        asked["folder_id"] = query.folder_id
    if query.before is not None:
        statement = statement.where(_BEFORE)
        asked |= dict(zip(("before_pinned", "before_s", "before_id"), query.before, strict=True))
    return tuple(ConversationRow(*row) for row in connection.execute(statement, asked))


def _conversation_with_messages(
    connection: Connection, query: conversation_entries.ConversationWithMessages
) -> tuple[ConversationRow, tuple[MessageRow, ...]] | None:
    asked = {"account_id": query.account_id, "conversation_id": query.conversation_id}
    rows = connection.execute(_WITH_MESSAGES, asked).all()
    if not rows:
        return None
    width = len(_CONVERSATION)
    messages = tuple(message_of(row[width:]) for row in rows if row[width] is not None)
    return ConversationRow(*rows[0][:width]), messages


def _answer_by_id(connection: Connection, query: conversation_entries.AnswerById) -> MessageRow | None:
    asked = {"account_id": query.account_id, "answer_id": query.answer_id}
    row = connection.execute(_ANSWER, asked).first()
    return None if row is None else message_of(row)


def _attached_in(connection: Connection, query: conversation_entries.AttachedIn) -> tuple[AttachedRow, ...]:
    asked = {"account_id": query.account_id, "conversation_id": query.conversation_id}
    return tuple(AttachedRow(*row) for row in connection.execute(_ATTACHED, asked))


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        conversation_entries.ConversationsOf: _conversations_of,
        conversation_entries.ConversationWithMessages: _conversation_with_messages,
        conversation_entries.AnswerById: _answer_by_id,
        conversation_entries.AttachedIn: _attached_in,
    }
)
