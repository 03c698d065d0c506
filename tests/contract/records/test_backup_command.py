"""`seawall backup` and `seawall restore` as a person runs them, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from record_places import Place
from seawall.records.entries import Accounts


def seawall(place: Place, *arguments: str | Path, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from seawall.cli.main import main; main()", *arguments],
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "SEAWALL_DATA": str(place.data / "data"), "SEAWALL_DATABASE": place.url},
    )


async def emails(place: Place) -> list[str]:
    records = Place(place.url, place.data / "data").records()
    await records.start()
    found = [account.email for account in await records.read(Accounts())]
    await records.close()
    return found


async def test_what_was_backed_up_comes_back_when_it_is_said_twice(place: Place, tmp_path: Path):
    file = tmp_path / "all.zip"
    password = "correct horse battery staple\n"
    assert seawall(place, "user", "add", "ada@example.org", "--password-stdin", said=password).returncode == 0

    backed_up = seawall(place, "backup", file)
    assert backed_up.returncode == 0
    assert "1 account, 0 conversations and 0 messages" in backed_up.stderr
    assert seawall(place, "user", "add", "bob@example.org", "--password-stdin", said=password).returncode == 0

    refused = seawall(place, "restore", file)

    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert await emails(place) == ["ada@example.org", "bob@example.org"]

    restored = seawall(place, "restore", file, "--force")

    assert restored.returncode == 0, restored.stderr
    assert await emails(place) == ["ada@example.org"]


def test_a_backup_of_nothing_is_one_sentence_and_status_1(sqlite_place: Place, tmp_path: Path):
    told = seawall(sqlite_place, "backup", tmp_path / "all.zip")

    assert told.returncode == 1
    assert "is not there" in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert not (tmp_path / "all.zip").exists()
