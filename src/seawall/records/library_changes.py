"""The changes to folders, prompts and shares. Knows their SQL; knows no commits or faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from seawall.records import library_entries
from seawall.records.columns import columns_for
from seawall.records.entries import Change
from seawall.records.library_entries import FolderRow, PromptRow, ShareRow
from seawall.records.port import RecordsConflict
from seawall.records.tables import CONVERSATIONS, FOLDERS, MESSAGES, PROMPTS, SHARES, columns_of

_FOLDER = columns_for(FOLDERS, FolderRow)
_PROMPT = columns_for(PROMPTS, PromptRow)
_SHARE = columns_for(SHARES, ShareRow)

_THE_FOLDER = (FOLDERS.c.id == bindparam("folder_key"), FOLDERS.c.account_id == bindparam("owner"))
_ADD_FOLDER = insert(FOLDERS)
_RENAME_FOLDER = update(FOLDERS).where(*_THE_FOLDER).values(name=bindparam("new_name")).returning(*_FOLDER)
_EMPTY_FOLDER = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.account_id == bindparam("owner"), CONVERSATIONS.c.folder_id == bindparam("folder_key"))
    .values(folder_id=None)
)
_DELETE_FOLDER = delete(FOLDERS).where(*_THE_FOLDER)

_THE_PROMPT = (PROMPTS.c.id == bindparam("prompt_key"), PROMPTS.c.account_id == bindparam("owner"))
_ADD_PROMPT = insert(PROMPTS)
_DELETE_PROMPT = delete(PROMPTS).where(*_THE_PROMPT)

_SHARED_CONVERSATION = select(CONVERSATIONS.c.title, CONVERSATIONS.c.leaf_id).where(
    CONVERSATIONS.c.id == bindparam("conversation_key"),
    CONVERSATIONS.c.account_id == bindparam("owner"),
    CONVERSATIONS.c.deleted_s.is_(None),
)
_LEAF = select(MESSAGES.c.id).where(
    MESSAGES.c.id == bindparam("leaf"), MESSAGES.c.conversation_id == bindparam("conversation_key")
)
_OPEN_SHARES = (SHARES.c.account_id == bindparam("owner"), SHARES.c.revoked_s.is_(None))
_SAME_SHARE = select(*_SHARE).where(
    *_OPEN_SHARES, SHARES.c.conversation_id == bindparam("conversation_key"), SHARES.c.leaf_id == bindparam("leaf")
)
_COUNT_SHARES = select(func.count()).select_from(SHARES).where(*_OPEN_SHARES)
_ADD_SHARE = insert(SHARES)
_THE_SHARE = (*_OPEN_SHARES, SHARES.c.id == bindparam("share_key"))
_SHOW_FILES = update(SHARES).where(*_THE_SHARE).values(files=bindparam("shown"))
_REVOKE = update(SHARES).where(*_THE_SHARE).values(revoked_s=bindparam("at_s"))


def add_folder(connection: Connection, change: library_entries.AddFolder) -> bool:
    if _count(connection, FOLDERS, change.folder.account_id) >= change.most:
        return False
    connection.execute(_ADD_FOLDER, columns_of(change.folder))
    return True


def rename_folder(connection: Connection, change: library_entries.RenameFolder) -> FolderRow | None:
    named = {"folder_key": change.folder_id, "owner": change.account_id, "new_name": change.name}
    row = connection.execute(_RENAME_FOLDER, named).first()
    return None if row is None else FolderRow(*row)


def delete_folder(connection: Connection, change: library_entries.DeleteFolder) -> bool:
    named = {"folder_key": change.folder_id, "owner": change.account_id}
    connection.execute(_EMPTY_FOLDER, named)
    return connection.execute(_DELETE_FOLDER, named).rowcount > 0


def add_prompt(connection: Connection, change: library_entries.AddPrompt) -> bool:
    if _count(connection, PROMPTS, change.prompt.account_id) >= change.most:
        return False
    connection.execute(_ADD_PROMPT, columns_of(change.prompt))
    return True


def settle_prompt(connection: Connection, change: library_entries.SettlePrompt) -> PromptRow | None:
    given = {"title": change.title, "text": change.text}
    values = {name: value for name, value in given.items() if value is not None}
    statement = update(PROMPTS).where(*_THE_PROMPT).values(**values, updated_s=change.updated_s).returning(*_PROMPT)
    row = connection.execute(statement, {"prompt_key": change.prompt_id, "owner": change.account_id}).first()
    return None if row is None else PromptRow(*row)


def delete_prompt(connection: Connection, change: library_entries.DeletePrompt) -> bool:
    named = {"prompt_key": change.prompt_id, "owner": change.account_id}
    return connection.execute(_DELETE_PROMPT, named).rowcount > 0


def add_share(connection: Connection, change: library_entries.AddShare) -> ShareRow | None:
    named = {"conversation_key": change.conversation_id, "owner": change.account_id}
    found = connection.execute(_SHARED_CONVERSATION, named).first()
    if found is None:
        raise RecordsConflict("There is no such conversation.", "conversation")
    title, shown = found
    named["leaf"] = leaf_id = change.leaf_id or shown
    if connection.execute(_LEAF, named).first() is None:
        raise RecordsConflict("There is no such message in the conversation.", "leaf")
    same = connection.execute(_SAME_SHARE, named).first()
    if same is not None:
        return _with_files(connection, ShareRow(*same), change.files)
    if connection.execute(_COUNT_SHARES, named).scalar_one() >= change.most:
        return None
    share = ShareRow(
        change.id, change.account_id, change.conversation_id, leaf_id, title, change.created_s, files=change.files
    )
    connection.execute(_ADD_SHARE, columns_of(share))
    return share


def _with_files(connection: Connection, share: ShareRow, files: bool) -> ShareRow:
    if share.files != files:
        connection.execute(_SHOW_FILES, {"share_key": share.id, "owner": share.account_id, "shown": files})
    return replace(share, files=files)


def revoke_share(connection: Connection, change: library_entries.RevokeShare) -> bool:
    named = {"share_key": change.share_id, "owner": change.account_id, "at_s": change.revoked_s}
    return connection.execute(_REVOKE, named).rowcount > 0


def _count(connection: Connection, table: Table, account_id: str) -> int:
    counted = select(func.count()).select_from(table).where(table.c.account_id == account_id)
    return connection.execute(counted).scalar_one()


APPLIERS: Mapping[type[Change[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        library_entries.AddFolder: add_folder,
        library_entries.RenameFolder: rename_folder,
        library_entries.DeleteFolder: delete_folder,
        library_entries.AddPrompt: add_prompt,
        library_entries.SettlePrompt: settle_prompt,
        library_entries.DeletePrompt: delete_prompt,
        library_entries.AddShare: add_share,
        library_entries.RevokeShare: revoke_share,
    }
)
