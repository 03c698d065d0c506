"""SQLite that is locked, gone, full, damaged or read-only: callers are told, nothing is lost, it mends by itself."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from record_places import QUICK, Place, becomes_true
from record_rows import a_turn, add_account
from seawall.records.entries import Accounts
from seawall.records.port import Records, RecordsError, RecordsUnavailable


@pytest.fixture
def place(sqlite_place: Place) -> Place:
    return sqlite_place


@pytest.fixture
def file(place: Place) -> Path:
    return place.data / "seawall.db"


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "seawall-test", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a full disk needs the right to mount one: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", folder], check=True)


def healthy(records: Records) -> Callable[[], bool]:
    return lambda: records.report().healthy


async def emails(records: Records) -> list[str]:
    return [account.email for account in await records.read(Accounts())]


async def test_a_lock_of_another_program_is_told_and_outlived(records: Records, file: Path):
    await records.write(add_account("ada"))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(RecordsUnavailable, match="locked by another program"):
            await records.write(add_account("bob"))
        assert not records.report().healthy
        with pytest.raises(RecordsUnavailable, match="locked by another program"):
            await asyncio.wait_for(records.write(add_account("bob")), 0.5)  # Told at once, now that it is known.
        assert await emails(records) == ["Ada@Example.org"]

        other.execute("COMMIT")
    await becomes_true(healthy(records))
    await records.write(add_account("carol"))

    assert await emails(records) == ["Ada@Example.org", "Carol@Example.org"]
    assert records.report().trouble is None


async def test_a_short_lock_is_waited_for(records: Records, file: Path):
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(records.write(add_account("ada")))
        await becomes_true(lambda: records.report().lag_s > 0.05)
        other.execute("COMMIT")

        await writing

    assert records.report().healthy


async def test_a_file_moved_away_is_noticed_and_never_made_anew(records: Records, file: Path):
    await records.write(add_account("ada"))
    file.rename(file.with_suffix(".away"))

    with pytest.raises(RecordsUnavailable, match="is not there"):
        await records.write(add_account("bob"))
    with pytest.raises(RecordsUnavailable, match="is not there"):
        await records.read(Accounts())
    assert not file.exists()

    file.with_suffix(".away").rename(file)
    await becomes_true(healthy(records))
    await records.write(add_account("carol"))
    assert await emails(records) == ["Ada@Example.org", "Carol@Example.org"]


async def test_a_missing_file_is_noticed_while_nobody_asks(records: Records, file: Path):
    file.rename(file.with_suffix(".away"))

    await becomes_true(lambda: not records.report().healthy)

    assert "is not there" in (records.report().trouble or "")


async def test_a_full_disk_is_named_and_outlived(tiny_disk: Path):
    records = Place("", tiny_disk).records()
    await records.start()
    await records.write(add_account("ada"))
    kept: list[int] = []

    async def fill() -> None:
        for number in range(200):
            await records.write(a_turn(number, text="x" * 20_000))
            kept.append(number)

    with pytest.raises(RecordsUnavailable, match=r"disk under .* is full"):
        await fill()
    assert kept
    assert await emails(records) == ["Ada@Example.org"]

    remount(tiny_disk, "size=16m")
    await becomes_true(healthy(records))
    await records.write(a_turn(len(kept), text="y" * 20_000, is_new=not kept))
    await records.close()

    reopened = Place("", tiny_disk).records()
    await reopened.start()
    assert not await reopened.write(a_turn(kept[-1]))  # A replay: what was acknowledged is there.
    await reopened.close()


async def test_more_changes_than_may_wait_are_refused(place: Place, file: Path):
    records = place.records(replace(QUICK, waiting=4))
    await records.start()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        first = asyncio.create_task(records.write(add_account("first")))
        await becomes_true(lambda: records.report().lag_s > 0.02)  # It is taken, and waits for the lock.
        waiting = [asyncio.create_task(records.write(add_account(f"number{number}"))) for number in range(4)]
        await becomes_true(lambda: records.report().waiting == 5)

        with pytest.raises(RecordsUnavailable, match="4 changes wait"):
            await records.write(add_account("late"))
        other.execute("COMMIT")
    await asyncio.gather(first, *waiting)
    await records.close()


async def test_a_read_only_folder_is_told_at_the_start(tiny_disk: Path):
    remount(tiny_disk, "ro")

    with pytest.raises(RecordsUnavailable, match="cannot be opened"):
        await Place("", tiny_disk).records().start()


async def test_a_database_turned_read_only_is_told_and_outlived(tiny_disk: Path):
    place = Place("", tiny_disk)
    first = place.records()
    await first.start()
    await first.write(add_account("ada"))
    await first.close()
    remount(tiny_disk, "ro")

    with pytest.raises(RecordsUnavailable):
        await place.records().start()

    remount(tiny_disk, "rw")
    again = place.records()
    await again.start()
    assert await emails(again) == ["Ada@Example.org"]
    await again.close()


async def test_a_file_that_is_no_database_is_told_and_left_alone(place: Place, file: Path):
    file.write_bytes(b"Dear diary, today the tide was high." * 200)
    before = file.read_bytes()

    with pytest.raises(RecordsError, match="damaged"):
        await place.records().start()

    assert file.read_bytes() == before


async def test_the_database_is_for_its_owner_alone(records: Records, file: Path):
    await records.write(add_account("ada"))

    assert {stat.st_mode & 0o777 for stat in map(os.stat, file.parent.glob("seawall.db*"))} == {0o600}
