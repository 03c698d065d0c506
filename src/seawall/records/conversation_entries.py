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
class AttachedRow:
    """What a message carries, without its content."""

    id: str
    message_id: str
    name: str
    kind: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class BeginTurn(Change[bool]):
    """Keeps the user's message and an empty streaming answer, making the conversation if it is new.

    Without a message, the answer is a further one to the message that is its parent. It becomes the conversation's
    leaf. Positions are taken from the records (the values given are ignored). Replaying the same ids is harmless:
    False is told and nothing changes. ``attachments`` are pairs: what the message carries, and the id of its copy
    where another message carries it already, as with an edited one.

    Raises RecordsConflict("conversation") when the conversation belongs to another account or is gone though ``is_new``
    is False, ("parent") when what the turn follows is not in it or of the same speaker, ("attachments") when one is
    gone or another account's.
    """

    conversation: ConversationRow
    is_new: bool
    message: MessageRow | None
    answer: MessageRow
    attachments: tuple[tuple[str, str], ...] = ()


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
    finish: str = ""
    refusal: str = ""
    eased: str = ""
    first_token_s: float | None = None
    reasoned_s: float | None = None


@dataclass(frozen=True, slots=True)
class InterruptOpenAnswers(Change[int]):
    """At start: marks every answer a dead server left streaming. Tells how many."""


@dataclass(frozen=True, slots=True)
class SettleConversation(Change[ConversationRow | None]):
    """Sets what is given and leaves what is None; tells the row as it is then, None when there is none.

    ``folder_id`` "" takes it out of its folder. Raises RecordsConflict("leaf") when that message is not in it,
    ("folder") when that folder is not the account's.
    """

    account_id: str
    conversation_id: str
    title: str | None = None
    model: str | None = None
    pinned: bool | None = None
    archived: bool | None = None
    folder_id: str | None = None
    instructions: str | None = None
    sampling: str | None = None
    leaf_id: str | None = None
    at_s: float = 0.0
    """When it is archived, where it is."""


@dataclass(frozen=True, slots=True)
class DeleteConversation(Change[bool]):
    """Hides it until it is restored or swept."""

    account_id: str
    conversation_id: str
    deleted_s: float


@dataclass(frozen=True, slots=True)
class RestoreConversation(Change[ConversationRow | None]):
    """None when there is none that was deleted."""

    account_id: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class SweepDeleted(Change[int]):
    """Removes for good what was deleted before then, at most ``most``. Tells how many."""

    before_s: float
    most: int


@dataclass(frozen=True, slots=True)
class ConversationsOf(Query[tuple[ConversationRow, ...]]):
    """Pinned ones first, then by last use; ``before`` is the (pinned, updated_s, id) of the last of the page before.

    Deleted ones are never among them; archived ones are alone.
    """

    account_id: str
    limit: int = 50
    before: tuple[bool, float, str] | None = None
    archived: bool = False
    folder_id: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationWithMessages(Query[tuple[ConversationRow, tuple[MessageRow, ...]] | None]):
    """The messages of all branches by position. None when there is none, it is deleted or another account's."""

    account_id: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class AttachedIn(Query[tuple[AttachedRow, ...]]):
    """What the messages of a conversation carry, oldest first."""

    account_id: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class AnswerById(Query[MessageRow | None]):
    """None when there is none, its conversation is deleted or another account's."""

    account_id: str
    answer_id: str
