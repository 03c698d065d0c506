"""What is kept of what was said: rows, changes, queries. Values only; knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from seawall.records.entries import Change, Query
from seawall.values.piece import Usage


class MessageStatus(StrEnum):
    """A user's message is complete at once; an answer is streaming until it reaches one of the others."""

    COMPLETE = "complete"
    STREAMING = "streaming"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ConversationRow:
    id: str
    account_id: str
    title: str
    model: str
    created_s: float
    updated_s: float
    pinned: bool = False
    archived_s: float | None = None
    deleted_s: float | None = None
    folder_id: str | None = None
    instructions: str = ""
    sampling: str = ""
    """JSON of the sampling settings that were chosen."""
    leaf_id: str = ""
    """The last message of the branch that is shown."""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """``position`` counts from 0 within its conversation; ``speaker`` is "user" or "assistant".

    ``parent_id`` is the message that this one follows, None for a first one: several with one parent are branches.
    ``refusal`` names why there is no answer, ``eased`` is JSON of what a busy service took from the question.
    """

    id: str
    conversation_id: str
    position: int
    speaker: str
    text: str
    created_s: float
    status: MessageStatus = MessageStatus.COMPLETE
    reasoning: str = ""
    model: str = ""
    usage: Usage = Usage()
    parent_id: str | None = None
    finish: str = ""
    refusal: str = ""
    eased: str = ""
    first_token_s: float | None = None
    reasoned_s: float | None = None
    finished_s: float | None = None


@dataclass(frozen=True, slots=True)
class BeginTurn(Change[bool]):
    """Keeps the user's message and an empty streaming answer, making the conversation if it is new.

    Their positions are taken from the records (the values given are ignored). Replaying the same message ids is
    harmless: False is told and nothing changes. Raises RecordsConflict("conversation") when the conversation
    belongs to another account or is gone though ``is_new`` is False.
    """

    conversation: ConversationRow
    is_new: bool
    message: MessageRow
    answer: MessageRow


@dataclass(frozen=True, slots=True)
class GrowAnswer(Change[None]):
    """The whole text so far. Without effect on a deleted or finished answer."""

    answer_id: str
    text: str
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class FinishAnswer(Change[bool]):
    """False when the answer is gone."""

    answer_id: str
    text: str
    reasoning: str
    status: MessageStatus
    usage: Usage
    finished_s: float


@dataclass(frozen=True, slots=True)
class InterruptOpenAnswers(Change[int]):
    """At start: marks every answer a dead server left streaming. Tells how many."""


@dataclass(frozen=True, slots=True)
class RenameConversation(Change[bool]):
    account_id: str
    conversation_id: str
    title: str


@dataclass(frozen=True, slots=True)
class DeleteConversation(Change[bool]):
    account_id: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class ConversationsOf(Query[tuple[ConversationRow, ...]]):
    """Most recently used first; ``before`` is the (updated_s, id) of the last row of the page before."""

    account_id: str
    limit: int = 50
    before: tuple[float, str] | None = None


@dataclass(frozen=True, slots=True)
class ConversationWithMessages(Query[tuple[ConversationRow, tuple[MessageRow, ...]] | None]):
    """Messages by position. None when there is none or it is another account's."""

    account_id: str
    conversation_id: str
