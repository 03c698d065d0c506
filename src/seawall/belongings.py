"""Joins what people keep: the files of their messages, and all that is theirs out and in. Holds no logic of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

from seawall.conversations.archiving import Archiving
from seawall.conversations.attachments import Attachments, FileLimits
from seawall.conversations.events import AccountEvents
from seawall.conversations.file_reading import FileReading, ReadingLimits
from seawall.conversations.importing import Importing, ImportLimits
from seawall.conversations.imports import Imports
from seawall.records.port import Records
from seawall.settings.files import FileSettings


@dataclass(frozen=True, slots=True)
class Belongings:
    """Of all accounts."""

    attachments: Attachments
    archiving: Archiving
    imports: Imports

    async def close(self) -> None:
        """Ends what goes on by itself; of an import in progress nothing stays."""
        await self.imports.close()
        await self.attachments.close()


def open_belongings(
    files: FileSettings, records: Records, events: AccountEvents, *, images: int, sees: Callable[[], bool]
) -> Belongings:
    """``images`` is the most that one question shows; ``sees`` tells whether any model takes them."""
    reading = ReadingLimits(
        file_bytes=files.file_bytes,
        image_bytes=files.image_bytes,
        image_pixels=files.image_pixels,
        text_bytes=files.text_bytes,
        pdf_pages=files.pdf_pages,
    )
    limits = FileLimits(
        prompt_tokens=files.prompt_tokens,
        per_message=files.per_message,
        message_bytes=files.message_bytes,
        account_bytes=files.account_bytes,
        pending=files.pending,
        images=images,
    )
    attachments = Attachments(
        records,
        limits,
        FileReading(reading, pdf_readers=files.pdf_readers),
        sees=sees,
        unix_time=time.time,
        new_id=lambda: token_hex(16),
    )
    bounds = ImportLimits(
        unpacked_bytes=files.import_unpacked_bytes,
        conversations=files.import_conversations,
        file_bytes=files.file_bytes,
        account_bytes=files.account_bytes,
    )
    # Its own reader of files, of which one import has one at a time: whoever attaches a file never waits behind it.
    importing = Importing(records, events, bounds, FileReading(reading), unix_time=time.time)
    return Belongings(attachments, Archiving(records, unix_time=time.time), Imports(importing, unix_time=time.time))
