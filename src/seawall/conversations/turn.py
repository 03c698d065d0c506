"""One message and its answer, kept as it grows. Knows durability; knows neither who answers nor who listens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from seawall.conversations.late import LateFinishes
from seawall.conversations.refusals import BEING_ANSWERED, NO_SUCH_CONVERSATION, NOT_KEPT
from seawall.records.conversation_entries import BeginTurn, ConversationRow, FinishAnswer, GrowAnswer, MessageStatus
from seawall.records.port import Records, RecordsConflict, RecordsError, RecordsUnavailable
from seawall.values.piece import Outcome, Piece, Recorded, Usage
from seawall.values.refusal import Refusal

# With the commit itself this loses less than a second of an answer when the process is killed.
FLUSH_S = 0.5
# How long the end of an answer waits for its records, before the asker is told that it is not saved (yet).
PATIENCE_S = 5.0


class Turn:
    """The recording of an answer in a conversation: see ``answering.answer.Recording``."""

    def __init__(
        self,
        records: Records,
        change: BeginTurn,
        late: LateFinishes,
        *,
        unix_time: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._records = records
        self._change = change
        self._late = late
        self._unix_time = unix_time
        self._sleep = sleep
        self._beginning: asyncio.Task[Refusal | None] | None = None
        self._begun = False
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._flushing: asyncio.Task[None] | None = None
        self._grown = False
        self._recorded: Recorded | None = None

    @property
    def conversation(self) -> ConversationRow:
        return self._change.conversation

    @property
    def message_id(self) -> str:
        return self._change.message.id

    @property
    def answer_id(self) -> str:
        return self._change.answer.id

    async def begin(self) -> Refusal | None:
        """Makes the user's message durable."""
        # In a task of its own: whoever asks may leave now, and it must still be known whether the turn began.
        self._beginning = asyncio.create_task(self._begin(), name="turn-begin")
        return await asyncio.shield(self._beginning)

    def grow(self, piece: Piece) -> None:
        """Takes a piece; a task of this turn writes the whole so far every ``FLUSH_S``."""
        if piece.text:
            self._text.append(piece.text)
        if piece.reasoning:
            self._reasoning.append(piece.reasoning)
        self._grown = self._grown or bool(piece.text or piece.reasoning)
        if self._grown and self._flushing is None:
            self._flushing = asyncio.create_task(self._flush_for_ever(), name="turn-flush")

    async def abandon(self) -> None:
        """Ends a turn whose asker left before anybody could answer; without effect on one that is ended."""
        if self._beginning is not None:
            await asyncio.wait([self._beginning])
        if self._begun and self._recorded is None:
            await self.end(Outcome.STOPPED, Usage(), None)

    async def end(self, outcome: Outcome, usage: Usage, finish: str | None) -> Recorded:
        """Makes the answer durable as it stands. Later calls repeat the first one's result."""
        if self._recorded is not None:
            return self._recorded
        # Set before the first await, so that nobody ends it twice; without the records it stays so.
        self._recorded = Recorded(outcome, usage, finish, saved=False)
        if self._flushing is not None:
            self._flushing.cancel()
        if await self._finish(MessageStatus(outcome.value), usage):
            self._recorded = Recorded(outcome, usage, finish, saved=True)
        return self._recorded

    async def _begin(self) -> Refusal | None:
        try:
            fresh = await self._records.write(self._change)
        except RecordsUnavailable:
            return NOT_KEPT
        except RecordsConflict:
            return NO_SUCH_CONVERSATION
        self._begun = fresh
        return None if fresh else BEING_ANSWERED

    async def _finish(self, status: MessageStatus, usage: Usage) -> bool:
        change = FinishAnswer(
            self.answer_id, "".join(self._text), "".join(self._reasoning), status, usage, self._unix_time()
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._records.write(change)
        except (RecordsError, TimeoutError):
            self._late.add(change)
            return False
        except asyncio.CancelledError:
            # Whoever waited is told nothing any more; the answer is kept all the same.
            self._late.add(change)
            raise

    async def _flush_for_ever(self) -> None:
        while True:
            await self._sleep(FLUSH_S)
            if not self._grown:
                continue
            self._grown = False
            try:
                await self._records.write(GrowAnswer(self.answer_id, "".join(self._text), "".join(self._reasoning)))
            except RecordsError:
                self._grown = True  # The next flush carries the whole text anyway.
