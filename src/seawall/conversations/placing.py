"""Where in a conversation something is said: after what, and as which rows. Knows branches; asks no records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b

from seawall.conversations.branches import AT_THE_ROOT, answer_to, path_to
from seawall.conversations.prompt import Asked
from seawall.conversations.refusals import (
    BEING_ANSWERED,
    NO_SUCH_CONVERSATION,
    NO_SUCH_PARENT,
    NOTHING_TO_ANSWER,
    SETTLED_ALREADY,
)
from seawall.conversations.titles import title_of
from seawall.records.conversation_entries import BeginTurn, ConversationRow, MessageRow, MessageStatus
from seawall.values.refusal import Refusal

ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Said:
    """What a person sends. ``message_id`` is the client's, so that sending it again is harmless.

    Without ``text``, ``parent_id`` names the message that is to be answered once more. With it, it is the answer that
    this follows: the conversation's leaf for None, nothing at all for ``AT_THE_ROOT``. The last three settle a new
    conversation, and no other.
    """

    account_id: str
    message_id: str
    text: str | None
    model: str
    conversation_id: str | None = None
    parent_id: str | None = None
    attachments: tuple[str, ...] = ()
    instructions: str = ""
    sampling: str = ""
    folder_id: str | None = None

    @property
    def settles(self) -> bool:
        """Whether it says how a new conversation is to be."""
        return bool(self.instructions or self.sampling or self.folder_id)


@dataclass(frozen=True, slots=True)
class Placed:
    """``history`` is the branch before what is asked; ``parent_id`` is what that follows."""

    change: BeginTurn
    history: tuple[MessageRow, ...]
    asked: Asked
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class Replay:
    """The message had arrived before, and its answer is done."""

    conversation: ConversationRow
    message_id: str
    parent_id: str | None
    answer: MessageRow


Found = tuple[ConversationRow, tuple[MessageRow, ...]]


def place(said: Said, found: Found | None, now_s: float) -> Placed | Replay | Refusal:
    """``found`` is the conversation that is meant, None where there is none."""
    if found is None:
        return _in_a_new_one(said, now_s)
    conversation, messages = found
    replay = _replay(said, conversation, messages)
    if replay is not None:
        return replay
    if said.settles:
        return SETTLED_ALREADY
    now = replace(conversation, model=said.model, updated_s=now_s)
    if said.text is None:
        return _once_more(said, now, messages)
    parent_id = _leaf(conversation, messages) if said.parent_id is None else said.parent_id
    path = path_to(messages, parent_id)
    if parent_id != AT_THE_ROOT and (not path or path[-1].speaker != "assistant"):
        return NO_SUCH_PARENT
    return _next(said, said.text, now, path, is_new=False)


def conversation_id_of(said: Said) -> str:
    """A new conversation's id follows from its first message's, so that sending that again finds it."""
    return said.conversation_id or _id_from(said.account_id, said.message_id)


def answer_id_of(account_id: str, message_id: str) -> str:
    """So does an answer's from what asked for it, so that asking again finds the same answer."""
    return _id_from(account_id, message_id, "answer")


def _in_a_new_one(said: Said, now_s: float) -> Placed | Refusal:
    if said.conversation_id is not None:
        return NO_SUCH_CONVERSATION
    if said.text is None:
        return NOTHING_TO_ANSWER
    if said.parent_id:
        return NO_SUCH_PARENT
    row = ConversationRow(
        conversation_id_of(said),
        said.account_id,
        title_of(said.text),
        said.model,
        created_s=now_s,
        updated_s=now_s,
        folder_id=said.folder_id,
        instructions=said.instructions,
        sampling=said.sampling,
    )
    return _next(said, said.text, row, (), is_new=True)


def _next(said: Said, text: str, row: ConversationRow, path: tuple[MessageRow, ...], *, is_new: bool) -> Placed:
    parent_id = path[-1].id if path else None
    message = MessageRow(said.message_id, row.id, 0, "user", text, row.updated_s, model=said.model, parent_id=parent_id)
    answer = _answer(said, row, said.message_id)
    carried = tuple((one, _id_from(said.account_id, said.message_id, one)) for one in said.attachments)
    change = BeginTurn(replace(row, leaf_id=answer.id), is_new, message, answer, carried)
    return Placed(change, path, Asked(message.id, text), parent_id)


def _once_more(said: Said, row: ConversationRow, messages: tuple[MessageRow, ...]) -> Placed | Refusal:
    if not said.parent_id:
        return NOTHING_TO_ANSWER
    path = path_to(messages, said.parent_id)
    if not path or path[-1].speaker != "user":
        return NO_SUCH_PARENT
    asked = path[-1]
    answer = _answer(said, row, asked.id)
    change = BeginTurn(replace(row, leaf_id=answer.id), is_new=False, message=None, answer=answer)
    return Placed(change, path[:-1], Asked(asked.id, asked.text), asked.parent_id)


def _answer(said: Said, row: ConversationRow, parent_id: str) -> MessageRow:
    return MessageRow(
        answer_id_of(said.account_id, said.message_id),
        row.id,
        1,
        "assistant",
        "",
        row.updated_s,
        MessageStatus.STREAMING,
        model=said.model,
        parent_id=parent_id,
    )


def _leaf(conversation: ConversationRow, messages: tuple[MessageRow, ...]) -> str:
    """The answer that is shown last. A branch may end in a question, as an imported one: then what is before it."""
    leaf = next((one for one in messages if one.id == conversation.leaf_id), messages[-1] if messages else None)
    if leaf is None:
        return AT_THE_ROOT
    return leaf.id if leaf.speaker == "assistant" else leaf.parent_id or AT_THE_ROOT


def _replay(said: Said, conversation: ConversationRow, messages: tuple[MessageRow, ...]) -> Replay | Refusal | None:
    answer_id = answer_id_of(said.account_id, said.message_id)
    answer = next((one for one in messages if one.id == answer_id), None) or answer_to(messages, said.message_id)
    if answer is None:
        return None
    if answer.status is MessageStatus.STREAMING:
        return BEING_ANSWERED
    asked = next((one for one in messages if one.id == answer.parent_id), None)
    return Replay(conversation, answer.parent_id or "", asked.parent_id if asked else None, answer)


def _id_from(*parts: str) -> str:
    return blake2b("\x00".join(parts).encode(), digest_size=ID_BYTES).hexdigest()
