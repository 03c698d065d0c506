"""Folders for conversations. Knows names and how many there may be; knows no conversation."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from seawall.conversations.events import AccountEvent, AccountEvents
from seawall.conversations.refusals import NO_SUCH_FOLDER
from seawall.records.library_entries import AddFolder, DeleteFolder, FolderRow, FoldersOf, RenameFolder
from seawall.records.port import Records
from seawall.values.refusal import Reason, Refusal

# More than anybody looks through, and a bound on what one account can fill the disk with.
MOST_FOLDERS = 200
LONGEST_NAME = 100
TOO_MANY_FOLDERS = Refusal(
    Reason.CONFLICT, f"You have {MOST_FOLDERS} folders, and no more fit. Delete one that you do not need."
)


class Folders:
    """One person's. Every method raises RecordsUnavailable where the records do not answer."""

    def __init__(self, records: Records, events: AccountEvents, *, unix_time: Callable[[], float]) -> None:
        self._records = records
        self._events = events
        self._unix_time = unix_time

    async def all(self, account_id: str) -> tuple[FolderRow, ...]:
        """By name."""
        rows = await self._records.read(FoldersOf(account_id))
        # Not by the database: each has an alphabet of its own.
        return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.id)))

    async def add(self, account_id: str, name: str) -> FolderRow | Refusal:
        """A new, empty one."""
        row = FolderRow(uuid4().hex, account_id, " ".join(name.split()), self._unix_time())
        if not await self._records.write(AddFolder(row, MOST_FOLDERS)):
            return TOO_MANY_FOLDERS
        return self._changed(row)

    async def rename(self, account_id: str, folder_id: str, name: str) -> FolderRow | Refusal:
        """Gives it another name."""
        row = await self._records.write(RenameFolder(account_id, folder_id, " ".join(name.split())))
        return NO_SUCH_FOLDER if row is None else self._changed(row)

    async def delete(self, account_id: str, folder_id: str) -> Refusal | None:
        """Takes the folder away; what was in it stays, in no folder."""
        if not await self._records.write(DeleteFolder(account_id, folder_id)):
            return NO_SUCH_FOLDER
        self._events.tell(account_id, AccountEvent("account"))
        return None

    def _changed(self, row: FolderRow) -> FolderRow:
        self._events.tell(row.account_id, AccountEvent("account"))
        return row
