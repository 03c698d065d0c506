"""Attached files, and conversations from elsewhere, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from record_rows import NOW_S, a_conversation, a_file, a_turn, add_account
from seawall.records.attachment_entries import (
    AddAttachment,
    AttachmentById,
    DropAttachment,
    FilesShown,
    Stored,
    StoredBy,
    SweepPending,
)
from seawall.records.conversation_entries import ConversationsOf, ConversationWithMessages, DeleteConversation
from seawall.records.import_entries import (
    ConversationsThere,
    DropStaged,
    ShowStaged,
    StageAttachment,
    StageConversation,
    StageMessages,
)
from seawall.records.port import Records, RecordsConflict

ADA = "account-ada"
TIDES = a_file()


@pytest.fixture(autouse=True)
async def accounts(records: Records) -> None:
    await records.write(add_account("ada"))
    await records.write(add_account("eve"))


def add(name: str, *, account: str = "ada", data: bytes = b"12345", at_s: float = NOW_S) -> AddAttachment:
    return AddAttachment(a_file(name, account, data, at_s=at_s), most_bytes=20, most_pending=3)


async def test_a_file_comes_back_byte_for_byte_to_its_owner_alone(records: Records):
    file = a_file(data=bytes(range(256)))
    await records.write(AddAttachment(file, 1000, 3))

    assert await records.read(AttachmentById(ADA, file.id)) == file
    assert await records.read(AttachmentById("account-eve", file.id)) is None


async def test_an_account_has_room_for_so_many_bytes_and_so_many_waiting_files(records: Records):
    with pytest.raises(RecordsConflict) as too_large:
        await records.write(add("large", data=b"x" * 21))
    assert too_large.value.field == "room"

    for name in ("a", "b", "c"):
        await records.write(add(name))
    with pytest.raises(RecordsConflict) as too_many:
        await records.write(add("d"))

    assert too_many.value.field == "pending"
    assert await records.read(StoredBy(ADA)) == Stored(15, 3)
    await records.write(add("a", account="eve", data=b"x" * 20))  # Somebody else's room is somebody else's.


async def test_files_that_come_together_do_not_pass_the_bound_together(records: Records):
    told = await asyncio.gather(*(records.write(add(f"{n}")) for n in range(8)), return_exceptions=True)

    assert sum(isinstance(one, RecordsConflict) for one in told) == 5
    assert (await records.read(StoredBy(ADA))).pending == 3


async def test_a_file_that_a_message_carries_is_not_dropped(records: Records):
    await records.write(AddAttachment(TIDES, 1000, 3))
    await records.write(replace(a_turn(), attachments=((TIDES.id, "copy"),)))

    assert not await records.write(DropAttachment(ADA, TIDES.id))
    assert (await records.read(StoredBy(ADA))).pending == 0


async def test_a_waiting_file_is_dropped_by_its_owner_alone(records: Records):
    await records.write(add("a"))

    assert not await records.write(DropAttachment("account-eve", "file-ada-a"))
    assert await records.write(DropAttachment(ADA, "file-ada-a"))
    assert await records.read(AttachmentById(ADA, "file-ada-a")) is None


async def test_what_no_message_ever_carried_is_swept_a_few_at_a_time(records: Records):
    for name, at_s in (("old", 1.0), ("older", 0.5), ("new", 100.0)):
        await records.write(add(name, at_s=at_s))

    assert [await records.write(SweepPending(50.0, 1)) for _ in range(3)] == [1, 1, 0]
    assert await records.read(AttachmentById(ADA, "file-ada-new")) is not None


async def test_what_messages_carry_is_read_with_them(records: Records):
    picture = replace(a_file("p"), kind="image", media_type="image/png", text="", data=b"\x89PNG", size_bytes=4)
    for file in (TIDES, picture, a_file("beside")):
        await records.write(AddAttachment(file, 1000, 5))
    turn = replace(a_turn(), attachments=((TIDES.id, "1"), (picture.id, "2")))
    await records.write(turn)
    assert turn.message is not None

    shown = await records.read(FilesShown(ADA, (turn.message.id,), ("file-ada-beside",), most_chars=4))

    by_id = {file.id: file for file in shown}
    assert set(by_id) == {TIDES.id, picture.id, "file-ada-beside"}
    assert (by_id[TIDES.id].text, by_id[TIDES.id].text_chars) == ("High", len("High at noon."))
    assert by_id[picture.id].media_type == "image/png"
    assert await records.read(FilesShown("account-eve", (turn.message.id,), (TIDES.id,))) == ()


async def test_files_go_out_of_sight_with_their_conversation(records: Records):
    await records.write(AddAttachment(TIDES, 1000, 3))
    await records.write(replace(a_turn(), attachments=((TIDES.id, "copy"),)))

    await records.write(DeleteConversation(ADA, "conversation-tides", NOW_S))

    assert await records.read(AttachmentById(ADA, TIDES.id)) is None


# Conversations from elsewhere.


def staged(name: str = "tides", account: str = "ada") -> StageConversation:
    turn = a_turn(conversation=name, account=account)
    assert turn.message is not None
    row = replace(a_conversation(name, account), deleted_s=NOW_S, leaf_id=turn.answer.id)
    return StageConversation(row, (replace(turn.message, position=0),))


def rest(name: str = "tides") -> StageMessages:
    return StageMessages((replace(a_turn(conversation=name).answer, position=1, text="At noon."),))


async def test_what_is_staged_shows_all_at_once(records: Records):
    names = ("tides", "moons")
    for name in names:
        await records.write(staged(name))
        await records.write(rest(name))
    await records.write(StageAttachment(replace(TIDES, message_id="message-ada-tides-0"), 1000))
    ids = tuple(f"conversation-{name}" for name in names)
    assert await records.read(ConversationsOf(ADA)) == ()
    assert await records.read(ConversationsThere(ADA, ids)) == frozenset()

    assert await records.write(ShowStaged(ADA, ids)) == 2

    assert {row.id for row in await records.read(ConversationsOf(ADA))} == set(ids)
    assert await records.read(ConversationsThere(ADA, (*ids, "other"))) == frozenset(ids)
    found = await records.read(ConversationWithMessages(ADA, ids[0]))
    assert found is not None
    assert [row.text for row in found[1]] == ["When is high tide?", "At noon."]
    assert await records.read(AttachmentById(ADA, TIDES.id)) is not None


async def test_staging_again_replaces_what_a_crash_left(records: Records):
    await records.write(staged())
    await records.write(rest())

    await records.write(staged())
    await records.write(ShowStaged(ADA, ("conversation-tides",)))

    found = await records.read(ConversationWithMessages(ADA, "conversation-tides"))
    assert found is not None
    assert len(found[1]) == 1


async def test_nothing_is_staged_in_the_place_of_a_conversation_that_is_there(records: Records):
    await records.write(a_turn())

    with pytest.raises(RecordsConflict) as there:
        await records.write(staged())

    assert there.value.field == "conversation"


async def test_nobody_stages_in_the_place_of_anothers(records: Records):
    await records.write(a_turn())
    await records.write(DeleteConversation(ADA, "conversation-tides", NOW_S))
    strange = staged()

    with pytest.raises(RecordsConflict):
        await records.write(replace(strange, conversation=replace(strange.conversation, account_id="account-eve")))


async def test_what_did_not_come_to_be_is_dropped_and_nothing_else(records: Records):
    await records.write(a_turn())
    await records.write(staged("moons"))

    await records.write(DropStaged(ADA, ("conversation-moons", "conversation-tides")))

    assert await records.write(ShowStaged(ADA, ("conversation-moons",))) == 0
    assert await records.read(ConversationWithMessages(ADA, "conversation-tides")) is not None


async def test_a_staged_file_has_to_find_room(records: Records):
    await records.write(staged())

    with pytest.raises(RecordsConflict) as full:
        await records.write(StageAttachment(replace(TIDES, message_id="message-ada-tides-0"), 3))

    assert full.value.field == "room"
