"""Branches, what messages carry, and how conversations are arranged, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert

from record_places import Place
from record_rows import NOW_S, a_conversation, a_turn, add_account, the_end_of
from seawall.records.conversation_entries import (
    AnswerById,
    AttachedIn,
    AttachedRow,
    BeginTurn,
    ConversationsOf,
    ConversationWithMessages,
    DeleteConversation,
    FinishAnswer,
    MessageRow,
    MessageStatus,
    RestoreConversation,
    SettleConversation,
    SweepDeleted,
)
from seawall.records.port import Records, RecordsConflict
from seawall.records.tables import ATTACHMENTS, FOLDERS
from seawall.values.piece import Usage

TIDES = ConversationWithMessages("account-ada", "conversation-tides")


@pytest.fixture(autouse=True)
async def accounts(records: Records) -> None:
    await records.write(add_account("ada"))
    await records.write(add_account("eve"))


def follow(number: int, parent_id: str | None) -> BeginTurn:
    turn = a_turn(number, is_new=False)
    assert turn.message is not None
    return replace(turn, message=replace(turn.message, parent_id=parent_id))


def once_more(parent_id: str, answer_id: str = "another-answer") -> BeginTurn:
    turn = a_turn(is_new=False)
    return replace(turn, message=None, answer=replace(turn.answer, id=answer_id, parent_id=parent_id))


def message_id(turn: BeginTurn) -> str:
    assert turn.message is not None
    return turn.message.id


async def messages(records: Records) -> tuple[MessageRow, ...]:
    found = await records.read(TIDES)
    assert found is not None
    return found[1]


async def leaf(records: Records) -> str:
    found = await records.read(TIDES)
    assert found is not None
    return found[0].leaf_id


async def listed(records: Records, **asked: object) -> list[str]:
    rows = await records.read(ConversationsOf("account-ada", **asked))  # pyright: ignore[reportArgumentType]
    return [row.id.removeprefix("conversation-") for row in rows]


def load(place: Place, *rows: object) -> None:
    """Rows of rooms that have no changes of their own yet."""
    with place.database().to_write() as connection, connection.begin():
        for row in rows:
            connection.execute(row)  # pyright: ignore[reportArgumentType, reportCallIssue]


def an_attachment(name: str, account: str = "ada") -> object:
    return insert(ATTACHMENTS).values(
        id=name,
        account_id=f"account-{account}",
        message_id=None,
        name=f"{name}.txt",
        kind="text",
        media_type="text/plain",
        size_bytes=4,
        text="tide",
        data=b"tide",
        created_s=NOW_S,
    )


def a_folder(name: str, account: str = "ada") -> object:
    return insert(FOLDERS).values(id=name, account_id=f"account-{account}", name=name, created_s=NOW_S)


async def test_every_turn_moves_the_leaf_and_keeps_what_it_follows(records: Records):
    first = a_turn()
    await records.write(first)
    assert await leaf(records) == first.answer.id
    second = follow(1, first.answer.id)
    await records.write(second)
    edited = follow(2, first.answer.id)
    await records.write(edited)

    assert await leaf(records) == edited.answer.id
    assert [(row.parent_id, row.position) for row in await messages(records)] == [
        (None, 0),
        (message_id(first), 1),
        (first.answer.id, 2),
        (message_id(second), 3),
        (first.answer.id, 4),
        (message_id(edited), 5),
    ]


async def test_one_more_answer_to_a_message_is_kept_beside_the_first(records: Records):
    first = a_turn()
    await records.write(first)
    again = once_more(message_id(first))

    assert await records.write(again)
    assert not await records.write(again)

    assert [(row.id, row.parent_id) for row in await messages(records)][1:] == [
        (first.answer.id, message_id(first)),
        ("another-answer", message_id(first)),
    ]
    assert await leaf(records) == "another-answer"


@pytest.mark.parametrize("parent", ["nobody", "message-ada-tides-0", "answer-ada-other-0"])
async def test_a_message_follows_an_answer_of_its_own_conversation(records: Records, parent: str):
    await records.write(a_turn())
    await records.write(a_turn(conversation="other"))

    with pytest.raises(RecordsConflict) as conflict:
        await records.write(follow(1, parent))

    assert conflict.value.field == "parent"
    assert len(await messages(records)) == 2


@pytest.mark.parametrize("parent", ["nobody", "answer-ada-tides-0", "message-ada-other-0"])
async def test_an_answer_is_given_to_a_message_of_its_own_conversation(records: Records, parent: str):
    await records.write(a_turn())
    await records.write(a_turn(conversation="other"))

    with pytest.raises(RecordsConflict) as conflict:
        await records.write(once_more(parent))

    assert conflict.value.field == "parent"
    assert len(await messages(records)) == 2


async def test_a_further_first_message_follows_nothing(records: Records):
    await records.write(a_turn())

    await records.write(follow(1, None))

    assert [row.parent_id for row in await messages(records)][2] is None


async def test_a_turn_is_remembered_with_its_model(records: Records):
    await records.write(a_turn())
    turn = follow(1, a_turn().answer.id)
    await records.write(replace(turn, conversation=replace(turn.conversation, model="larger")))

    assert [row.model for row in await records.read(ConversationsOf("account-ada"))] == ["larger"]


async def test_how_an_answer_ended_is_kept_whole(records: Records):
    turn = a_turn()
    await records.write(turn)
    end = FinishAnswer(
        turn.answer.id,
        "At",
        "It",
        MessageStatus.FAILED,
        Usage(1, 2),
        NOW_S,
        "length",
        "engine_failed",
        '["x"]',
        0.5,
        1.5,
    )

    await records.write(end)

    answer = await records.read(AnswerById("account-ada", turn.answer.id))
    assert answer is not None
    assert (answer.finish, answer.refusal, answer.eased) == ("length", "engine_failed", '["x"]')
    assert (answer.first_token_s, answer.reasoned_s, answer.finished_s) == (0.5, 1.5, NOW_S)


async def test_an_answer_is_found_by_its_owner_while_its_conversation_is_there(records: Records):
    turn = a_turn()
    await records.write(turn)

    assert await records.read(AnswerById("account-eve", turn.answer.id)) is None
    assert await records.read(AnswerById("account-ada", message_id(turn))) is None
    assert await records.read(AnswerById("account-ada", turn.answer.id)) is not None
    await records.write(DeleteConversation("account-ada", "conversation-tides", NOW_S))
    assert await records.read(AnswerById("account-ada", turn.answer.id)) is None


async def test_what_a_message_carries_is_bound_to_it(records: Records, place: Place):
    load(place, an_attachment("one"), an_attachment("two"))
    turn = replace(a_turn(), attachments=(("one", "copy-one"), ("two", "copy-two")))

    await records.write(turn)

    assert await records.read(AttachedIn("account-ada", "conversation-tides")) == tuple(
        AttachedRow(name, message_id(turn), f"{name}.txt", "text", "text/plain", 4) for name in ("one", "two")
    )
    assert await records.read(AttachedIn("account-eve", "conversation-tides")) == ()


async def test_an_edited_message_carries_copies_of_its_own(records: Records, place: Place):
    load(place, an_attachment("one"))
    first = replace(a_turn(), attachments=(("one", "never"),))
    await records.write(first)
    edited = replace(follow(1, None), attachments=(("one", "copy"),))

    await records.write(edited)

    carried = await records.read(AttachedIn("account-ada", "conversation-tides"))
    assert {(row.id, row.message_id) for row in carried} == {("one", message_id(first)), ("copy", message_id(edited))}


@pytest.mark.parametrize("name", ["gone", "hers"])
async def test_a_message_carries_nothing_that_is_gone_or_anothers(records: Records, place: Place, name: str):
    load(place, an_attachment("one"), an_attachment("hers", "eve"))

    with pytest.raises(RecordsConflict) as conflict:
        await records.write(replace(a_turn(), attachments=(("one", "a"), (name, "b"))))

    assert conflict.value.field == "attachments"
    assert await records.read(TIDES) is None
    assert await records.write(replace(a_turn(), attachments=(("one", "a"),)))  # It is still free.


async def test_a_conversation_keeps_what_is_settled_and_what_is_not(records: Records, place: Place):
    load(place, a_folder("sea"), a_folder("hers", "eve"))
    turn = a_turn()
    await records.write(turn)
    settle = SettleConversation("account-ada", "conversation-tides", at_s=NOW_S)
    settled = replace(
        settle,
        title="Tides",
        model="larger",
        pinned=True,
        archived=True,
        folder_id="sea",
        instructions="Be brief.",
        sampling='{"seed":1}',
        leaf_id=message_id(turn),
    )

    row = await records.write(settled)

    expected = replace(
        a_conversation(),
        title="Tides",
        model="larger",
        pinned=True,
        archived_s=NOW_S,
        folder_id="sea",
        instructions="Be brief.",
        sampling='{"seed":1}',
        leaf_id=message_id(turn),
    )
    assert row == expected
    assert await records.write(settle) == expected
    back = await records.write(replace(settle, pinned=False, archived=False, folder_id="", instructions=""))
    assert back == replace(expected, pinned=False, archived_s=None, folder_id=None, instructions="")


@pytest.mark.parametrize(("field", "value"), [("leaf_id", "answer-ada-other-0"), ("folder_id", "hers")])
async def test_nothing_of_elsewhere_is_settled(records: Records, place: Place, field: str, value: str):
    load(place, a_folder("hers", "eve"))
    await records.write(a_turn())
    await records.write(a_turn(conversation="other"))
    change = replace(SettleConversation("account-ada", "conversation-tides", title="New"), **{field: value})

    with pytest.raises(RecordsConflict) as conflict:
        await records.write(change)

    assert conflict.value.field == field.removesuffix("_id")
    assert [row.title for row in await records.read(ConversationsOf("account-ada"))] == ["On tides", "On other"]


async def test_a_new_conversation_is_put_into_a_folder_of_its_own_account(records: Records, place: Place):
    load(place, a_folder("sea"), a_folder("hers", "eve"))
    turn = a_turn()

    with pytest.raises(RecordsConflict):
        await records.write(replace(turn, conversation=replace(turn.conversation, folder_id="hers")))
    await records.write(replace(turn, conversation=replace(turn.conversation, folder_id="sea")))
    await records.write(a_turn(conversation="other"))

    assert await listed(records, folder_id="sea") == ["tides"]


async def test_the_list_has_pinned_ones_first_and_archived_ones_apart(records: Records):
    for number, name in enumerate(("a", "b", "c", "d")):
        await records.write(a_turn(conversation=name, at_s=NOW_S + number))
    await records.write(SettleConversation("account-ada", "conversation-a", pinned=True))
    await records.write(SettleConversation("account-ada", "conversation-c", archived=True, at_s=NOW_S))

    assert await listed(records) == ["a", "d", "b"]
    assert await listed(records, archived=True) == ["c"]
    assert await listed(records, before=(True, NOW_S, "conversation-a")) == ["d", "b"]


async def test_what_is_deleted_can_be_had_back_and_is_nowhere_until_then(records: Records):
    await records.write(a_turn())
    await records.write(the_end_of(a_turn()))
    delete = DeleteConversation("account-ada", "conversation-tides", NOW_S)
    assert await records.write(RestoreConversation("account-ada", "conversation-tides")) is None

    assert await records.write(delete)

    assert await listed(records) == []
    assert await records.write(SettleConversation("account-ada", "conversation-tides", title="x")) is None
    assert await records.write(RestoreConversation("account-eve", "conversation-tides")) is None
    row = await records.write(RestoreConversation("account-ada", "conversation-tides"))
    assert row is not None
    assert (row.deleted_s, len(await messages(records))) == (None, 2)


async def test_the_sweep_removes_for_good_what_was_deleted_long_ago(records: Records):
    for number in range(3):
        await records.write(a_turn(conversation=f"{number}"))
        await records.write(DeleteConversation("account-ada", f"conversation-{number}", NOW_S + number))
    await records.write(a_turn())

    assert await records.write(SweepDeleted(NOW_S + 2, 1)) == 1
    assert await records.write(SweepDeleted(NOW_S + 2, 9)) == 1
    assert await records.write(SweepDeleted(NOW_S + 2, 9)) == 0

    assert await records.write(RestoreConversation("account-ada", "conversation-0")) is None
    assert await records.write(RestoreConversation("account-ada", "conversation-2")) is not None
    assert await records.write(a_turn(conversation="0"))  # Its message ids are free again: nothing was left behind.
    assert len(await messages(records)) == 2
