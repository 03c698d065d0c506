"""Answers a search from its index. Knows the index's tables; changes nothing, ranks nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnClause, Connection, Double, Text, column, literal_column, text

from seawall.records import search_index
from seawall.records.columns import columns_for
from seawall.records.conversation_entries import ConversationRow
from seawall.records.library_entries import FoundRow, Search
from seawall.records.tables import CONVERSATIONS
from seawall.values.search_words import SEARCHED_CHARACTERS

# Of all that match, so many of the newest are looked at: an account of a hundred thousand messages that all say "the"
# costs no more.
_LOOKED_AT = 1000
_CONVERSATION = columns_for(CONVERSATIONS, ConversationRow)
_MATCHED_IN_SQLITE = (
    "SELECT rowid AS number FROM search_index WHERE search_index MATCH :asked ORDER BY rowid DESC LIMIT :looked_at"
)
# In two steps: asked for the newest at once, the planner may read all entries from the newest on instead of the index.
_MATCHED_IN_POSTGRESQL = (
    "SELECT number FROM (SELECT number FROM search_entries"
    " WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST(:asked AS tsquery) OFFSET 0) AS every"
    " ORDER BY number DESC LIMIT :looked_at"
)
_FOUND = (
    "WITH matched AS MATERIALIZED ({matched}),"
    " placed AS (SELECT search_entries.number, search_entries.conversation_id, search_entries.message_id,"
    " row_number() OVER (PARTITION BY search_entries.conversation_id, search_entries.message_id = ''"
    " ORDER BY search_entries.number DESC) AS place"
    " FROM matched JOIN search_entries ON search_entries.number = matched.number)"
    " SELECT {conversation}, messages.id AS message_id, messages.speaker AS speaker,"
    " CASE WHEN messages.id IS NULL THEN conversations.title ELSE substr(messages.text, 1, :characters) END AS said,"
    " coalesce(messages.created_s, conversations.updated_s) AS at_s"
    " FROM placed JOIN conversations ON conversations.id = placed.conversation_id"
    " LEFT JOIN messages ON messages.id = placed.message_id"
    " WHERE place <= :a_conversation AND (messages.id IS NOT NULL OR placed.message_id = '')"
    " AND conversations.account_id = :account_id AND conversations.deleted_s IS NULL"
    " ORDER BY placed.number DESC LIMIT :most"
)


def _statement(matched: str) -> Any:
    conversation = ", ".join(f"conversations.{one.name} AS {one.name}" for one in _CONVERSATION)
    typed: list[ColumnClause[Any]] = [column(one.name, one.type) for one in _CONVERSATION]
    statement = text(_FOUND.format(matched=matched, conversation=conversation))
    return statement.columns(
        *typed, *(literal_column(name, Text()) for name in ("message_id", "speaker", "said")), column("at_s", Double())
    )


_BY_DATABASE = {"sqlite": _statement(_MATCHED_IN_SQLITE), "postgresql": _statement(_MATCHED_IN_POSTGRESQL)}


def search(connection: Connection, query: Search) -> tuple[FoundRow, ...]:
    if not query.wanted.words:
        return ()
    named = {
        "asked": search_index.asked(connection, query.account_id, query.wanted),
        "account_id": query.account_id,
        "looked_at": _LOOKED_AT,
        "characters": SEARCHED_CHARACTERS,
        "a_conversation": query.a_conversation,
        "most": query.limit,
    }
    width = len(_CONVERSATION)
    rows = connection.execute(_BY_DATABASE[connection.dialect.name], named)
    return tuple(FoundRow(ConversationRow(*row[:width]), *row[width:]) for row in rows)
