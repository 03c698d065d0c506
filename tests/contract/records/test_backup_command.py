"""`seawall backup` and `seawall restore` as a person runs them, on both databases."""

from __future__ import annotations

from pathlib import Path

import command_line
from command_line import Ran
from record_places import Place
from seawall.records.entries import Accounts


def seawall(place: Place, *arguments: str | Path, said: str = "") -> Ran:
    where = {"SEAWALL_DATA": str(place.data / "data"), "SEAWALL_DATABASE": place.url}
    return command_line.seawall(*arguments, say=said, environment=where)


async def emails(place: Place) -> list[str]:
    records = Place(place.url, place.data / "data").records()
    await records.start()
    found = [account.email for account in await records.read(Accounts())]
    await records.close()
    return found


async def test_what_was_backed_up_comes_back_when_it_is_said_twice(place: Place, tmp_path: Path):
    file = tmp_path / "all.zip"
    password = "correct horse battery staple\n"
    assert seawall(place, "user", "add", "ada@example.org", "--password-stdin", said=password).status == 0

    backed_up = seawall(place, "backup", file)
    assert backed_up.status == 0
    assert "1 account, 0 conversations and 0 messages" in backed_up.err
    assert seawall(place, "user", "add", "bob@example.org", "--password-stdin", said=password).status == 0

    refused = seawall(place, "restore", file)

    assert refused.status == 1
    assert "--force" in refused.err
    assert len(refused.err.splitlines()) == 1
    assert await emails(place) == ["ada@example.org", "bob@example.org"]

    restored = seawall(place, "restore", file, "--force")

    assert restored.status == 0, restored.err
    assert await emails(place) == ["ada@example.org"]


def test_a_backup_of_nothing_is_one_sentence_and_status_1(sqlite_place: Place, tmp_path: Path):
    told = seawall(sqlite_place, "backup", tmp_path / "all.zip")

    assert told.status == 1
    assert "is not there" in told.err
    assert len(told.err.splitlines()) == 1
    assert not (tmp_path / "all.zip").exists()
