"""Conversations, answers and counts of use on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from record_rows import NOW_S, a_conversation, a_count, a_turn, add_account, the_end_of
from seawall.records.conversation_entries import (
    BeginTurn,
    ConversationsOf,
    ConversationWithMessages,
    DeleteConversation,
    FinishAnswer,
    GrowAnswer,
    InterruptOpenAnswers,
    MessageRow,
    MessageStatus,
    SettleConversation,
)
from seawall.records.entries import AddUsage, UsageOf
from seawall.records.port import Records, RecordsConflict
from seawall.values.piece import Usage

TIDES = ConversationWithMessages("account-ada", "conversation-tides")


@pytest.fixture(autouse=True)
async def accounts(records: Records) -> None:
    await records.write(add_account("ada"))
    await records.write(add_account("eve"))


async def messages(records: Records, query: ConversationWithMessages = TIDES) -> tuple[MessageRow, ...]:
    found = await records.read(query)
    assert found is not None
    return found[1]


async def test_a_turn_keeps_the_message_and_an_open_answer(records: Records):
    turn = a_turn()
    assert turn.message

    assert await records.write(turn)

    assert await records.read(TIDES) == (
        replace(a_conversation(), leaf_id=turn.answer.id),
        (replace(turn.message, position=0, finished_s=turn.message.created_s), replace(turn.answer, position=1)),
    )


async def test_positions_go_on_from_turn_to_turn(records: Records):
    for number in range(3):
        await records.write(a_turn(number))

    assert [row.position for row in await messages(records)] == [0, 1, 2, 3, 4, 5]
    assert [row.speaker for row in await messages(records)] == ["user", "assistant"] * 3


async def test_replaying_a_turn_changes_nothing(records: Records):
    await records.write(a_turn())
    await records.write(the_end_of(a_turn()))
    before = await records.read(TIDES)

    assert not await records.write(a_turn())
    assert not await records.write(a_turn(is_new=False, at_s=NOW_S + 100))

    assert await records.read(TIDES) == before


async def test_a_replay_that_names_a_new_conversation_makes_none(records: Records):
    await records.write(a_turn())

    assert not await records.write(replace(a_turn(), conversation=a_conversation("other")))

    assert [row.id for row in await records.read(ConversationsOf("account-ada"))] == ["conversation-tides"]


async def test_another_accounts_message_id_is_a_conflict_and_no_replay(records: Records):
    await records.write(a_turn())
    his, hers = a_turn().message, a_turn(conversation="plot", account="eve")
    assert his
    assert hers.message
    stolen = replace(hers, message=replace(hers.message, id=his.id))

    with pytest.raises(RecordsConflict) as conflict:
        await records.write(stolen)

    assert conflict.value.field == "message"
    assert await records.read(ConversationsOf("account-eve")) == ()


@pytest.mark.parametrize("is_new", [True, False])
async def test_nobody_writes_into_another_accounts_conversation(records: Records, is_new: bool):
    await records.write(a_turn())
    intruder = a_turn(1, account="eve", is_new=is_new)

    with pytest.raises(RecordsConflict) as conflict:
        await records.write(intruder)

    assert conflict.value.field == "conversation"
    assert len(await messages(records)) == 2


async def test_a_turn_in_a_deleted_conversation_is_a_conflict(records: Records):
    await records.write(a_turn())
    await records.write(DeleteConversation("account-ada", "conversation-tides", NOW_S))

    with pytest.raises(RecordsConflict) as conflict:
        await records.write(a_turn(1))

    assert conflict.value.field == "conversation"


async def test_an_answer_grows_and_is_finished(records: Records):
    turn = a_turn()
    await records.write(turn)
    await records.write(GrowAnswer(turn.answer.id, "At", "It is"))
    grown = (await messages(records))[1]
    assert (grown.text, grown.reasoning, grown.status) == ("At", "It is", MessageStatus.STREAMING)

    assert await records.write(the_end_of(turn))

    done = (await messages(records))[1]
    assert (done.text, done.reasoning, done.status) == ("At noon.", "It is spring.", MessageStatus.COMPLETE)
    assert done.usage == Usage(12, 34, 5, 6)


async def test_a_finished_answer_grows_no_more(records: Records):
    turn = a_turn()
    await records.write(turn)
    await records.write(the_end_of(turn))

    await records.write(GrowAnswer(turn.answer.id, "late"))

    assert (await messages(records))[1].text == "At noon."


async def test_growing_or_finishing_a_deleted_answer_is_harmless(records: Records):
    turn = a_turn()
    await records.write(turn)
    assert await records.write(DeleteConversation("account-ada", "conversation-tides", NOW_S))

    await records.write(GrowAnswer(turn.answer.id, "late"))
    assert await records.write(the_end_of(turn))

    assert await records.read(TIDES) is None


async def test_what_a_dead_server_left_open_is_marked_interrupted_with_its_text(records: Records):
    await records.write(a_turn())
    await records.write(GrowAnswer(a_turn().answer.id, "At no"))
    await records.write(a_turn(1))
    await records.write(the_end_of(a_turn(1)))

    assert await records.write(InterruptOpenAnswers()) == 1
    assert await records.write(InterruptOpenAnswers()) == 0

    left = (await messages(records))[1]
    assert (left.text, left.status) == ("At no", MessageStatus.INTERRUPTED)
    assert (await messages(records))[3].status is MessageStatus.COMPLETE


@pytest.mark.parametrize("status", [MessageStatus.STOPPED, MessageStatus.FAILED])
async def test_an_answer_keeps_how_it_ended(records: Records, status: MessageStatus):
    await records.write(a_turn())

    await records.write(FinishAnswer(a_turn().answer.id, "At", "", status, Usage(), NOW_S))

    assert (await messages(records))[1].status is status


async def test_a_conversation_is_renamed_by_its_owner_alone(records: Records):
    await records.write(a_turn())

    assert await records.write(SettleConversation("account-eve", "conversation-tides", title="Mine")) is None
    renamed = await records.write(SettleConversation("account-ada", "conversation-tides", title="High water 🌊"))

    assert renamed == replace(a_conversation(), title="High water 🌊", leaf_id=a_turn().answer.id)

    found = await records.read(ConversationsOf("account-ada"))
    assert [row.title for row in found] == ["High water 🌊"]


async def test_a_conversation_is_deleted_by_its_owner_alone(records: Records):
    await records.write(a_turn())

    assert not await records.write(DeleteConversation("account-eve", "conversation-tides", NOW_S))
    assert len(await messages(records)) == 2
    assert await records.write(DeleteConversation("account-ada", "conversation-tides", NOW_S))
    assert not await records.write(DeleteConversation("account-ada", "conversation-tides", NOW_S))

    assert await records.read(TIDES) is None


async def test_nobody_reads_another_accounts_conversation(records: Records):
    await records.write(a_turn())

    assert await records.read(ConversationWithMessages("account-eve", "conversation-tides")) is None
    assert await records.read(ConversationsOf("account-eve")) == ()


async def test_conversations_are_listed_by_last_use(records: Records):
    for number, name in enumerate(("a", "b", "c")):
        await records.write(a_turn(conversation=name, at_s=NOW_S + number))
    await records.write(a_turn(1, conversation="a", at_s=NOW_S + 10))
    await records.write(the_end_of(a_turn(0, conversation="b"), at_s=NOW_S + 20))

    found = await records.read(ConversationsOf("account-ada"))

    assert [row.id[-1] for row in found] == ["b", "a", "c"]
    assert found[0].updated_s == NOW_S + 20


async def test_an_older_turn_does_not_set_the_last_use_back(records: Records):
    await records.write(a_turn(at_s=NOW_S))
    await records.write(a_turn(1, at_s=NOW_S - 50))

    assert (await records.read(ConversationsOf("account-ada")))[0].updated_s == NOW_S


async def test_pages_of_conversations_meet_without_gap_or_overlap(records: Records):
    # Several share a moment: the id decides between them.
    for number in range(7):
        await records.write(a_turn(conversation=f"{number}", at_s=NOW_S + number // 3))
    whole = await records.read(ConversationsOf("account-ada"))

    pages: list[str] = []
    before: tuple[bool, float, str] | None = None
    while page := list(await records.read(ConversationsOf("account-ada", limit=2, before=before))):
        assert len(page) <= 2
        pages += [row.id for row in page]
        before = (page[-1].pinned, page[-1].updated_s, page[-1].id)

    assert pages == [row.id for row in whole]
    assert len(set(pages)) == 7


async def test_long_text_of_every_script_comes_back_unchanged(records: Records):
    text = "naïve 漢字 🌊\r\n\t\x01 'quoted' \"and\" %s :named \\ " * 2500

    await records.write(a_turn(text=text))

    assert (await messages(records))[0].text == text


@pytest.mark.parametrize("stray", ["a\0b", "half \ud83c of a pair"])
async def test_text_that_no_database_holds_fails_alone_with_a_sentence(records: Records, stray: str):
    with pytest.raises(RecordsConflict, match="NUL character") as conflict:
        await records.write(a_turn(text=stray))

    assert conflict.value.field == "text"
    assert await records.read(TIDES) is None  # Not even the conversation was made.
    assert await records.write(a_turn())


async def test_use_is_added_up_by_account_key_model_and_day(records: Records):
    await records.write(AddUsage((a_count(), a_count(key_id="key-1", requests=5))))
    await records.write(AddUsage((a_count(requests=2), a_count("2026-11-23"), a_count(account="eve"))))
    await records.write(AddUsage(()))

    found = await records.read(UsageOf("account-ada", "2026-11-22"))

    assert found == (
        replace(a_count(requests=3), prompt_tokens=20, cached_tokens=8, completion_tokens=40),
        a_count(key_id="key-1", requests=5),
        a_count("2026-11-23"),
    )
    assert await records.read(UsageOf("account-ada", "2026-11-23")) == (a_count("2026-11-23"),)


async def test_counts_beyond_32_bits_are_kept(records: Records):
    many = replace(a_count(), completion_tokens=2**40)

    await records.write(AddUsage((many,)))

    assert await records.read(UsageOf("account-ada", "")) == (many,)


async def test_a_turn_whose_answer_id_is_taken_leaves_nothing_behind(records: Records):
    await records.write(a_turn())
    clash: BeginTurn = replace(a_turn(1), answer=a_turn().answer)

    with pytest.raises(RecordsConflict):
        await records.write(clash)

    assert len(await messages(records)) == 2
