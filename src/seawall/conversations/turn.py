"""One message and its answer, kept as it grows. Knows durability; knows neither who answers nor who listens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from seawall.conversations.late import LateFinishes
from seawall.conversations.refusals import (
    BEING_ANSWERED,
    NO_SUCH_ATTACHMENT,
    NO_SUCH_CONVERSATION,
    NO_SUCH_FOLDER,
    NO_SUCH_PARENT,
    NOT_KEPT,
)
from seawall.records.conversation_entries import (
    BeginTurn,
    ConversationRow,
    FinishAnswer,
    GrowAnswer,
    MessageRow,
    MessageStatus,
)
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
        parent_id: str | None,
        unix_time: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._records = records
        self._change = change
        self._late = late
        self._parent_id = parent_id
        self._unix_time = unix_time
        self._sleep = sleep
        self._beginning: asyncio.Task[Refusal | None] | None = None
        self._begun = False
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._flushing: asyncio.Task[None] | None = None
        self._grown = False
        self._recorded: Recorded | None = None
        self._interrupted = False
        self._eased: tuple[str, ...] = ()
        self._first_token_s: float | None = None
        self._first_reasoning_s: float | None = None
        self._reasoned_s: float | None = None
        self.answer = change.answer
        """As it stands, and once it has ended as it is kept."""

    @property
    def begun(self) -> bool:
        """Whether message and answer are kept."""
        return self._begun

    @property
    def saved(self) -> bool:
        """Whether the end is."""
        return self._recorded is not None and self._recorded.saved

    @property
    def conversation(self) -> ConversationRow:
        return self._change.conversation

    @property
    def message_id(self) -> str:
        """The message that is answered."""
        return self._change.answer.parent_id or ""

    @property
    def parent_id(self) -> str | None:
        """What that message follows."""
        return self._parent_id

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
        if not piece.text and not piece.reasoning:
            return
        now_s = self._spent_s()
        if self._first_token_s is None:
            self._first_token_s = now_s
        if piece.reasoning:
            self._reasoning.append(piece.reasoning)
            self._first_reasoning_s = now_s if self._first_reasoning_s is None else self._first_reasoning_s
        if piece.text:
            self._end_reasoning(now_s)
            self._text.append(piece.text)
        self._grown = True
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush_for_ever(), name="turn-flush")

    def ease(self, codes: Sequence[str]) -> None:
        """Something of the question was eased."""
        self._eased = (*self._eased, *codes)

    def interrupt(self) -> None:
        """From here on a stop is not its asker's wish, but the service's."""
        self._interrupted = True

    async def abandon(self) -> None:
        """Ends a turn whose asker left before anybody could answer; without effect on one that is ended."""
        if self._beginning is not None:
            await asyncio.wait([self._beginning])
        if self._begun and self._recorded is None:
            await self.end(Outcome.STOPPED, Usage(), None)

    async def end(self, outcome: Outcome, usage: Usage, finish: str | None, refusal: Refusal | None = None) -> Recorded:
        """Makes the answer durable as it stands. Later calls repeat the first one's result."""
        if self._recorded is not None:
            return self._recorded
        # Set before the first await, so that nobody ends it twice; without the records it stays so.
        self._recorded = Recorded(outcome, usage, finish, saved=False)
        if self._flushing is not None:
            self._flushing.cancel()
        self._end_reasoning(self._spent_s())
        is_interrupted = self._interrupted and outcome is Outcome.STOPPED
        self.answer = replace(
            self._change.answer,
            text="".join(self._text),
            reasoning="".join(self._reasoning),
            status=MessageStatus.INTERRUPTED if is_interrupted else MessageStatus(outcome.value),
            usage=usage,
            finished_s=self._unix_time(),
            finish=finish or "",
            refusal="" if refusal is None else refusal.reason.code,
            eased=json.dumps(self._eased, ensure_ascii=False) if self._eased else "",
            first_token_s=self._first_token_s,
            reasoned_s=self._reasoned_s,
        )
        if await self._finish(_end_of(self.answer)):
            self._recorded = Recorded(outcome, usage, finish, saved=True)
        return self._recorded

    def _spent_s(self) -> float:
        """Since the answer was asked for. A clock that is set back makes a figure wrong, never an answer."""
        return max(0.0, self._unix_time() - self._change.answer.created_s)

    def _end_reasoning(self, now_s: float) -> None:
        if self._first_reasoning_s is not None and self._reasoned_s is None:
            self._reasoned_s = now_s - self._first_reasoning_s

    async def _begin(self) -> Refusal | None:
        try:
            fresh = await self._records.write(self._change)
        except RecordsUnavailable:
            return NOT_KEPT
        except RecordsConflict as conflict:
            return _CONFLICTS.get(conflict.field, NO_SUCH_CONVERSATION)
        self._begun = fresh
        return None if fresh else BEING_ANSWERED

    async def _finish(self, change: FinishAnswer) -> bool:
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


_CONFLICTS = {"parent": NO_SUCH_PARENT, "attachments": NO_SUCH_ATTACHMENT, "folder": NO_SUCH_FOLDER}


def _end_of(answer: MessageRow) -> FinishAnswer:
    return FinishAnswer(
        answer.id,
        answer.text,
        answer.reasoning,
        answer.status,
        answer.usage,
        answer.finished_s or 0.0,
        answer.finish,
        answer.refusal,
        answer.eased,
        answer.first_token_s,
        answer.reasoned_s,
    )
