"""Files that messages carry: taken, given back, removed, put before a model. Knows records; knows no HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import IO

from seawall.conversations import attachment_refusals as noes
from seawall.conversations.attached_prompt import IMAGE_TOKENS, Files
from seawall.conversations.file_names import shown_name
from seawall.conversations.file_reading import FileReading, ReadContent
from seawall.conversations.prompt import BYTES_PER_TOKEN
from seawall.conversations.refusals import NO_SUCH_ATTACHMENT
from seawall.conversations.sniffing import Kind
from seawall.observing.logs import logger
from seawall.records.attachment_entries import (
    AddAttachment,
    AttachmentById,
    AttachmentRow,
    DropAttachment,
    FilesShown,
    ReadFile,
    StoredBy,
    SweepPending,
)
from seawall.records.port import Records, RecordsConflict, RecordsError
from seawall.values.refusal import Refusal

# A file that waits for its message. A draft is written to the end within a day.
PENDING_S = 86_400.0
SWEEP_EVERY_S = 3600.0
SWEEP_AT_ONCE = 50
# A letter has one byte or more, and a token three of them.
_CHARS_PER_TOKEN = BYTES_PER_TOKEN


@dataclass(frozen=True, slots=True)
class FileLimits:
    """``settings.files`` says why each is what it is; ``images`` is the most that one question shows."""

    prompt_tokens: int
    per_message: int
    message_bytes: int
    account_bytes: int
    pending: int
    images: int


@dataclass(frozen=True, slots=True)
class Added:
    """``pages`` are a PDF's; ``shortened`` where not all of its text is kept for the model."""

    row: AttachmentRow
    tokens: int
    pages: int | None = None
    shortened: bool = False


class Attachments:
    """Every method raises RecordsUnavailable where the records do not answer.

    ``sees`` tells whether any model takes images. In memory are the files that ``reading`` holds, and one for each that
    is given back.
    """

    def __init__(
        self,
        records: Records,
        limits: FileLimits,
        reading: FileReading,
        *,
        sees: Callable[[], bool],
        unix_time: Callable[[], float],
        new_id: Callable[[], str],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.limits = limits
        self._records = records
        self._sees = sees
        self._unix_time = unix_time
        self._new_id = new_id
        self._sleep = sleep
        self._reading = reading
        self._sweeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to sweep away what no message ever carried."""
        self._sweeping = asyncio.create_task(self._sweep(), name="sweep-of-files")

    async def close(self) -> None:
        """Sweeps no more."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.wait([self._sweeping])

    async def add(self, account_id: str, name: str, file: IO[bytes]) -> Added | Refusal:
        """Keeps a file, which lies on the disk, until a message carries it."""
        async with self._reading.read(name, file) as read:
            if isinstance(read, Refusal):
                return read
            if read.kind is Kind.IMAGE and not self._sees():
                return noes.NOBODY_SEES
            return await self._keep(account_id, name, read)

    async def get(self, account_id: str, attachment_id: str) -> AttachmentRow | Refusal:
        """The file with its bytes."""
        row = await self._records.read(AttachmentById(account_id, attachment_id))
        return noes.NO_SUCH_FILE if row is None else row

    async def drop(self, account_id: str, attachment_id: str) -> Refusal | None:
        """Removes a file that no message carries."""
        return None if await self._records.write(DropAttachment(account_id, attachment_id)) else noes.CARRIED

    async def of_branch(
        self, account_id: str, messages: Sequence[str], message_id: str, attachments: Sequence[str]
    ) -> Files | Refusal:
        """What these messages carry, and the new one with its own: ``attached_prompt.FilesOf``."""
        limits = self.limits
        asked = FilesShown(
            account_id, (*messages, message_id), tuple(attachments), limits.prompt_tokens * _CHARS_PER_TOKEN
        )
        found = await self._records.read(asked)
        new = {file.id: file for file in found if file.id in attachments}
        refusal = await self._objection(account_id, attachments, new)
        if refusal is not None:
            return refusal
        by_message: dict[str, tuple[ReadFile, ...]] = {}
        for file in found:
            # An edited message carries what the one before it does: the same file stands in two.
            for carrier in {file.message_id or message_id, message_id if file.id in new else file.message_id}:
                if carrier in asked.message_ids:
                    by_message[carrier] = (*by_message.get(carrier, ()), file)
        order = (message_id, *reversed(messages))
        newest = [file for one in order for file in by_message.get(one, ()) if file.kind == Kind.IMAGE]
        return Files(by_message, await self._images(account_id, newest[: limits.images]), limits.prompt_tokens)

    async def _objection(self, account_id: str, attachments: Sequence[str], new: dict[str, ReadFile]) -> Refusal | None:
        limits = self.limits
        if len(attachments) > limits.per_message:
            return noes.too_many_files(limits.per_message)
        if len(new) < len(set(attachments)):
            return NO_SUCH_ATTACHMENT
        if sum(file.size_bytes for file in new.values()) > limits.message_bytes:
            return noes.too_much_in_one(limits.message_bytes)
        copied_bytes = sum(file.size_bytes for file in new.values() if file.message_id is not None)
        if copied_bytes:
            stored = await self._records.read(StoredBy(account_id))
            if stored.size_bytes + copied_bytes > limits.account_bytes:
                return noes.storage_full(limits.account_bytes)
        return None

    async def _images(self, account_id: str, images: Sequence[ReadFile]) -> dict[str, bytes]:
        rows = [await self._records.read(AttachmentById(account_id, image.id)) for image in images]
        return {row.id: row.data for row in rows if row is not None}

    async def _keep(self, account_id: str, name: str, read: ReadContent) -> Added | Refusal:
        limits = self.limits
        row = AttachmentRow(
            self._new_id(),
            account_id,
            shown_name(name),
            read.kind.value,
            read.media_type,
            len(read.data),
            read.text,
            read.data,
            self._unix_time(),
        )
        try:
            await self._records.write(AddAttachment(row, limits.account_bytes, limits.pending))
        except RecordsConflict as conflict:
            if conflict.field == "pending":
                return noes.too_many_waiting(limits.pending)
            return noes.storage_full(limits.account_bytes) if conflict.field == "room" else noes.UNKNOWN_KIND
        return Added(row, tokens_of(row.text, read.kind), read.pages, read.shortened)

    async def _sweep(self) -> None:
        while True:
            swept = 0
            try:
                swept = await self._records.write(SweepPending(self._unix_time() - PENDING_S, SWEEP_AT_ONCE))
            except RecordsError as error:
                logger("conversations").warning("files_not_swept", reason=str(error))
            await self._sleep(1.0 if swept == SWEEP_AT_ONCE else SWEEP_EVERY_S)


def tokens_of(text: str, kind: str) -> int:
    """About what the file takes of a model's context."""
    return IMAGE_TOKENS if kind == Kind.IMAGE else len(text.encode(errors="replace")) // BYTES_PER_TOKEN
