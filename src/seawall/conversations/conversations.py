"""Conversations: listed, opened, renamed, deleted, continued. Knows the records; knows no model and no HTTP."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise
from math import isfinite

from seawall.conversations.late import LateFinishes
from seawall.conversations.prompt import Message, prompt_of
from seawall.conversations.refusals import BAD_CURSOR, BEING_ANSWERED, EMPTY_TITLE, NO_SUCH_CONVERSATION
from seawall.conversations.titles import title_of
from seawall.conversations.turn import Turn
from seawall.records.conversation_entries import (
    BeginTurn,
    ConversationRow,
    ConversationsOf,
    ConversationWithMessages,
    DeleteConversation,
    MessageRow,
    MessageStatus,
    RenameConversation,
)
from seawall.records.port import Records
from seawall.values.refusal import Refusal

ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Page:
    """``next`` is the cursor of the page after, None on the last."""

    conversations: tuple[ConversationRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    conversation: ConversationRow
    messages: tuple[MessageRow, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a person sends. ``message_id`` is the client's, so that sending it again is harmless."""

    account_id: str
    message_id: str
    text: str
    model: str
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A turn that is ready to be answered; nothing of it is kept yet. ``messages`` is what the model is shown."""

    turn: Turn
    messages: list[Message]


@dataclass(frozen=True, slots=True)
class Replay:
    """The message had arrived before, and its answer is done."""

    conversation: ConversationRow
    message_id: str
    answer: MessageRow


class Conversations:
    """Every method raises RecordsUnavailable where the records do not answer."""

    def __init__(
        self,
        records: Records,
        *,
        unix_time: Callable[[], float],
        random: Callable[[int], bytes] = secrets.token_bytes,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._records = records
        self._unix_time = unix_time
        self._random = random
        self._sleep = sleep
        self._late = LateFinishes(records, sleep=sleep)

    async def close(self) -> None:
        """Tries a last time to save answers that the records did not take."""
        await self._late.close()

    async def page(self, account_id: str, limit: int, before: str | None = None) -> Page | Refusal:
        """Most recently used first."""
        position = None if before is None else _position(before)
        if before is not None and position is None:
            return BAD_CURSOR
        rows = await self._records.read(ConversationsOf(account_id, limit + 1, position))
        shown = rows[:limit]
        return Page(shown, _cursor(shown[-1]) if len(rows) > limit else None)

    async def open(self, account_id: str, conversation_id: str) -> Opened | Refusal:
        """The conversation with all its messages."""
        found = await self._records.read(ConversationWithMessages(account_id, conversation_id))
        return NO_SUCH_CONVERSATION if found is None else Opened(*found)

    async def rename(self, account_id: str, conversation_id: str, title: str) -> ConversationRow | Refusal:
        """The conversation under its new title."""
        title = " ".join(title.split())
        if not title:
            return EMPTY_TITLE
        if not await self._records.write(RenameConversation(account_id, conversation_id, title)):
            return NO_SUCH_CONVERSATION
        opened = await self.open(account_id, conversation_id)
        return opened if isinstance(opened, Refusal) else opened.conversation

    async def delete(self, account_id: str, conversation_id: str) -> Refusal | None:
        """Deletes the conversation with all that was said in it."""
        deleted = await self._records.write(DeleteConversation(account_id, conversation_id))
        return None if deleted else NO_SUCH_CONVERSATION

    async def prepare(self, said: Said, budget_tokens: int | None) -> Prepared | Replay | Refusal:
        """Readies a turn. ``budget_tokens`` is what the model's context leaves for the prompt, None if unknown."""
        # A new conversation's id follows from its first message's, so that sending that again finds it.
        conversation_id = said.conversation_id or _first_conversation_id(said)
        found = await self._records.read(ConversationWithMessages(said.account_id, conversation_id))
        if found is None:
            if said.conversation_id is not None:
                return NO_SUCH_CONVERSATION
            return Prepared(self._turn(said, None, conversation_id), prompt_of((), said.text, budget_tokens))
        conversation, history = found
        replayed = _replay(conversation, history, said.message_id)
        if replayed is not None:
            return replayed
        return Prepared(self._turn(said, conversation, conversation_id), prompt_of(history, said.text, budget_tokens))

    def _turn(self, said: Said, conversation: ConversationRow | None, conversation_id: str) -> Turn:
        now_s = self._unix_time()
        message = MessageRow(said.message_id, conversation_id, 0, "user", said.text, now_s, model=said.model)
        answer = MessageRow(
            self._random(ID_BYTES).hex(),
            conversation_id,
            1,
            "assistant",
            "",
            now_s,
            MessageStatus.STREAMING,
            model=said.model,
        )
        row = (
            replace(conversation, model=said.model, updated_s=now_s)
            if conversation is not None
            else ConversationRow(
                conversation_id, said.account_id, title_of(said.text), said.model, created_s=now_s, updated_s=now_s
            )
        )
        change = BeginTurn(row, is_new=conversation is None, message=message, answer=answer)
        return Turn(self._records, change, self._late, unix_time=self._unix_time, sleep=self._sleep)


def _replay(conversation: ConversationRow, history: tuple[MessageRow, ...], message_id: str) -> Replay | Refusal | None:
    for message, after in pairwise(history):
        if message.id == message_id:
            return (
                BEING_ANSWERED if after.status is MessageStatus.STREAMING else Replay(conversation, message_id, after)
            )
    return None


def _first_conversation_id(said: Said) -> str:
    return blake2b(f"{said.account_id}\x00{said.message_id}".encode(), digest_size=ID_BYTES).hexdigest()


def _cursor(row: ConversationRow) -> str:
    return f"{row.updated_s!r}~{row.id}"


def _position(cursor: str) -> tuple[float, str] | None:
    seconds, _, conversation_id = cursor.partition("~")
    try:
        updated_s = float(seconds)
    except ValueError:
        return None
    return (updated_s, conversation_id) if isfinite(updated_s) and conversation_id.isalnum() else None
