"""Backups of either database, taken and restored under a running service."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from record_places import Place
from record_rows import NOW_S, a_count, a_file, a_key, a_session, a_turn, add_account, the_end_of
from seawall.records import archive, schema
from seawall.records.archive import NotEmpty
from seawall.records.archive_file import ArchiveError, Manifest
from seawall.records.attachment_entries import AddAttachment, AttachmentById
from seawall.records.conversation_entries import ConversationsOf, ConversationWithMessages, MessageStatus
from seawall.records.database import DATABASE_FILE
from seawall.records.entries import AccountById, Accounts, AddKey, AddSession, AddUsage, KeysOf, SessionByHash, UsageOf
from seawall.records.library_entries import Search
from seawall.records.port import Records, RecordsUnavailable
from seawall.records.standing_entries import BudgetsOf, HomesOf, SetBudget, UsePlace
from seawall.records.truth_entries import KeepWindow, WindowRow
from seawall.values.budget import Budget
from seawall.values.search_words import wanted_by


async def fill(records: Records) -> None:
    await records.write(add_account("ada"))
    await records.write(AddSession(a_session("here")))
    await records.write(AddKey(a_key("laptop")))
    await records.write(a_turn(text="naïve 漢字 🌊\r\n\x01"))
    await records.write(the_end_of(a_turn()))
    await records.write(AddUsage((a_count(),)))
    await records.write(UsePlace("account-ada", ("net:here", "dev:this"), NOW_S))
    await records.write(SetBudget("account-ada", "", Budget(requests_per_day=7)))
    await records.write(AddAttachment(a_file(data=bytes(range(256))), 1000, 10))


async def everything(records: Records) -> list[object]:
    return [
        await records.read(Accounts()),
        await records.read(SessionByHash("session-here")),
        await records.read(KeysOf()),
        await records.read(ConversationWithMessages("account-ada", "conversation-tides")),
        await records.read(UsageOf("account-ada", "")),
        await records.read(HomesOf("account-ada")),
        await records.read(BudgetsOf("account-ada")),
        await records.read(Search("account-ada", wanted_by("noon"), 10)),
        await records.read(AttachmentById("account-ada", "file-ada-tides.txt")),
    ]


@pytest.fixture
def other_place(request: pytest.FixtureRequest, place: Place, tmp_path: Path) -> Place:
    """The other kind of database, quite empty."""
    url = "" if place.url else request.getfixturevalue("postgres_server").new_database()
    return Place(url, tmp_path / "other")


def backup(place: Place, file: Path) -> Manifest:
    return archive.backup(place.database(5.0), file)


def restore(place: Place, file: Path, *, force: bool = False) -> Manifest:
    return archive.restore(place.database(5.0), file, force=force)


async def test_a_backup_moves_everything_to_the_other_database(records: Records, place: Place, other_place: Place):
    await fill(records)
    file = place.data / "all.zip"

    written = backup(place, file)
    restored = restore(other_place, file)

    assert str(written) == str(restored) == "1 account, 1 conversation and 2 messages"
    moved = other_place.records()
    await moved.start()
    assert await everything(moved) == await everything(records)
    await moved.close()


async def test_a_backup_is_for_its_owner_alone_and_leaves_no_half_file(records: Records, place: Place, tmp_path: Path):
    folder = tmp_path / "backups-here"
    folder.mkdir()

    backup(place, folder / "all.zip")
    backup(place, folder / "all.zip")  # A nightly one replaces the last.

    assert [file.name for file in folder.iterdir()] == ["all.zip"]
    assert (folder / "all.zip").stat().st_mode & 0o777 == 0o600


async def test_a_backup_under_writing_is_of_one_moment(records: Records, place: Place):
    await records.write(add_account("ada"))
    written = 0

    async def write_on() -> None:
        nonlocal written
        for number in itertools.count():
            await records.write(a_turn(0, conversation=f"{number}"))
            written += 1

    writing = asyncio.create_task(write_on())
    files = [place.data / f"{number}.zip" for number in range(3)]
    for file in files:
        await asyncio.to_thread(backup, place, file)
    writing.cancel()

    assert written
    for file in files:
        with zipfile.ZipFile(file) as opened:
            rows = {
                table: [json.loads(line) for line in opened.read(f"tables/{table}.jsonl").splitlines()]
                for table in ("conversations", "messages")
            }
        assert len(rows["messages"]) == 2 * len(rows["conversations"])


async def test_restoring_refuses_to_overwrite_unless_told_to(records: Records, place: Place):
    await fill(records)
    before = await everything(records)
    file = place.data / "all.zip"
    backup(place, file)
    await records.write(add_account("bob"))

    with zipfile.ZipFile(file) as opened:
        assert not [name for name in opened.namelist() if "search" in name]  # Made anew from the rest.
    with pytest.raises(NotEmpty, match="--force"):
        restore(place, file)
    assert len(await records.read(Accounts())) == 2

    restore(place, file, force=True)  # Under the running service.
    assert await everything(records) == before
    await records.write(add_account("carol"))
    assert len(await records.read(Accounts())) == 2


async def test_what_a_new_service_writes_of_itself_is_nothing_that_has_to_be_overwritten_by_force(
    records: Records, place: Place, other_place: Place
):
    await fill(records)
    backup(place, place.data / "all.zip")
    young = other_place.records()
    await young.start()
    await young.write(KeepWindow(WindowRow(1, 0.0, 10.0, b"")))

    restore(other_place, place.data / "all.zip")

    assert len(await young.read(Accounts())) == len(await records.read(Accounts()))
    await young.close()


async def test_an_answer_that_was_open_in_the_backup_is_restored_as_interrupted(records: Records, place: Place):
    await records.write(add_account("ada"))
    await records.write(a_turn())
    backup(place, place.data / "all.zip")

    restore(place, place.data / "all.zip", force=True)

    found = await records.read(ConversationWithMessages("account-ada", "conversation-tides"))
    assert found is not None
    assert found[1][1].status is MessageStatus.INTERRUPTED


def rewrite(file: Path, name: str, content: bytes | None) -> None:
    """The archive with one part replaced, or left out."""
    with zipfile.ZipFile(file) as opened:
        parts = {part: opened.read(part) for part in opened.namelist()}
    parts |= {name: content} if content is not None else {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for part, data in parts.items():
            if part != name or content is not None:
                written.writestr(part, data)


async def test_a_damaged_backup_changes_nothing(records: Records, place: Place):
    await fill(records)
    before = await everything(records)
    file = place.data / "all.zip"
    backup(place, file)
    whole = file.read_bytes()

    def damaged(how: str) -> None:
        file.write_bytes(whole)
        match how:
            case "cut short":
                file.write_bytes(whole[: len(whole) // 2])
            case "a changed row":
                rewrite(file, "tables/messages.jsonl", b'{"id":"x"}\n')
            case "a missing table":
                rewrite(file, "tables/messages.jsonl", None)
            case "no manifest":
                rewrite(file, "manifest.json", None)
            case "a strange manifest":
                rewrite(file, "manifest.json", b'["tables"]')
            case "flipped bits":
                file.write_bytes(whole[:60] + bytes(255 - byte for byte in whole[60:160]) + whole[160:])
            case _:
                file.write_bytes(b"Dear diary")

    for how in (
        *("cut short", "a changed row", "a missing table", "no manifest"),
        *("a strange manifest", "flipped bits", "no zip"),
    ):
        damaged(how)
        with pytest.raises(ArchiveError):
            restore(place, file, force=True)
        assert await everything(records) == before, how


async def test_a_backup_of_another_schema_names_both_and_what_to_do(records: Records, place: Place):
    file = place.data / "all.zip"
    backup(place, file)
    with zipfile.ZipFile(file) as opened:
        manifest = json.loads(opened.read("manifest.json"))
    rewrite(file, "manifest.json", json.dumps(manifest | {"schema": "9999"}).encode())

    with pytest.raises(ArchiveError, match=rf"schema 9999.* with {schema.NEWEST}"):
        restore(place, file, force=True)


async def test_a_restore_that_fails_half_way_changes_nothing(records: Records, place: Place):
    await fill(records)
    before = await everything(records)
    file = place.data / "all.zip"
    backup(place, file)
    row = b'{"id":"message-x","conversation_id":"conversation-none"}\n'
    with zipfile.ZipFile(file) as opened:
        manifest = json.loads(opened.read("manifest.json"))
    manifest["tables"]["messages"] = {"rows": 1, "sha256": hashlib.sha256(row).hexdigest()}
    rewrite(file, "tables/messages.jsonl", row)
    rewrite(file, "manifest.json", json.dumps(manifest).encode())

    with pytest.raises(RecordsUnavailable):
        restore(place, file, force=True)

    assert await everything(records) == before


async def test_a_backup_never_replaces_what_is_no_backup(records: Records, place: Place):
    precious = place.data / "thesis.txt"
    precious.write_text("Chapter one")

    with pytest.raises(ArchiveError, match="is no backup"):
        backup(place, precious)

    assert precious.read_text() == "Chapter one"


async def test_a_backup_into_a_missing_folder_says_so(records: Records, place: Place):
    with pytest.raises(ArchiveError, match="could not be read or written"):
        backup(place, place.data / "none" / "all.zip")


def test_a_missing_backup_says_so_and_makes_no_database(tmp_path: Path):
    with pytest.raises(ArchiveError, match="no file"):
        restore(Place("", tmp_path), tmp_path / "all.zip")

    assert not (tmp_path / DATABASE_FILE).exists()


def test_a_backup_of_no_database_says_so_and_makes_none(tmp_path: Path):
    with pytest.raises(RecordsUnavailable):
        backup(Place("", tmp_path), tmp_path / "all.zip")

    assert list(tmp_path.iterdir()) == []


async def test_memory_does_not_grow_with_the_backup(records: Records, place: Place, other_place: Place):
    await records.write(add_account("ada"))
    text = "x" * 100_000
    await asyncio.gather(*(records.write(a_turn(0, conversation=f"{number}", text=text)) for number in range(200)))
    file = place.data / "all.zip"

    tracemalloc.start()
    backup(place, file)
    restore(other_place, file)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak_bytes < 10_000_000  # Of twenty million.
    moved = other_place.records()
    await moved.start()
    assert len(await moved.read(ConversationsOf("account-ada", limit=2000))) == 200
    assert await moved.read(AccountById("account-ada")) is not None
    assert (await moved.read(Accounts()))[0].created_s == NOW_S
    await moved.close()


async def test_a_backup_of_an_older_schema_is_migrated_on_the_way(place: Place, tmp_path: Path):
    old = replace(place, url="", data=tmp_path / "old")
    database = old.database()
    database.prepare()
    schema.migrate(database, "0001")
    with database.to_write() as connection, connection.begin():
        connection.exec_driver_sql(
            "INSERT INTO accounts VALUES"
            " ('account-ada', 'Ada@Example.org', 'ada@example.org', 'owner', 'h', 5.5, FALSE, TRUE)"
        )
        connection.exec_driver_sql(
            "INSERT INTO usage_counts VALUES ('account-ada', '', 'm', '2026-11-22', 1, 12, 5, 34)"
        )
    file = tmp_path / "old.zip"
    archive.write_archive(database, file, datetime.now(UTC))

    restore(place, file)

    records = place.records()
    await records.start()
    account = await records.read(AccountById("account-ada"))
    assert account is not None
    assert (account.created_s, account.first_day_s) == (5.5, None)
    assert [count.engine_ms for count in await records.read(UsageOf("account-ada", ""))] == [0]
    await records.close()
