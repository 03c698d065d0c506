"""Answers queries over conversations: one function a query. Knows SQL; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_

from seawall.records import conversation_entries
from seawall.records.columns import columns_for
from seawall.records.conversation_entries import ConversationRow, MessageRow, MessageStatus
from seawall.records.entries import Query
from seawall.records.tables import CONVERSATIONS, MESSAGES
from seawall.values.piece import Usage

_CONVERSATION = columns_for(CONVERSATIONS, ConversationRow)
_MESSAGE_FIELDS = tuple(name for name in MessageRow.__slots__ if name != "usage")
_MESSAGE = tuple(MESSAGES.c[name] for name in (*_MESSAGE_FIELDS, *Usage.__slots__))
_PAGE = (
    select(*_CONVERSATION)
    .where(CONVERSATIONS.c.account_id == bindparam("account_id"))
    .order_by(CONVERSATIONS.c.updated_s.desc(), CONVERSATIONS.c.id.desc())
    .limit(bindparam("most"))
)
_PAGE_BEFORE = _PAGE.where(
    tuple_(CONVERSATIONS.c.updated_s, CONVERSATIONS.c.id)
    < tuple_(
        bindparam("before_s", type_=CONVERSATIONS.c.updated_s.type),
        bindparam("before_id", type_=CONVERSATIONS.c.id.type),
    )
)
_WITH_MESSAGES = (
    select(*_CONVERSATION, *_MESSAGE)
    .outerjoin(MESSAGES, MESSAGES.c.conversation_id == CONVERSATIONS.c.id)
    .where(
        CONVERSATIONS.c.id == bindparam("conversation_id"),
        CONVERSATIONS.c.account_id == bindparam("account_id"),
    )
    .order_by(MESSAGES.c.position)
)


def _message(row: Any) -> MessageRow:
    fields = dict(zip(_MESSAGE_FIELDS, row, strict=False))
    status = MessageStatus(fields.pop("status"))
    return MessageRow(**fields, status=status, usage=Usage(*row[len(_MESSAGE_FIELDS) :]))


def _conversations_of(
    connection: Connection, query: conversation_entries.ConversationsOf
) -> tuple[ConversationRow, ...]:
    asked: dict[str, Any] = {"account_id": query.account_id, "most": query.limit}
    statement = _PAGE
    if query.before is not None:
        statement = _PAGE_BEFORE
        asked |= {"before_s": query.before[0], "before_id": query.before[1]}
    return tuple(ConversationRow(*row) for row in connection.execute(statement, asked))


def _conversation_with_messages(
    connection: Connection, query: conversation_entries.ConversationWithMessages
) -> tuple[ConversationRow, tuple[MessageRow, ...]] | None:
    asked = {"account_id": query.account_id, "conversation_id": query.conversation_id}
    rows = connection.execute(_WITH_MESSAGES, asked).all()
    if not rows:
        return None
    width = len(_CONVERSATION)
    messages = tuple(_message(row[width:]) for row in rows if row[width] is not None)
    return ConversationRow(*rows[0][:width]), messages


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        conversation_entries.ConversationsOf: _conversations_of,
        conversation_entries.ConversationWithMessages: _conversation_with_messages,
    }
)
