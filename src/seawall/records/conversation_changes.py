"""The changes to conversations, answers and use. Knows their SQL; knows no accounts, commits or faults."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from seawall.records import conversation_entries, entries
from seawall.records.conversation_entries import MessageRow, MessageStatus
from seawall.records.port import RecordsConflict
from seawall.records.tables import CONVERSATIONS, MESSAGES, columns_of

_NEXT_POSITION = (
    select(func.coalesce(func.max(MESSAGES.c.position) + 1, 0))
    .where(MESSAGES.c.conversation_id == CONVERSATIONS.c.id)
    .scalar_subquery()
)
_OWNER_AND_POSITION = select(CONVERSATIONS.c.account_id, _NEXT_POSITION).where(
    CONVERSATIONS.c.id == bindparam("conversation_id")
)
_SENDER_OF = (
    select(CONVERSATIONS.c.account_id)
    .join(MESSAGES, MESSAGES.c.conversation_id == CONVERSATIONS.c.id)
    .where(MESSAGES.c.id == bindparam("message_id"))
)
_ADD_CONVERSATION = insert(CONVERSATIONS)
_USED_AT = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.id == bindparam("conversation_key"), CONVERSATIONS.c.updated_s < bindparam("at_s"))
    .values(updated_s=bindparam("at_s"))
)
_ADD_MESSAGES = insert(MESSAGES)
_THE_MESSAGE = update(MESSAGES).where(MESSAGES.c.id == bindparam("answer_id"))
_STILL_OPEN = MESSAGES.c.status == text("'streaming'")  # A literal, so that the index of open answers applies.
_GROW = _THE_MESSAGE.where(_STILL_OPEN).values(text=bindparam("new_text"), reasoning=bindparam("new_reasoning"))
_FINISH = _THE_MESSAGE.values(
    text=bindparam("new_text"),
    reasoning=bindparam("new_reasoning"),
    status=bindparam("new_status"),
    finished_s=bindparam("at_s"),
    prompt_tokens=bindparam("new_prompt_tokens"),
    completion_tokens=bindparam("new_completion_tokens"),
    cached_tokens=bindparam("new_cached_tokens"),
    reasoning_tokens=bindparam("new_reasoning_tokens"),
).returning(MESSAGES.c.conversation_id)
_INTERRUPT = update(MESSAGES).where(_STILL_OPEN).values(status=MessageStatus.INTERRUPTED.value)
_OWNED = (CONVERSATIONS.c.id == bindparam("conversation_key"), CONVERSATIONS.c.account_id == bindparam("owner"))
_RENAME = update(CONVERSATIONS).where(*_OWNED).values(title=bindparam("new_title"))
_DELETE = delete(CONVERSATIONS).where(*_OWNED)

# The same words in both databases, which SQLAlchemy has only under two names.
_COUNT = text(
    "INSERT INTO usage_counts (account_id, key_id, model, day, requests, prompt_tokens, cached_tokens,"
    " completion_tokens, engine_ms) VALUES (:account_id, :key_id, :model, :day, :requests, :prompt_tokens,"
    " :cached_tokens, :completion_tokens, :engine_ms) ON CONFLICT (account_id, key_id, model, day) DO UPDATE SET"
    " requests = usage_counts.requests + excluded.requests,"
    " prompt_tokens = usage_counts.prompt_tokens + excluded.prompt_tokens,"
    " cached_tokens = usage_counts.cached_tokens + excluded.cached_tokens,"
    " completion_tokens = usage_counts.completion_tokens + excluded.completion_tokens,"
    " engine_ms = usage_counts.engine_ms + excluded.engine_ms"
)


def begin_turn(connection: Connection, change: conversation_entries.BeginTurn) -> bool:
    """Message ids are made by clients: one that is in use by another account is a conflict, never a replay."""
    conversation, message = change.conversation, change.message
    sender = connection.execute(_SENDER_OF, {"message_id": message.id}).scalar_one_or_none()
    if sender == conversation.account_id:
        return False
    if sender is not None:
        raise RecordsConflict("This message id is taken.", "message")
    there = connection.execute(_OWNER_AND_POSITION, {"conversation_id": conversation.id}).first()
    owner, position = there or (None, 0)
    if owner is None and change.is_new:
        connection.execute(_ADD_CONVERSATION, columns_of(conversation))
    elif owner != conversation.account_id:
        raise RecordsConflict("There is no such conversation.", "conversation")
    else:
        connection.execute(_USED_AT, {"conversation_key": conversation.id, "at_s": conversation.updated_s})
    connection.execute(
        _ADD_MESSAGES,
        [
            _message(message, conversation.id, position, message.created_s),
            _message(change.answer, conversation.id, position + 1, None),
        ],
    )
    return True


def _message(row: MessageRow, conversation_id: str, position: int, finished_s: float | None) -> dict[str, Any]:
    values = columns_of(row)
    usage = columns_of(values.pop("usage"))
    return (
        values
        | usage
        | {
            "conversation_id": conversation_id,
            "position": position,
            "status": row.status.value,
            "finished_s": finished_s,
        }
    )


def grow_answer(connection: Connection, change: conversation_entries.GrowAnswer) -> None:
    connection.execute(
        _GROW, {"answer_id": change.answer_id, "new_text": change.text, "new_reasoning": change.reasoning}
    )


def finish_answer(connection: Connection, change: conversation_entries.FinishAnswer) -> bool:
    conversation_id = connection.execute(
        _FINISH,
        {
            "answer_id": change.answer_id,
            "new_text": change.text,
            "new_reasoning": change.reasoning,
            "new_status": change.status.value,
            "at_s": change.finished_s,
            **{f"new_{name}": count for name, count in columns_of(change.usage).items()},
        },
    ).scalar_one_or_none()
    if conversation_id is None:
        return False
    connection.execute(_USED_AT, {"conversation_key": conversation_id, "at_s": change.finished_s})
    return True


def interrupt_open_answers(connection: Connection, change: conversation_entries.InterruptOpenAnswers) -> int:
    return connection.execute(_INTERRUPT).rowcount


def rename_conversation(connection: Connection, change: conversation_entries.RenameConversation) -> bool:
    told = connection.execute(
        _RENAME,
        {
            "conversation_key": change.conversation_id,
            "owner": change.account_id,
            "new_title": change.title,
        },
    )
    return told.rowcount > 0


def delete_conversation(connection: Connection, change: conversation_entries.DeleteConversation) -> bool:
    """Its messages go with it, by their foreign key."""
    told = connection.execute(_DELETE, {"conversation_key": change.conversation_id, "owner": change.account_id})
    return told.rowcount > 0


def add_usage(connection: Connection, change: entries.AddUsage) -> None:
    """In one order of keys everywhere, so that two processes that count cannot deadlock."""
    rows = sorted((columns_of(count) for count in change.counts), key=lambda row: str(row))
    if rows:
        connection.execute(_COUNT, rows)
