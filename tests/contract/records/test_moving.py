"""All that an account has goes out as one file and comes in for another, on either database: equal, and once."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from pdf_files import pdf
from picture_files import png
from record_rows import NOW_S, a_conversation, a_turn, add_account
from seawall.conversations.archiving import Archiving
from seawall.conversations.conversations import Opened
from seawall.conversations.events import AccountEvents
from seawall.conversations.exporting import as_json
from seawall.conversations.file_reading import FileReading, ReadingLimits
from seawall.conversations.import_report import Report
from seawall.conversations.importing import Importing, ImportLimits, Progress
from seawall.records.attachment_entries import AddAttachment, AttachmentById, AttachmentRow
from seawall.records.conversation_entries import (
    AttachedIn,
    BeginTurn,
    ConversationsOf,
    ConversationWithMessages,
    FinishAnswer,
    MessageStatus,
    SettleConversation,
)
from seawall.records.library_entries import AddFolder, AddPrompt, FolderRow, FoldersOf, PromptRow, PromptsOf
from seawall.records.port import Records
from seawall.values.piece import Usage
from seawall.values.refusal import Refusal

ADA, EVE = "account-ada", "account-eve"
MIB = 1024 * 1024
SAMPLING = {"temperature": 0.5, "seed": 7, "reasoning_effort": "low", "stop": ["END", "\n\n"]}
FILES = {"tide.txt": b"High at noon.", "chart.png": png(3, 2), "pilot.pdf": pdf("Mind the sands.")}


@pytest.fixture(autouse=True)
async def people(records: Records) -> None:
    for name in ("ada", "eve"):
        await records.write(add_account(name))


def importing(records: Records, account_bytes: int = MIB) -> Importing:
    reading = FileReading(ReadingLimits(MIB, MIB, 1000, MIB, 10))
    return Importing(
        records, AccountEvents(), ImportLimits(4 * MIB, 100, MIB, account_bytes), reading, unix_time=lambda: NOW_S + 60
    )


async def exported(records: Records, account_id: str) -> bytes:
    return b"".join([block async for block in Archiving(records, unix_time=lambda: NOW_S).stream(account_id)])


async def bring_in(records: Records, account_id: str, data: bytes, **options: Any) -> Report:
    report = await attempt(records, account_id, data, **options)
    assert not isinstance(report, Refusal), report
    return report


async def attempt(records: Records, account_id: str, data: bytes, **options: Any) -> Report | Refusal:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return await importing(records, **options).bring_in(account_id, file, Progress())


async def talk(records: Records, turn: BeginTurn, **ended: Any) -> None:
    await records.write(turn)
    finished = FinishAnswer(
        turn.answer.id, "At noon.", "The moon is full.", MessageStatus.COMPLETE, Usage(9, 4, 3, 2), NOW_S + 2, **ended
    )
    await records.write(finished)


async def furnish(records: Records) -> None:
    """Folders, prompts, a conversation with files and branches, and one that is archived."""
    for number, name in enumerate(("Tides", "Empty")):
        await records.write(AddFolder(FolderRow(f"folder-{number}", ADA, name, NOW_S + number), 9))
    await records.write(AddPrompt(PromptRow("prompt-1", ADA, "Proofread", "Gently:\n", NOW_S, NOW_S + 1), 9))
    for number, (name, data) in enumerate(FILES.items()):
        row = AttachmentRow(f"file-{number}", ADA, name, "text", "text/plain", len(data), "", data, NOW_S + number)
        await records.write(AddAttachment(row, MIB, 9))
    first = a_turn(0)
    assert first.message is not None
    carried = tuple((f"file-{number}", f"copy-{number}") for number in range(len(FILES)))
    settled = replace(first.conversation, instructions="Be brief.", sampling=json.dumps(SAMPLING), folder_id="folder-0")
    await talk(
        records,
        replace(first, conversation=settled, attachments=carried),
        finish="length",
        eased='["A shorter answer."]',
        first_token_s=0.25,
        reasoned_s=0.5,
    )
    # Another answer, then a further question after the first: what came later is not below what came before it.
    again = a_turn(1)
    await talk(records, replace(again, message=None, answer=replace(again.answer, parent_id=first.message.id)))
    await talk(records, a_turn(2, parent_id=first.answer.id, text="And low tide?"))
    await records.write(SettleConversation(ADA, "conversation-tides", pinned=True, leaf_id=first.answer.id))
    await talk(records, a_turn(0, conversation="moons"), refusal="", finish="stop")
    await records.write(SettleConversation(ADA, "conversation-moons", archived=True, at_s=NOW_S))


async def possessions(records: Records, account_id: str) -> dict[str, Any]:
    """All of an account, without the ids, which are each account's own."""
    folders = {row.id: row.name for row in await records.read(FoldersOf(account_id))}
    prompts = await records.read(PromptsOf(account_id))
    conversations: dict[str, Any] = {}
    for archived in (False, True):
        for row in await records.read(ConversationsOf(account_id, archived=archived)):
            found = await records.read(ConversationWithMessages(account_id, row.id))
            assert found is not None
            attached = await records.read(AttachedIn(account_id, row.id))
            opened = json.loads(as_json(Opened(*found, attached)))
            conversations[row.title] = {
                **_placed(opened),
                "folder": folders.get(row.folder_id or ""),
                "files": [await _content(records, account_id, one.id) for one in attached],
            }
    return {
        "folders": sorted(folders.values()),
        "prompts": [(row.title, row.text, row.created_s, row.updated_s) for row in prompts],
        "conversations": conversations,
    }


def _placed(opened: dict[str, Any]) -> dict[str, Any]:
    """With places instead of ids."""
    messages, conversation = opened["messages"], opened["conversation"]
    places = {message["id"]: place for place, message in enumerate(messages)}
    conversation["leaf_id"] = places[conversation["leaf_id"]]
    for message in messages:
        message["parent_id"] = places.get(message["parent_id"])
        message["attachments"] = [(one["name"], one["size_bytes"]) for one in message["attachments"]]
        del message["id"]
        if message["speaker"] == "user":
            del message["finished_at"]  # Nobody waits for a question's end.
    return {**conversation, "id": "", "folder_id": "", "messages": messages}


async def _content(records: Records, account_id: str, file_id: str) -> bytes:
    row = await records.read(AttachmentById(account_id, file_id))
    assert row is not None
    return row.data


async def test_all_of_an_account_comes_in_equal_for_another(records: Records):
    await furnish(records)

    report = await bring_in(records, EVE, await exported(records, ADA))

    assert (report.imported, report.folders, report.prompts, report.files, report.left_out) == (2, 2, 1, 3, [])
    theirs, ours = await possessions(records, EVE), await possessions(records, ADA)
    assert theirs == ours
    assert theirs["conversations"]["On tides"]["files"] == list(FILES.values())
    assert theirs["conversations"]["On tides"]["sampling"] == SAMPLING
    # What a model reads of a file, and what kind it is, is found out anew.
    found = await records.read(ConversationsOf(EVE))
    kinds = [row.kind for row in await records.read(AttachedIn(EVE, found[0].id))]
    assert kinds == ["text", "image", "pdf"]


@pytest.mark.parametrize("account_id", [ADA, EVE])
async def test_what_comes_in_twice_is_told_and_not_doubled(records: Records, account_id: str):
    await furnish(records)
    data = await exported(records, ADA)
    await bring_in(records, account_id, data)
    before = await possessions(records, account_id)

    report = await bring_in(records, account_id, data)

    assert (report.imported, report.folders, report.prompts, report.files) == (0, 0, 0, 0)
    assert sorted((one.title, one.why) for one in report.left_out) == [
        ("On moons", "It is here already."),
        ("On tides", "It is here already."),
    ]
    assert await possessions(records, account_id) == before


async def test_a_folder_of_the_same_name_is_the_same_folder(records: Records):
    await furnish(records)
    await records.write(AddFolder(FolderRow("folder-eve", EVE, "Tides", NOW_S), 9))

    report = await bring_in(records, EVE, await exported(records, ADA))

    assert report.folders == 1
    (tides,) = [row for row in await records.read(ConversationsOf(EVE)) if row.title == "On tides"]
    assert tides.folder_id == "folder-eve"


async def test_a_file_that_breaks_off_among_its_attachments_brings_nothing_in(records: Records):
    await furnish(records)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(await exported(records, ADA))) as whole, zipfile.ZipFile(out, "w") as broken:
        for entry in whole.infolist():
            broken.writestr(entry.filename, whole.read(entry))
    at = out.getvalue().index(FILES["chart.png"])
    damaged = bytearray(out.getvalue())
    damaged[at + 20] ^= 0xFF
    before = await possessions(records, EVE)

    refusal = await attempt(records, EVE, bytes(damaged))

    assert isinstance(refusal, Refusal)
    assert "damaged" in refusal.message
    assert await possessions(records, EVE) == before == {"folders": [], "prompts": [], "conversations": {}}


async def test_files_that_find_no_room_are_named_and_their_conversation_comes_in(records: Records):
    await furnish(records)
    data = await exported(records, ADA)
    room = len(FILES["tide.txt"]) + len(FILES["chart.png"])
    refusal = await attempt(records, EVE, data, account_bytes=room)
    assert isinstance(refusal, Refusal)  # More than any account may have is refused before it is read.
    await records.write(AddAttachment(AttachmentRow("own", EVE, "x", "text", "", MIB - room, "", b"", NOW_S), MIB, 9))

    report = await bring_in(records, EVE, data)

    assert (report.imported, report.files) == (2, 2)
    (left_out,) = report.left_out
    assert (left_out.title, left_out.code) == ("pilot.pdf", "file")


async def test_a_conversation_of_its_own_folder_returns_to_it(records: Records):
    await furnish(records)
    found = await records.read(ConversationWithMessages(ADA, "conversation-tides"))
    assert found is not None
    alone = as_json(Opened(*found, ())).replace("conversation-tides", "conversation-copied")

    await bring_in(records, ADA, alone.encode())

    copied = next(row for row in await records.read(ConversationsOf(ADA)) if row.id != "conversation-tides")
    assert copied.folder_id == "folder-0"
    assert a_conversation().title == copied.title
