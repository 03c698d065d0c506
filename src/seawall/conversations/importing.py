"""All that a file holds of conversations, brought in: all of it that can be, or nothing. Knows no format, no HTTP.

It is staged out of sight, a little at a time so that nobody's message waits behind it, and shown in one change at the
end. A file that breaks half-way, a service that stops and a client that leaves show nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import IO, Any

from seawall.conversations.confined import Bounds, Confined, ConfinedFailed, Exhausted, TooBusy
from seawall.conversations.events import AccountEvent, AccountEvents
from seawall.conversations.file_reading import FileReading
from seawall.conversations.import_report import Report
from seawall.conversations.staging import Staging
from seawall.records.port import Records
from seawall.values.refusal import Reason, Refusal

_MIB = 1024 * 1024
BUSY = Refusal(Reason.NO_ROOM, "Another file is being imported. Try again in half a minute; nothing was changed.", 30.0)
TOO_HEAVY = Refusal(
    Reason.UNREADABLE_FILE,
    "This file takes more memory or time to read than one import may. Split it, and import the parts. "
    "Nothing was imported.",
)
_NOES = {
    "bomb": "What this file unpacks to is larger than an import may be. Split it, and import the parts.",
    "too_many": "This file has more conversations than one import may have. Split it, and import the parts.",
    "deep": "This file is nested so deep that it cannot be an export of conversations.",
    "nothing": "No conversations were found in this file. Choose the export of Seawall, ChatGPT (the ZIP file or its "
    "conversations.json) or Open WebUI (JSON).",
}
BROKEN = "This file is damaged or not whole. Download the export again."


@dataclass(slots=True)
class Progress:
    """How far an import is: the part of the file that is read, from 0 to 1, and the conversations seen in it."""

    share: float = 0.0
    conversations: int = 0


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """``settings.files`` says why each is what it is."""

    unpacked_bytes: int
    conversations: int
    file_bytes: int
    account_bytes: int


class Importing:
    """One file at once is read, and one more waits: an import is rare, and its work is the writer's."""

    def __init__(
        self,
        records: Records,
        events: AccountEvents,
        limits: ImportLimits,
        reading: FileReading,
        *,
        unix_time: Callable[[], float],
    ) -> None:
        self._records = records
        self._events = events
        self._limits = limits
        self._reading = reading
        self._unix_time = unix_time
        bounds = Bounds(
            # A text with one character beyond Latin takes two bytes a character, with an emoji four.
            memory_bytes=512 * _MIB + 5 * limits.unpacked_bytes,
            cpu_s=120,
            wall_s=600.0,
            line_bytes=64 * _MIB,
            output_bytes=8 * limits.unpacked_bytes + 2 * limits.account_bytes,
        )
        self._reader = Confined("seawall.conversations.elsewhere.child", bounds, at_once=1, waiting=1)

    async def bring_in(self, account_id: str, file: IO[bytes], progress: Progress) -> Report | Refusal:
        """What came of the file. Raises RecordsUnavailable; nothing is imported then."""
        staging = Staging(self._records, self._reading, account_id, self._limits.account_bytes, self._unix_time())
        try:
            refusal = await self._stage(staging, file, progress)
            if refusal is None:
                await staging.show()
        except BaseException:
            await _undisturbed(staging.drop())
            raise
        if refusal is not None:
            await staging.drop()
            return refusal
        if staging.report.changed:
            self._events.tell(account_id, AccountEvent("account"))
        return staging.report

    async def _stage(self, staging: Staging, file: IO[bytes], progress: Progress) -> Refusal | None:
        limits = self._limits
        order = {
            "unpacked_bytes": limits.unpacked_bytes,
            "conversations": limits.conversations,
            "file_bytes": limits.file_bytes,
            "files_bytes": limits.account_bytes,
        }
        last: dict[str, Any] = {}
        try:
            async with aclosing(self._reader.lines(file, order)) as lines:
                async for line in lines:
                    last = json.loads(line)
                    await staging.take(last)
                    if "share" in last:
                        progress.share, progress.conversations = last["share"], progress.conversations + 1
        except TooBusy:
            return BUSY
        except Exhausted:
            return TOO_HEAVY
        except ConfinedFailed:
            return _unreadable(BROKEN)
        return None if "end" in last else _unreadable(_NOES.get(last.get("no", ""), BROKEN))


def _unreadable(sentence: str) -> Refusal:
    return Refusal(Reason.UNREADABLE_FILE, f"{sentence} Nothing was imported.")


async def _undisturbed(work: Any) -> None:
    """To its end, though whoever waits for it is cancelled."""
    task = asyncio.ensure_future(work)
    with suppress(asyncio.CancelledError):
        await asyncio.shield(task)
