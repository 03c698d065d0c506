"""Answers queries over folders, prompts, shares and the search index. Knows SQL; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, select

from seawall.records import library_entries
from seawall.records.columns import columns_for
from seawall.records.conversation_queries import MESSAGE, message_of
from seawall.records.entries import Query
from seawall.records.library_entries import FolderRow, PromptRow, SharedRow, ShareRow
from seawall.records.search_queries import search
from seawall.records.tables import ACCOUNTS, CONVERSATIONS, FOLDERS, MESSAGES, PROMPTS, SHARES

_FOLDERS = (
    select(*columns_for(FOLDERS, FolderRow))
    .where(FOLDERS.c.account_id == bindparam("account_id"))
    .order_by(FOLDERS.c.name, FOLDERS.c.id)
)
_PROMPTS = (
    select(*columns_for(PROMPTS, PromptRow))
    .where(PROMPTS.c.account_id == bindparam("account_id"))
    .order_by(PROMPTS.c.title, PROMPTS.c.id)
)
_SHARE = columns_for(SHARES, ShareRow)
_IS_OPEN = (SHARES.c.revoked_s.is_(None), CONVERSATIONS.c.deleted_s.is_(None))
_SHARES = (
    select(*_SHARE)
    .join(CONVERSATIONS, CONVERSATIONS.c.id == SHARES.c.conversation_id)
    .where(SHARES.c.account_id == bindparam("account_id"), *_IS_OPEN)
    .order_by(SHARES.c.created_s.desc(), SHARES.c.id)
)
_SHARED = (
    select(*_SHARE, *MESSAGE)
    .join(CONVERSATIONS, CONVERSATIONS.c.id == SHARES.c.conversation_id)
    .join(ACCOUNTS, ACCOUNTS.c.id == SHARES.c.account_id)
    .join(MESSAGES, MESSAGES.c.conversation_id == CONVERSATIONS.c.id)
    .where(SHARES.c.id == bindparam("share_id"), ACCOUNTS.c.disabled.is_(False), *_IS_OPEN)
    .order_by(MESSAGES.c.position)
)


def _folders_of(connection: Connection, query: library_entries.FoldersOf) -> tuple[FolderRow, ...]:
    return tuple(FolderRow(*row) for row in connection.execute(_FOLDERS, {"account_id": query.account_id}))


def _prompts_of(connection: Connection, query: library_entries.PromptsOf) -> tuple[PromptRow, ...]:
    return tuple(PromptRow(*row) for row in connection.execute(_PROMPTS, {"account_id": query.account_id}))


def _shares_of(connection: Connection, query: library_entries.SharesOf) -> tuple[ShareRow, ...]:
    return tuple(ShareRow(*row) for row in connection.execute(_SHARES, {"account_id": query.account_id}))


def _shared_by(connection: Connection, query: library_entries.SharedBy) -> SharedRow | None:
    rows = connection.execute(_SHARED, {"share_id": query.share_id}).all()
    if not rows:
        return None
    width = len(_SHARE)
    return SharedRow(ShareRow(*rows[0][:width]), tuple(message_of(row[width:]) for row in rows))


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        library_entries.FoldersOf: _folders_of,
        library_entries.PromptsOf: _prompts_of,
        library_entries.SharesOf: _shares_of,
        library_entries.SharedBy: _shared_by,
        library_entries.Search: search,
    }
)
