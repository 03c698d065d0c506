"""What is imported, on its way into one account: kept out of sight, then shown at once. Knows rows; reads no file.

What it takes are the lines of ``elsewhere.child``, in their order.
"""

from __future__ import annotations

import tempfile
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import IO, Any

from seawall.conversations.attachment_refusals import storage_full
from seawall.conversations.elsewhere.found import MOST_MESSAGES, words
from seawall.conversations.file_names import shown_name
from seawall.conversations.file_reading import FileReading, ReadContent
from seawall.conversations.import_report import Report, Why
from seawall.conversations.placing import ID_BYTES
from seawall.conversations.shelving import Shelves
from seawall.observing.logs import logger
from seawall.records.attachment_entries import AttachmentRow
from seawall.records.conversation_entries import ConversationRow, MessageRow, MessageStatus
from seawall.records.import_entries import (
    ConversationsThere,
    DropStaged,
    ShowStaged,
    StageAttachment,
    StageConversation,
    StageMessages,
)
from seawall.records.port import Records, RecordsConflict, RecordsError
from seawall.values.piece import Usage
from seawall.values.refusal import Refusal

# In one change: some 200 kB, which is a millisecond or two of the one writer.
MESSAGES_AT_ONCE = 100
# Files of one message stand in the order of their times.
_BETWEEN_FILES_S = 0.001


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A file of a message, as far as it has come."""

    told: dict[str, Any]
    content: IO[bytes]


class Staging:
    """One import's. Each method raises RecordsUnavailable where the records do not answer."""

    def __init__(
        self, records: Records, reading: FileReading, account_id: str, account_bytes: int, now_s: float
    ) -> None:
        self.report = Report()
        self._records = records
        self._reading = reading
        self._account_id = account_id
        self._account_bytes = account_bytes
        self._now_s = now_s
        self._shelves = Shelves(records, account_id, self._id, now_s)
        self._ids: list[str] = []
        self._seen: set[str] = set()
        # The messages of the conversation that is being taken, which files may belong to.
        self._messages: dict[str, str] = {}
        self._incoming: _Incoming | None = None
        self._files = 0

    async def take(self, told: dict[str, Any]) -> None:
        """A line of the reader's."""
        if "data" in told:
            if self._incoming is not None:
                self._incoming.content.write(b64decode(told["data"]))
        elif "file" in told:
            self._begin_file(told["file"])
        elif "whole" in told:
            await self._end_file()
        elif "skipped" in told:
            self._messages = {}
            self.report.leave_out(told["skipped"]["title"], Why.UNFIT, told["skipped"]["why"])
        elif "unread" in told:
            self.report.leave_out(told["unread"]["name"], Why.FILE, told["unread"]["why"])
        elif "library" in told:
            for name, why in await self._shelves.take(told["library"]):
                self.report.leave_out(name, Why.NO_ROOM, why)
        elif "conversation" in told:
            self._messages = await self._conversation(told["conversation"], told["messages"])

    async def show(self) -> None:
        """All that is staged, at once."""
        folders, prompts = self._shelves.folders, self._shelves.prompts
        if self._ids or folders or prompts:
            change = ShowStaged(self._account_id, tuple(self._ids), folders, prompts)
            self.report.imported = await self._records.write(change)
        self.report.folders, self.report.prompts, self.report.files = len(folders), len(prompts), self._files

    async def drop(self) -> None:
        """Nothing came of it. What cannot be dropped now is never seen, and swept like what was deleted."""
        self._let_go()
        if not self._ids:
            return
        try:
            await self._records.write(DropStaged(self._account_id, tuple(self._ids)))
        except RecordsError as error:
            logger("conversations").warning("staged_not_dropped", reason=str(error), conversations=len(self._ids))

    async def _conversation(self, found: dict[str, Any], messages: Sequence[dict[str, Any]]) -> dict[str, str]:
        """Its messages' ids by those in the file; none where it is left out."""
        row = self._row(found, await self._shelves.folder(found["folder"]))
        # Its own id too: what was exported here is here already.
        there = await self._records.read(ConversationsThere(self._account_id, (row.id, found["id"])))
        if there or row.id in self._seen:
            self.report.leave_out(row.title, Why.HERE, "It is here already.")
            return {}
        self._seen.add(row.id)
        rows = [self._message(row.id, position, one) for position, one in enumerate(messages[:MOST_MESSAGES])]
        try:
            await self._records.write(StageConversation(row, tuple(rows[:MESSAGES_AT_ONCE])))
        except RecordsConflict:
            self.report.leave_out(row.title, Why.UNFIT, "It holds text that cannot be kept.")
            return {}
        self._ids.append(row.id)
        for start in range(MESSAGES_AT_ONCE, len(rows), MESSAGES_AT_ONCE):
            await self._records.write(StageMessages(tuple(rows[start : start + MESSAGES_AT_ONCE])))
        return {one["id"]: staged.id for one, staged in zip(messages, rows, strict=False)}

    def _begin_file(self, told: dict[str, Any]) -> None:
        if told["message"] in self._messages:
            self._incoming = _Incoming(told, tempfile.TemporaryFile(prefix="seawall-"))  # noqa: SIM115

    async def _end_file(self) -> None:
        incoming = self._incoming
        if incoming is None:
            return
        try:
            async with self._reading.read(incoming.told["name"], incoming.content) as read:
                no = read if isinstance(read, Refusal) else await self._keep(incoming.told, read)
        finally:
            self._let_go()
        if no is not None:
            self.report.leave_out(incoming.told["name"], Why.FILE, no.message)

    async def _keep(self, told: dict[str, Any], read: ReadContent) -> Refusal | None:
        message_id = self._messages[told["message"]]
        row = AttachmentRow(
            self._id(message_id, "file", told["id"]),
            self._account_id,
            shown_name(told["name"]),
            read.kind.value,
            read.media_type,
            len(read.data),
            read.text,
            read.data,
            self._now_s + self._files * _BETWEEN_FILES_S,
            message_id,
        )
        try:
            await self._records.write(StageAttachment(row, self._account_bytes))
        except RecordsConflict:
            return storage_full(self._account_bytes)
        self._files += 1
        return None

    def _let_go(self) -> None:
        if self._incoming is not None:
            self._incoming.content.close()
            self._incoming = None

    def _row(self, found: dict[str, Any], folder_id: str | None) -> ConversationRow:
        conversation_id = self._id(found["source"], found["id"])
        created_s = found["created_s"] or self._now_s
        # A time yet to come would stand before all that is said from now on.
        updated_s = min(max(found["updated_s"], created_s), self._now_s)
        leaf = found["leaf"]
        return ConversationRow(
            conversation_id,
            self._account_id,
            found["title"],
            found["model"],
            min(created_s, self._now_s),
            updated_s,
            pinned=found["pinned"],
            archived_s=updated_s if found["archived"] else None,
            deleted_s=self._now_s,
            folder_id=folder_id,
            instructions=words(found["instructions"]),
            sampling=found["sampling"],
            leaf_id=self._id(conversation_id, leaf) if leaf else "",
        )

    def _message(self, conversation_id: str, position: int, found: dict[str, Any]) -> MessageRow:
        created_s = min(found["created_s"] or self._now_s, self._now_s)
        parent, kept = found["parent"], found["kept"]
        finished_s = kept["finished_s"]
        return MessageRow(
            self._id(conversation_id, found["id"]),
            conversation_id,
            position,
            found["speaker"],
            found["text"],
            created_s,
            MessageStatus(found["status"]),
            reasoning=found["reasoning"],
            model=found["model"],
            usage=Usage(**kept["usage"]),
            parent_id=self._id(conversation_id, parent) if parent is not None else None,
            finish=kept["finish"],
            refusal=kept["refusal"],
            eased=kept["eased"],
            first_token_s=kept["first_token_s"],
            reasoned_s=kept["reasoned_s"],
            finished_s=created_s if finished_s is None else min(finished_s, self._now_s),
        )

    def _id(self, *parts: str) -> str:
        told = "\x00".join((self._account_id, "import", *parts))
        return blake2b(told.encode(), digest_size=ID_BYTES).hexdigest()
