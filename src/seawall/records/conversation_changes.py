"""The changes by what is said, and by use. Knows their SQL; knows no accounts, commits or faults."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, case, func, insert, select, text, update

from seawall.records import conversation_entries, entries, search_index
from seawall.records.conversation_entries import MessageRow, MessageStatus
from seawall.records.port import RecordsConflict
from seawall.records.tables import ATTACHMENTS, CONVERSATIONS, FOLDERS, MESSAGES, KeptText, columns_of

_NEXT_POSITION = (
    select(func.coalesce(func.max(MESSAGES.c.position) + 1, 0))
    .where(MESSAGES.c.conversation_id == CONVERSATIONS.c.id)
    .scalar_subquery()
)
_OWNER_AND_POSITION = select(CONVERSATIONS.c.account_id, CONVERSATIONS.c.deleted_s, _NEXT_POSITION).where(
    CONVERSATIONS.c.id == bindparam("conversation_id")
)
_SPEAKER = select(MESSAGES.c.speaker).where(
    MESSAGES.c.id == bindparam("message_id"), MESSAGES.c.conversation_id == bindparam("conversation_id")
)
_SENDER_OF = (
    select(CONVERSATIONS.c.account_id)
    .join(MESSAGES, MESSAGES.c.conversation_id == CONVERSATIONS.c.id)
    .where(MESSAGES.c.id == bindparam("message_id"))
)
_FOLDER_OF = select(FOLDERS.c.id).where(FOLDERS.c.id == bindparam("folder"), FOLDERS.c.account_id == bindparam("owner"))
_ADD_CONVERSATION = insert(CONVERSATIONS)
_AT: BindParameter[float] = bindparam("at_s", type_=CONVERSATIONS.c.updated_s.type)
# An older turn does not set the last use back.
_LATER = case((CONVERSATIONS.c.updated_s < _AT, _AT), else_=CONVERSATIONS.c.updated_s)
_USED_AT = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.id == bindparam("conversation_key"))
    .values(updated_s=_LATER)
    .returning(CONVERSATIONS.c.account_id)
)
_NOW_AT = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.id == bindparam("conversation_key"))
    .values(leaf_id=bindparam("new_leaf"), model=bindparam("new_model"), updated_s=_LATER)
)
_ADD_MESSAGES = insert(MESSAGES)
_ATTACH = (
    update(ATTACHMENTS)
    .where(
        ATTACHMENTS.c.id == bindparam("attachment_id"),
        ATTACHMENTS.c.account_id == bindparam("owner"),
        ATTACHMENTS.c.message_id.is_(None),
    )
    .values(message_id=bindparam("carrier"))
)
_COPIED = [column for column in ATTACHMENTS.c if column.name not in ("id", "message_id")]
_ATTACH_A_COPY = (
    insert(ATTACHMENTS)
    .from_select(
        ["id", "message_id", *(column.name for column in _COPIED)],
        select(bindparam("copy_id", type_=KeptText), bindparam("carrier", type_=KeptText), *_COPIED).where(
            ATTACHMENTS.c.id == bindparam("attachment_id"), ATTACHMENTS.c.account_id == bindparam("owner")
        ),
    )
    .returning(ATTACHMENTS.c.id)
)
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
    finish=bindparam("new_finish"),
    refusal=bindparam("new_refusal"),
    eased=bindparam("new_eased"),
    first_token_s=bindparam("new_first_token_s"),
    reasoned_s=bindparam("new_reasoned_s"),
).returning(MESSAGES.c.conversation_id)
_OF_THE_END = ("finish", "refusal", "eased", "first_token_s", "reasoned_s")
_INTERRUPT = update(MESSAGES).where(_STILL_OPEN).values(status=MessageStatus.INTERRUPTED.value)
_OPEN = (
    select(CONVERSATIONS.c.account_id, MESSAGES.c.conversation_id, MESSAGES.c.id, MESSAGES.c.text)
    .join(CONVERSATIONS, CONVERSATIONS.c.id == MESSAGES.c.conversation_id)
    .where(_STILL_OPEN)
)

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
    conversation, answer = change.conversation, change.answer
    first = change.message or answer
    sender = connection.execute(_SENDER_OF, {"message_id": first.id}).scalar_one_or_none()
    if sender == conversation.account_id:
        return False
    if sender is not None:
        raise RecordsConflict("This message id is taken.", "message")
    position = _make_room(connection, change)
    _check_parent(connection, conversation.id, first)
    said = [] if change.message is None else [_message(change.message, conversation.id, position, first.created_s)]
    connection.execute(_ADD_MESSAGES, [*said, _message(answer, conversation.id, position + len(said), None)])
    connection.execute(
        _NOW_AT,
        {
            "conversation_key": conversation.id,
            "new_leaf": answer.id,
            "new_model": conversation.model,
            "at_s": conversation.updated_s,
        },
    )
    if change.message is not None:
        _attach(connection, change, change.message.id)
        search_index.index(connection, conversation.account_id, conversation.id, change.message.id, change.message.text)
    return True


def _make_room(connection: Connection, change: conversation_entries.BeginTurn) -> int:
    """Sees to it that the conversation is there; tells the next message's position."""
    conversation = change.conversation
    there = connection.execute(_OWNER_AND_POSITION, {"conversation_id": conversation.id}).first()
    if there is None and change.is_new:
        if conversation.folder_id is not None:
            check_folder(connection, conversation.account_id, conversation.folder_id)
        connection.execute(_ADD_CONVERSATION, columns_of(conversation))
        if change.message is None or not _begins_with(change.message.text, conversation.title):
            search_index.index(connection, conversation.account_id, conversation.id, "", conversation.title)
        return 0
    if there is None or there[0] != conversation.account_id or there[1] is not None:
        raise RecordsConflict("There is no such conversation.", "conversation")
    return there[2]


def _begins_with(said: str, title: str) -> bool:
    """A title made of the message's first words is found by the message already."""
    return " ".join(said[: 2 * len(title)].split()).startswith(title.rstrip("…"))


def check_folder(connection: Connection, account_id: str, folder_id: str) -> None:
    """Raises RecordsConflict("folder") where that account has no such folder."""
    if connection.execute(_FOLDER_OF, {"folder": folder_id, "owner": account_id}).first() is None:
        raise RecordsConflict("There is no such folder.", "folder")


def _check_parent(connection: Connection, conversation_id: str, first: MessageRow) -> None:
    """Speakers alternate along every branch, and an answer always has a question."""
    if first.parent_id is None and first.speaker == "user":
        return
    asked = {"message_id": first.parent_id, "conversation_id": conversation_id}
    speaker = connection.execute(_SPEAKER, asked).scalar_one_or_none()
    if speaker is None or speaker == first.speaker:
        raise RecordsConflict("What this follows is not in the conversation.", "parent")


def _attach(connection: Connection, change: conversation_entries.BeginTurn, carrier: str) -> None:
    for attachment_id, copy_id in change.attachments:
        asked = {"attachment_id": attachment_id, "owner": change.conversation.account_id, "carrier": carrier}
        if connection.execute(_ATTACH, asked).rowcount:
            continue
        if connection.execute(_ATTACH_A_COPY, {**asked, "copy_id": copy_id}).first() is None:
            raise RecordsConflict("There is no such attachment.", "attachments")


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
            **{f"new_{name}": getattr(change, name) for name in _OF_THE_END},
        },
    ).scalar_one_or_none()
    if conversation_id is None:
        return False
    used = {"conversation_key": conversation_id, "at_s": change.finished_s}
    account_id = connection.execute(_USED_AT, used).scalar_one()
    # At its end alone: an answer that grows is written twice a second, and each time whole.
    search_index.index(connection, account_id, conversation_id, change.answer_id, change.text)
    return True


def interrupt_open_answers(connection: Connection, change: conversation_entries.InterruptOpenAnswers) -> int:
    for said in connection.execute(_OPEN).all():
        search_index.index(connection, *said)
    return connection.execute(_INTERRUPT).rowcount


def add_usage(connection: Connection, change: entries.AddUsage) -> None:
    """In one order of keys everywhere, so that two processes that count cannot deadlock."""
    rows = sorted((columns_of(count) for count in change.counts), key=lambda row: str(row))
    if rows:
        connection.execute(_COUNT, rows)
