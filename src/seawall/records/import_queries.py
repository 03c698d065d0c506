"""Answers what an import asks of the records. Knows SQL; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, select

from seawall.records import import_entries
from seawall.records.entries import Query
from seawall.records.tables import CONVERSATIONS

_THERE = select(CONVERSATIONS.c.id).where(
    CONVERSATIONS.c.account_id == bindparam("owner"),
    CONVERSATIONS.c.deleted_s.is_(None),
    CONVERSATIONS.c.id.in_(bindparam("conversation_ids", expanding=True)),
)


def conversations_there(connection: Connection, query: import_entries.ConversationsThere) -> frozenset[str]:
    asked = {"owner": query.account_id, "conversation_ids": query.conversation_ids}
    return frozenset(connection.execute(_THERE, asked).scalars())


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {import_entries.ConversationsThere: conversations_there}
)
