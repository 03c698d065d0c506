"""Conversations: paged, opened, renamed, deleted, and nobody else's."""

from __future__ import annotations

import pytest

from seawall.conversations.conversations import Conversations, Opened, Page, Prepared
from seawall.conversations.placing import Said
from seawall.records.conversation_entries import ConversationRow, SettleConversation
from seawall.values.piece import Outcome, Piece, Usage
from seawall.values.refusal import Reason, Refusal
from settable_clock import SettableClock

ADA, EVE = "account-ada", "account-eve"


async def talk(
    conversations: Conversations, message_id: str, text: str = "Hello there", within: str | None = None
) -> str:
    """A whole turn; tells the conversation's id."""
    prepared = await conversations.prepare(Said(ADA, message_id, text, "m", within))
    assert isinstance(prepared, Prepared)
    assert await prepared.turn.begin() is None
    prepared.turn.grow(Piece(b"", text="Good day."))
    await prepared.turn.end(Outcome.COMPLETE, Usage(3, 4), "stop")
    return prepared.turn.conversation.id


def reason(result: object) -> Reason | None:
    return result.reason if isinstance(result, Refusal) else None


async def test_a_first_message_makes_a_conversation_named_after_it(conversations: Conversations) -> None:
    conversation_id = await talk(conversations, "message-1", "  What is\nthe tide?  ")
    opened = await conversations.open(ADA, conversation_id)
    assert isinstance(opened, Opened)
    assert opened.conversation.title == "What is the tide?"
    assert [(message.speaker, message.text) for message in opened.messages] == [
        ("user", "  What is\nthe tide?  "),
        ("assistant", "Good day."),
    ]


async def test_pages_follow_each_other_without_gap_or_double(
    conversations: Conversations, clock: SettableClock
) -> None:
    made: list[str] = []
    for number in range(7):
        clock.advance(0.1)
        made.append(await talk(conversations, f"message-{number}"))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await conversations.page(ADA, 3, cursor)
        assert isinstance(page, Page)
        seen += [row.id for row in page.conversations]
        cursor = page.next
        if cursor is None:
            break
    assert seen == made[::-1]


async def test_a_new_message_brings_a_conversation_to_the_top(
    conversations: Conversations, clock: SettableClock
) -> None:
    older = await talk(conversations, "message-1")
    clock.advance(1)
    await talk(conversations, "message-2")
    clock.advance(1)
    await talk(conversations, "message-3", within=older)
    page = await conversations.page(ADA, 10)
    assert isinstance(page, Page)
    assert page.conversations[0].id == older


@pytest.mark.parametrize(
    "cursor", ["", "nonsense", "0~1.5", "0~1.5~", "1.5~y", "2~1.5~y", "0~x~y", "0~nan~y", "0~1~\0"]
)
async def test_a_cursor_that_is_none_is_told(conversations: Conversations, cursor: str) -> None:
    refusal = await conversations.page(ADA, 10, cursor)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.param) == (Reason.INVALID_REQUEST, "before")


async def test_a_conversation_is_renamed_and_deleted(conversations: Conversations) -> None:
    conversation_id = await talk(conversations, "message-1")
    renamed = await conversations.settle(SettleConversation(ADA, conversation_id, title="  On   tides "))
    assert isinstance(renamed, ConversationRow)
    assert renamed.title == "On tides"
    empty = SettleConversation(ADA, conversation_id, title=" \n ")
    assert reason(await conversations.settle(empty)) is Reason.INVALID_REQUEST
    assert await conversations.delete(ADA, conversation_id) is None
    assert reason(await conversations.open(ADA, conversation_id)) is Reason.NOT_FOUND
    assert reason(await conversations.delete(ADA, conversation_id)) is Reason.NOT_FOUND


async def test_anothers_conversation_is_as_if_it_were_not_there(conversations: Conversations) -> None:
    conversation_id = await talk(conversations, "message-1")
    said = Said(EVE, "message-2", "Let me in", "m", conversation_id)
    results = [
        await conversations.open(EVE, conversation_id),
        await conversations.settle(SettleConversation(EVE, conversation_id, title="Mine")),
        await conversations.delete(EVE, conversation_id),
        await conversations.prepare(said),
    ]
    assert [reason(result) for result in results] == [Reason.NOT_FOUND] * 4
    opened = await conversations.open(ADA, conversation_id)
    assert isinstance(opened, Opened)
    assert opened.conversation.title == "Hello there"


async def test_the_model_is_shown_what_was_said_before(conversations: Conversations) -> None:
    conversation_id = await talk(conversations, "message-1", "One")
    prepared = await conversations.prepare(Said(ADA, "message-2", "Two", "m", conversation_id))
    assert isinstance(prepared, Prepared)
    assert prepared.prompt(None) == [
        {"role": "user", "content": "One"},
        {"role": "assistant", "content": "Good day."},
        {"role": "user", "content": "Two"},
    ]
