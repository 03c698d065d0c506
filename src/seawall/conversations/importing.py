"""Conversations brought in from a file: all of those that can be, or none. Knows the records; knows no format, no HTTP.

They are staged out of sight, a few at a time so that nobody's message waits behind them, and shown in one change at
the end. A file that breaks half-way, a service that stops and a client that leaves show nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import IO, Any

from seawall.conversations.confined import Bounds, Confined, ConfinedFailed, Exhausted, TooBusy
from seawall.conversations.elsewhere.found import MOST_MESSAGES, words
from seawall.conversations.events import AccountEvent, AccountEvents
from seawall.conversations.placing import ID_BYTES
from seawall.observing.logs import logger
from seawall.records.conversation_entries import ConversationRow, MessageRow, MessageStatus
from seawall.records.import_entries import (
    ConversationsThere,
    DropStaged,
    ShowStaged,
    StageConversation,
    StageMessages,
)
from seawall.records.port import Records, RecordsConflict, RecordsError
from seawall.values.refusal import Reason, Refusal

_MIB = 1024 * 1024
# In one change: some 200 kB, which is a millisecond or two of the one writer.
MESSAGES_AT_ONCE = 100
# Of those that are left out the first are told by name; a screen holds no more.
MOST_TOLD = 100

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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A conversation that was not taken, and why, as a sentence."""

    title: str
    why: str


@dataclass(slots=True)
class Report:
    """``skipped`` counts all that were left out; ``left_out`` tells the first of them."""

    imported: int = 0
    skipped: int = 0
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])

    def leave_out(self, title: str, why: str) -> None:
        """Notes one that is not taken."""
        self.skipped += 1
        if len(self.left_out) < MOST_TOLD:
            self.left_out.append(LeftOut(title or "(untitled)", why))


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """``settings.files`` says why each is what it is."""

    unpacked_bytes: int
    conversations: int


class Importing:
    """One file at once is read, and one more waits: an import is rare, and its work is the writer's."""

    def __init__(
        self, records: Records, events: AccountEvents, limits: ImportLimits, *, unix_time: Callable[[], float]
    ) -> None:
        self._records = records
        self._events = events
        self._limits = limits
        self._unix_time = unix_time
        bounds = Bounds(
            # A text with one character beyond Latin takes two bytes a character, with an emoji four.
            memory_bytes=512 * _MIB + 5 * limits.unpacked_bytes,
            cpu_s=120,
            wall_s=600.0,
            line_bytes=64 * _MIB,
            output_bytes=8 * limits.unpacked_bytes,
        )
        self._reader = Confined("seawall.conversations.elsewhere.child", bounds, at_once=1, waiting=1)

    async def bring_in(self, account_id: str, file: IO[bytes]) -> Report | Refusal:
        """What came of the file. Raises RecordsUnavailable; nothing is imported then."""
        staging = _Staging(self._records, account_id, self._unix_time())
        try:
            refusal = await self._stage(staging, file)
            if refusal is None:
                await staging.show()
        except BaseException:
            await _undisturbed(staging.drop())
            raise
        if refusal is not None:
            await staging.drop()
            return refusal
        if staging.report.imported:
            self._events.tell(account_id, AccountEvent("account"))
        return staging.report

    async def _stage(self, staging: _Staging, file: IO[bytes]) -> Refusal | None:
        limits = self._limits
        order = {"unpacked_bytes": limits.unpacked_bytes, "conversations": limits.conversations}
        last: dict[str, Any] = {}
        try:
            async with aclosing(self._reader.lines(file, order)) as lines:
                async for line in lines:
                    last = json.loads(line)
                    await staging.take(last)
        except TooBusy:
            return BUSY
        except Exhausted:
            return TOO_HEAVY
        except ConfinedFailed:
            return _unreadable(BROKEN)
        return None if "end" in last else _unreadable(_NOES.get(last.get("no", ""), BROKEN))


class _Staging:
    """The conversations of one import on their way in."""

    def __init__(self, records: Records, account_id: str, now_s: float) -> None:
        self.report = Report()
        self._records = records
        self._account_id = account_id
        self._now_s = now_s
        self._ids: list[str] = []
        self._seen: set[str] = set()

    async def take(self, told: dict[str, Any]) -> None:
        """A line of the reader's."""
        if "skipped" in told:
            self.report.leave_out(told["skipped"]["title"], told["skipped"]["why"])
        elif "conversation" in told:
            await self._take(told["conversation"], told["messages"])

    async def _take(self, found: dict[str, Any], messages: Sequence[dict[str, Any]]) -> None:
        row = self._row(found)
        # Its own id too: what was exported here is here already.
        there = await self._records.read(ConversationsThere(self._account_id, (row.id, found["id"])))
        if there or row.id in self._seen:
            self.report.leave_out(row.title, "It is here already.")
            return
        self._seen.add(row.id)
        rows = [self._message(row.id, position, one) for position, one in enumerate(messages[:MOST_MESSAGES])]
        try:
            await self._records.write(StageConversation(row, tuple(rows[:MESSAGES_AT_ONCE])))
        except RecordsConflict:
            self.report.leave_out(row.title, "It holds text that cannot be kept.")
            return
        self._ids.append(row.id)
        for start in range(MESSAGES_AT_ONCE, len(rows), MESSAGES_AT_ONCE):
            await self._records.write(StageMessages(tuple(rows[start : start + MESSAGES_AT_ONCE])))

    async def show(self) -> None:
        """All that is staged, at once."""
        if self._ids:
            self.report.imported = await self._records.write(ShowStaged(self._account_id, tuple(self._ids)))

    async def drop(self) -> None:
        """Nothing came of it. What cannot be dropped now is never seen, and swept like what was deleted."""
        if not self._ids:
            return
        try:
            await self._records.write(DropStaged(self._account_id, tuple(self._ids)))
        except RecordsError as error:
            logger("conversations").warning("staged_not_dropped", reason=str(error), conversations=len(self._ids))

    def _row(self, found: dict[str, Any]) -> ConversationRow:
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
            instructions=words(found["instructions"]),
            sampling=found["sampling"],
            leaf_id=self._id(conversation_id, leaf) if leaf else "",
        )

    def _message(self, conversation_id: str, position: int, found: dict[str, Any]) -> MessageRow:
        created_s = min(found["created_s"] or self._now_s, self._now_s)
        parent = found["parent"]
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
            parent_id=self._id(conversation_id, parent) if parent is not None else None,
            finished_s=created_s,
        )

    def _id(self, *parts: str) -> str:
        told = "\x00".join((self._account_id, "import", *parts))
        return blake2b(told.encode(), digest_size=ID_BYTES).hexdigest()


def _unreadable(sentence: str) -> Refusal:
    return Refusal(Reason.UNREADABLE_FILE, f"{sentence} Nothing was imported.")


async def _undisturbed(work: Any) -> None:
    """To its end, though whoever waits for it is cancelled."""
    task = asyncio.ensure_future(work)
    with suppress(asyncio.CancelledError):
        await asyncio.shield(task)
