"""Folders and saved prompts of an import: which are here already, which are new. Knows names; shows nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from seawall.conversations.folders import LONGEST_NAME, MOST_FOLDERS, TOO_MANY_FOLDERS
from seawall.conversations.prompts import LONGEST_TEXT, LONGEST_TITLE, MOST_PROMPTS, TOO_MANY_PROMPTS
from seawall.records.library_entries import FolderRow, FoldersOf, PromptRow, PromptsOf
from seawall.records.port import Records


class Shelves:
    """One import's. ``folders`` and ``prompts`` are those that are to be added with it.

    A folder of the same id or name is the same one, a prompt of the same title and text too: the same file twice, and
    one's own export into one's own account, add none.
    """

    def __init__(self, records: Records, account_id: str, id_of: Callable[..., str], now_s: float) -> None:
        self.folders: tuple[FolderRow, ...] = ()
        self.prompts: tuple[PromptRow, ...] = ()
        self._records = records
        self._account_id = account_id
        self._id_of = id_of
        self._now_s = now_s
        self._places: dict[str, str] = {}
        self._there: dict[str, str] | None = None

    async def take(self, library: dict[str, Any]) -> list[tuple[str, str]]:
        """What the file tells of them. Returns what finds no room: its name, and why."""
        there = await self._folders_there()
        left_out = list(self._take_folders(library["folders"], there))
        left_out += self._take_prompts(library["prompts"], await self._records.read(PromptsOf(self._account_id)))
        return left_out

    async def folder(self, folder_id: str) -> str | None:
        """The folder here for that of the file; None for none."""
        if not folder_id:
            return None
        if folder_id in self._places:
            return self._places[folder_id]
        return folder_id if folder_id in await self._folders_there() else None

    async def _folders_there(self) -> dict[str, str]:
        """Names by id."""
        if self._there is None:
            rows = await self._records.read(FoldersOf(self._account_id))
            self._there = {row.id: row.name for row in rows}
        return self._there

    def _take_folders(self, told: Iterable[dict[str, Any]], there: dict[str, str]) -> Iterable[tuple[str, str]]:
        by_name = {name: folder_id for folder_id, name in there.items()}
        new: dict[str, FolderRow] = {}
        for one in told:
            name, made = one["name"][:LONGEST_NAME], self._id_of("folder", one["id"])
            place = next((known for known in (one["id"], made) if known in there), by_name.get(name))
            if place is None and len(there) + len(new) >= MOST_FOLDERS:
                yield name, TOO_MANY_FOLDERS.message
                continue
            if place is None:
                place = made
                new[made] = FolderRow(made, self._account_id, name, one["created_s"] or self._now_s)
            self._places[one["id"]] = place
        self.folders = tuple(new.values())

    def _take_prompts(self, told: Iterable[dict[str, Any]], there: tuple[PromptRow, ...]) -> Iterable[tuple[str, str]]:
        known = {(row.title, row.text) for row in there}
        ids = {row.id for row in there}
        new: dict[str, PromptRow] = {}
        for one in told:
            title, text = one["title"][:LONGEST_TITLE], one["text"][:LONGEST_TEXT]
            made = self._id_of("prompt", title, text)
            if (title, text) in known or made in ids or made in new:
                continue
            if len(there) + len(new) >= MOST_PROMPTS:
                yield title, TOO_MANY_PROMPTS.message
                continue
            created_s = one["created_s"] or self._now_s
            new[made] = PromptRow(made, self._account_id, title, text, created_s, one["updated_s"] or created_s)
        self.prompts = tuple(new.values())
