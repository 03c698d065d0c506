"""`seawall log` and `seawall incident` on a real data folder, without a service and beside one."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from seawall.cli.acts import CHANGING
from seawall.cli.main import build, run

ADA = "ada@example.org"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def seawall(data: Path, *words: str | Path, typed: bytes = b"") -> tuple[int, str, str]:
    with CliRunner().isolation(typed) as (out, err, _):
        status = run(["--data", str(data), *map(str, words)])
        return status, out.getvalue().decode(), err.getvalue().decode()


def add_user(data: Path, email: str = ADA) -> None:
    status, _, err = seawall(data, "user", "add", email, "--password-stdin", typed=b"correct horse battery staple\n")
    assert status == 0, err


def change(data: Path, statement: str) -> None:
    with sqlite3.connect(data / "seawall.db") as database:
        database.execute(statement)
    database.close()


def kept_head(data: Path, file: Path) -> Path:
    with sqlite3.connect(data / "seawall.db") as database:
        (note,) = database.execute("SELECT note FROM tree_heads ORDER BY size DESC LIMIT 1").fetchone()
    database.close()
    file.write_text(note, encoding="utf-8")
    return file


def test_what_commands_change_is_in_the_log_without_who_it_was(data: Path):
    add_user(data)
    assert seawall(data, "user", "disable", ADA)[0] == 0
    assert seawall(data, "user", "list")[0] == 0
    assert seawall(data, "block", "203.0.113.7", "--for", "1h")[0] == 0
    assert seawall(data, "block")[0] == 0
    assert seawall(data, "user", "disable", "nobody@example.org")[0] == 1

    status, told, _ = seawall(data, "log", "show", "--json")

    facts = [json.loads(line)["facts"] for line in told.splitlines()]
    assert status == 0
    assert [one.get("action") for one in facts[1:]] == ["Made an account", "Disabled an account", "Blocked a network"]
    assert all(one["operator"] == "the command line" for one in facts[1:])
    assert facts[3]["within"] == "203.0.113.0/24"
    assert "example.org" not in told


def test_every_command_that_is_told_of_is_a_command():
    def exists(path: str) -> bool:
        command = build()
        for word in path.split():
            command = getattr(command, "commands", {}).get(word)
        return command is not None

    assert [path for path in CHANGING if not exists(path)] == []


def test_a_whole_log_is_said_to_be_whole(data: Path):
    add_user(data)

    status, out, _ = seawall(data, "log", "verify")

    assert status == 0
    assert out.startswith("The public log is whole: 2 entries")


def test_an_empty_log_is_no_fault(data: Path):
    status, out, _ = seawall(data, "log", "verify")

    assert (status, out.startswith("The public log is empty")) == (0, True)


def test_a_corrupted_log_names_the_first_bad_entry_and_takes_nothing_more(data: Path):
    for name in ("ada", "grace", "hedy"):
        add_user(data, f"{name}@example.org")
    change(data, "UPDATE log_entries SET entry = REPLACE(entry, 'member', 'owner') WHERE position = 2")

    status, out, err = seawall(data, "log", "verify")
    assert (status, out) == (1, "")
    assert "entry 2: its text is not the one that was hashed" in err

    status, out, err = seawall(data, "user", "disable", ADA)
    assert (status, out) == (0, "Disabled ada@example.org.\n")  # The work is done; the log is what cannot be told.
    assert "the public log was not told of this" in err
    assert "entry 2" in err
    assert len(seawall(data, "log", "show", "--json")[1].splitlines()) == 4


def test_a_log_that_was_cut_is_found_by_a_head_kept_outside(data: Path, tmp_path: Path):
    add_user(data)
    early = kept_head(data, tmp_path / "early")
    add_user(data, "grace@example.org")
    late = kept_head(data, tmp_path / "late")
    assert seawall(data, "log", "verify", "--against", early)[0] == 0
    assert seawall(data, "log", "verify", "--against", late)[0] == 0
    (tmp_path / "told.json").write_text(json.dumps({"note": late.read_text("utf-8")}), "utf-8")
    assert seawall(data, "log", "verify", "--against", tmp_path / "told.json")[0] == 0

    change(data, "DELETE FROM log_entries WHERE position = 2")
    change(data, "DELETE FROM tree_heads WHERE size = 3")

    assert seawall(data, "log", "verify")[0] == 0  # Nothing within it shows this.
    assert seawall(data, "log", "verify", "--against", early)[0] == 0
    status, _, err = seawall(data, "log", "verify", "--against", late)
    assert (status, "The log was cut" in err) == (1, True)


def test_a_log_that_was_begun_anew_is_another_one(data: Path, tmp_path: Path):
    add_user(data)
    kept = kept_head(data, tmp_path / "kept")
    change(data, "DELETE FROM log_entries")
    change(data, "DELETE FROM tree_heads")
    add_user(data, "grace@example.org")

    status, _, err = seawall(data, "log", "verify", "--against", kept)

    assert (status, "is of the log seawall.log/" in err) == (1, True)


def test_a_restored_backup_says_so_in_the_log(data: Path, tmp_path: Path):
    add_user(data)
    assert seawall(data, "backup", tmp_path / "b.zip")[0] == 0
    add_user(data, "grace@example.org")
    late = kept_head(data, tmp_path / "late")
    assert seawall(data, "restore", tmp_path / "b.zip", "--force")[0] == 0

    assert "Restored a backup" in seawall(data, "log", "show", "--json")[1]
    assert seawall(data, "log", "verify")[0] == 0
    status, _, err = seawall(data, "log", "verify", "--against", late)
    assert (status, "rewritten" in err) == (1, True)


def test_a_report_is_written_and_verified_elsewhere(data: Path, tmp_path: Path):
    add_user(data)
    bundle, empty = tmp_path / "report.zip", tmp_path / "elsewhere"

    status, out, err = seawall(data, "incident", "report", bundle)
    assert (status, "Anybody can check it" in out) == (0, True), err
    empty.mkdir()
    status, out, err = seawall(empty, "incident", "verify", bundle, "--head", kept_head(data, tmp_path / "head"))

    assert status == 0, err
    assert "no byte was changed" in out
    assert "It is of the log that the head was signed over." in out
    assert list(empty.iterdir()) == []


def test_a_report_that_was_edited_is_refused_in_a_sentence(data: Path, tmp_path: Path):
    add_user(data)
    bundle = tmp_path / "report.zip"
    assert seawall(data, "incident", "report", bundle)[0] == 0
    bundle.write_bytes(bundle.read_bytes().replace(b"Made an account", b"Made no account"))

    status, out, err = seawall(data, "incident", "verify", bundle)

    assert (status, out) == (1, "")
    assert "does not hold" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("incident", "report", "--from", "yesterday", "out.zip"), "is no moment"),
        (("incident", "report", "--from", "1h", "--to", "2h", "out.zip"), "--from must be before --to"),
        (("incident", "report", "--from", "1h", "--incident", "abc", "out.zip"), "an incident has its own time"),
    ],
)
def test_a_time_that_is_none_is_wrong_use(data: Path, words: tuple[str, ...], sentence: str):
    status, _, err = seawall(data, *words)

    assert (status, sentence in err) == (2, True)


def test_an_incident_that_is_none_is_told_with_what_to_do(data: Path, tmp_path: Path):
    add_user(data)

    status, _, err = seawall(data, "incident", "report", "--incident", "none", tmp_path / "out.zip")

    assert (status, "'seawall incident list' shows them" in err) == (1, True)
    assert not (tmp_path / "out.zip").exists()
