"""What the web app is told of conversations and answers. Knows the JSON's shape; decides nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from seawall.conversations.conversations import Opened
from seawall.records.conversation_entries import AttachedRow, ConversationRow, MessageRow, MessageStatus
from seawall.web.api.usage import usage_fields


class ConversationView(BaseModel):
    """As it stands in a list."""

    id: str
    title: str
    model: str
    created_at: float
    updated_at: float
    pinned: bool
    archived: bool
    folder_id: str | None
    leaf_id: str

    @staticmethod
    def of(row: ConversationRow) -> ConversationView:
        return ConversationView(**_listed(row))


class SettledConversation(ConversationView):
    """With how its questions are asked."""

    instructions: str
    sampling: dict[str, Any]

    @staticmethod
    def of(row: ConversationRow) -> SettledConversation:
        sampling: dict[str, Any] = json.loads(row.sampling) if row.sampling else {}
        return SettledConversation(**_listed(row), instructions=row.instructions, sampling=sampling)


def _listed(row: ConversationRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "model": row.model,
        "created_at": row.created_s,
        "updated_at": row.updated_s,
        "pinned": row.pinned,
        "archived": row.archived_s is not None,
        "folder_id": row.folder_id,
        "leaf_id": row.leaf_id,
    }


class ConversationPage(BaseModel):
    conversations: list[ConversationView]
    next: str | None


class Timings(BaseModel):
    """Seconds since the question was sent; null where nothing is known."""

    first_token_s: float | None
    reasoning_s: float | None
    total_s: float | None
    tokens_per_s: float | None

    @staticmethod
    def of(row: MessageRow) -> Timings:
        total_s = None if row.finished_s is None else max(0.0, row.finished_s - row.created_s)
        return Timings(
            first_token_s=_rounded(row.first_token_s),
            reasoning_s=_rounded(row.reasoned_s),
            total_s=_rounded(total_s),
            tokens_per_s=_speed(row, total_s),
        )


def _speed(row: MessageRow, total_s: float | None) -> float | None:
    """Of the tokens after the first, as that one's time is the prompt's and the line's."""
    if total_s is None or row.first_token_s is None or row.usage.completion_tokens < 2:
        return None
    speaking_s = total_s - row.first_token_s
    return round((row.usage.completion_tokens - 1) / speaking_s, 2) if speaking_s > 0 else None


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


class AttachmentView(BaseModel):
    id: str
    name: str
    kind: str
    media_type: str
    size_bytes: int

    @staticmethod
    def of(row: AttachedRow) -> AttachmentView:
        return AttachmentView(
            id=row.id, name=row.name, kind=row.kind, media_type=row.media_type, size_bytes=row.size_bytes
        )


class MessageView(BaseModel):
    """``refusal`` is the code of why there is no answer, ``eased`` what a busy service took from the question."""

    id: str
    parent_id: str | None
    speaker: str
    text: str
    reasoning: str
    status: str
    created_at: float
    model: str
    finish: str
    refusal: str
    eased: list[str]
    usage: dict[str, Any] | None
    timings: Timings | None
    attachments: list[AttachmentView]

    @staticmethod
    def of(row: MessageRow, attached: list[AttachmentView] | None = None) -> MessageView:
        is_answer = row.speaker == "assistant"
        return MessageView(
            id=row.id,
            parent_id=row.parent_id,
            speaker=row.speaker,
            text=row.text,
            reasoning=row.reasoning,
            status=row.status.value,
            created_at=row.created_s,
            model=row.model,
            finish=row.finish,
            refusal=row.refusal,
            eased=json.loads(row.eased) if row.eased else [],
            usage=usage_fields(row.usage) if is_answer else None,
            timings=Timings.of(row) if is_answer else None,
            attachments=attached or [],
        )


class OpenedConversation(BaseModel):
    """``messages`` are those of all branches, oldest first."""

    conversation: SettledConversation
    messages: list[MessageView]

    @staticmethod
    def of(opened: Opened) -> OpenedConversation:
        attached: dict[str, list[AttachmentView]] = {}
        for row in opened.attached:
            attached.setdefault(row.message_id, []).append(AttachmentView.of(row))
        return OpenedConversation(
            conversation=SettledConversation.of(opened.conversation),
            messages=[MessageView.of(row, attached.get(row.id)) for row in opened.messages],
        )


def begun_fields(
    conversation: ConversationRow, message_id: str, parent_id: str | None, answer_id: str
) -> Mapping[str, Any]:
    """The acknowledgement: the question is kept. ``parent_id`` is what the message that is answered follows."""
    return {
        "conversation": SettledConversation.of(conversation).model_dump(),
        "message_id": message_id,
        "parent_id": parent_id,
        "answer_id": answer_id,
    }


def done_fields(answer: MessageRow, *, saved: bool) -> Mapping[str, Any]:
    """How an answer ended. One that nobody gives any more, and that is open all the same, was interrupted."""
    is_open = answer.status is MessageStatus.STREAMING
    return {
        "status": (MessageStatus.INTERRUPTED if is_open else answer.status).value,
        "finish": answer.finish or None,
        "saved": saved and not is_open,
        "usage": usage_fields(answer.usage),
        "timings": Timings.of(answer).model_dump(),
    }
