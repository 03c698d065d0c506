"""Conversations: listed, opened, settled, deleted, had back, continued. Knows the records; knows no model, no HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from seawall.conversations.attached_prompt import Files, FilesOf
from seawall.conversations.events import AccountEvent, AccountEvents
from seawall.conversations.late import LateFinishes
from seawall.conversations.placing import Placed, Replay, Said, conversation_id_of, place
from seawall.conversations.prompt import Asked, Message, prompt_of
from seawall.conversations.refusals import (
    BAD_CURSOR,
    EMPTY_TITLE,
    NO_SUCH_ANSWER,
    NO_SUCH_CONVERSATION,
    NO_SUCH_FOLDER,
    NO_SUCH_LEAF,
    NOT_DELETED,
)
from seawall.conversations.sweeping import Sweep
from seawall.conversations.turn import Turn
from seawall.records.conversation_entries import (
    AnswerById,
    AttachedIn,
    AttachedRow,
    ConversationRow,
    ConversationsOf,
    ConversationWithMessages,
    DeleteConversation,
    MessageRow,
    RestoreConversation,
    SettleConversation,
)
from seawall.records.port import Records, RecordsConflict
from seawall.values.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Page:
    """``next`` is the cursor of the page after, None on the last."""

    conversations: tuple[ConversationRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    conversation: ConversationRow
    messages: tuple[MessageRow, ...]
    attached: tuple[AttachedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A turn that is ready to be answered; nothing of it is kept yet."""

    turn: Turn
    history: tuple[MessageRow, ...]
    asked: Asked
    files: Files

    @property
    def sampling(self) -> dict[str, Any]:
        """The sampling settings that were chosen for the conversation."""
        kept = self.turn.conversation.sampling
        return json.loads(kept) if kept else {}

    def prompt(self, budget_tokens: int | None, *, sees: bool = False) -> list[Message]:
        """What the model is shown of it, within what its context leaves for the prompt; None if that is unknown."""
        earlier = [message.id for message in self.history]
        attached = self.files.shown(self.asked.message_id, earlier, budget_tokens, sees=sees)
        instructions = self.turn.conversation.instructions
        return prompt_of(self.history, self.asked, budget_tokens, instructions=instructions, attached=attached)


async def _no_files(account_id: str, messages: Sequence[str], message_id: str, attachments: Sequence[str]) -> Files:
    return Files()


class Conversations:
    """Every method raises RecordsUnavailable where the records do not answer.

    ``files_of`` tells which files messages carry.
    """

    def __init__(
        self,
        records: Records,
        *,
        unix_time: Callable[[], float],
        events: AccountEvents | None = None,
        files_of: FilesOf = _no_files,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._records = records
        self._unix_time = unix_time
        self._events = events or AccountEvents()
        self._files_of = files_of
        self._sleep = sleep
        self._late = LateFinishes(records, sleep=sleep)
        self._sweep = Sweep(records, unix_time=unix_time, sleep=sleep)

    def start(self) -> None:
        """Begins to remove what was deleted long ago."""
        self._sweep.start()

    async def close(self) -> None:
        """Tries a last time to save answers that the records did not take."""
        await self._sweep.close()
        await self._late.close()

    async def page(
        self,
        account_id: str,
        limit: int,
        before: str | None = None,
        *,
        archived: bool = False,
        folder_id: str | None = None,
    ) -> Page | Refusal:
        """Pinned ones first, then by last use."""
        position = None if before is None else _position(before)
        if before is not None and position is None:
            return BAD_CURSOR
        rows = await self._records.read(ConversationsOf(account_id, limit + 1, position, archived, folder_id))
        shown = rows[:limit]
        return Page(shown, _cursor(shown[-1]) if len(rows) > limit else None)

    async def open(self, account_id: str, conversation_id: str) -> Opened | Refusal:
        """The conversation with all its messages."""
        found, attached = await asyncio.gather(
            self._records.read(ConversationWithMessages(account_id, conversation_id)),
            self._records.read(AttachedIn(account_id, conversation_id)),
        )
        return NO_SUCH_CONVERSATION if found is None else Opened(*found, attached)

    async def answer(self, account_id: str, answer_id: str) -> MessageRow | Refusal:
        """One answer as it is kept."""
        found = await self._records.read(AnswerById(account_id, answer_id))
        return NO_SUCH_ANSWER if found is None else found

    async def settle(self, change: SettleConversation) -> ConversationRow | Refusal:
        """The conversation as it is with the change."""
        if change.title is not None:
            change = replace(change, title=" ".join(change.title.split()))
            if not change.title:
                return EMPTY_TITLE
        try:
            row = await self._records.write(replace(change, at_s=self._unix_time()))
        except RecordsConflict as conflict:
            return _CONFLICTS.get(conflict.field, NO_SUCH_CONVERSATION)
        return NO_SUCH_CONVERSATION if row is None else self._changed(row)

    async def delete(self, account_id: str, conversation_id: str) -> Refusal | None:
        """Takes the conversation away, to be had back for a while."""
        if not await self._records.write(DeleteConversation(account_id, conversation_id, self._unix_time())):
            return NO_SUCH_CONVERSATION
        self._events.tell(account_id, AccountEvent("removed", conversation_id))
        return None

    async def restore(self, account_id: str, conversation_id: str) -> ConversationRow | Refusal:
        """Has a deleted conversation back."""
        row = await self._records.write(RestoreConversation(account_id, conversation_id))
        return NOT_DELETED if row is None else self._changed(row)

    async def prepare(self, said: Said) -> Prepared | Replay | Refusal:
        """Readies a turn."""
        found = await self._records.read(ConversationWithMessages(said.account_id, conversation_id_of(said)))
        placed = place(said, found, self._unix_time())
        if not isinstance(placed, Placed):
            return placed
        shown = [message.id for message in placed.history]
        files = await self._files_of(said.account_id, shown, placed.asked.message_id, said.attachments)
        if isinstance(files, Refusal):
            return files
        return Prepared(self._turn(placed), placed.history, placed.asked, files)

    def _turn(self, placed: Placed) -> Turn:
        return Turn(
            self._records,
            placed.change,
            self._late,
            parent_id=placed.parent_id,
            unix_time=self._unix_time,
            sleep=self._sleep,
        )

    def _changed(self, row: ConversationRow) -> ConversationRow:
        self._events.tell(row.account_id, AccountEvent("changed", row.id))
        return row


_CONFLICTS = {"leaf": NO_SUCH_LEAF, "folder": NO_SUCH_FOLDER}


def _cursor(row: ConversationRow) -> str:
    return f"{int(row.pinned)}~{row.updated_s!r}~{row.id}"


def _position(cursor: str) -> tuple[bool, float, str] | None:
    pinned, _, rest = cursor.partition("~")
    seconds, _, conversation_id = rest.partition("~")
    try:
        updated_s = float(seconds)
    except ValueError:
        return None
    is_one = pinned in ("0", "1") and isfinite(updated_s) and conversation_id.isalnum()
    return (pinned == "1", updated_s, conversation_id) if is_one else None
