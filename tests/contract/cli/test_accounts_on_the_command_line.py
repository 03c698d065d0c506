"""`seawall user` and `seawall key` on a real data folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from seawall.cli.main import run

PASSWORD = "a good password\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@dataclass(frozen=True)
class Said:
    exit_code: int
    stdout: str
    stderr: str


def seawall(data: Path, *words: str, stdin: str = "") -> Said:
    """The command as a script runs it: no terminal, standard input as given."""
    with CliRunner().isolation(input=stdin) as (out, err, _):
        status = run(["--data", str(data), *words])
        return Said(status, out.getvalue().decode(), err.getvalue().decode())


def add(data: Path, email: str = "ada@example.org", *words: str) -> Said:
    return seawall(data, "user", "add", email, "--password-stdin", *words, stdin=PASSWORD)


def users(data: Path) -> list[dict[str, object]]:
    return json.loads(seawall(data, "user", "list", "--json").stdout)


def test_an_account_is_made_listed_disabled_and_enabled(data: Path) -> None:
    assert add(data, "Ada@Example.org", "--role", "operator", "--vouch").exit_code == 0
    (ada,) = users(data)
    assert (ada["email"], ada["role"], ada["vouched"], ada["disabled"]) == (
        "ada@example.org",
        "operator",
        True,
        False,
    )
    assert seawall(data, "user", "disable", "ada@example.org").exit_code == 0
    assert users(data)[0]["disabled"]
    assert "disabled" in seawall(data, "user", "list").stdout
    assert seawall(data, "user", "enable", "ADA@example.org").exit_code == 0
    assert not users(data)[0]["disabled"]


def test_a_role_and_a_password_are_set_later(data: Path) -> None:
    add(data)
    assert seawall(data, "user", "set-role", "ada@example.org", "owner").exit_code == 0
    assert seawall(data, "user", "vouch", "ada@example.org").exit_code == 0
    assert (users(data)[0]["role"], users(data)[0]["vouched"]) == ("owner", True)
    done = seawall(data, "user", "set-password", "ada@example.org", "--password-stdin", stdin="another password\n")
    assert done.exit_code == 0


def test_where_nobody_can_be_asked_a_strong_password_is_made_and_told(data: Path) -> None:
    made = seawall(data, "user", "add", "ada@example.org")
    assert made.exit_code == 0
    password = made.stdout.split("Its password is ")[1].split()[0]
    assert len(password) == 20


def test_a_key_is_printed_alone_listed_without_its_secret_and_revoked(data: Path) -> None:
    add(data)
    created = seawall(data, "key", "create", "ada@example.org", "--name", "laptop")
    assert created.exit_code == 0
    secret = created.stdout.rstrip("\n")
    assert secret.startswith("sw-")
    assert "\n" not in secret
    listed = seawall(data, "key", "list", "--json")
    assert secret not in listed.stdout
    (row,) = json.loads(listed.stdout)
    assert (row["email"], row["name"], row["revoked_at"]) == ("ada@example.org", "laptop", None)
    assert secret not in seawall(data, "key", "list").stdout
    assert seawall(data, "key", "revoke", row["id"]).exit_code == 0
    assert json.loads(seawall(data, "key", "list", "--json").stdout)[0]["revoked_at"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("user", "disable", "eve@example.org"), "There is no account 'eve@example.org'."),
        (("user", "add", "ada@example.org"), "already an account"),
        (("user", "add", "nonsense"), "not a mail address"),
        (("key", "create", "eve@example.org"), "There is no account 'eve@example.org'."),
        (("key", "revoke", "0123"), "There is no live key '0123'."),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_1(data: Path, words: tuple[str, ...], sentence: str) -> None:
    add(data)
    result = seawall(data, *words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_short_password_is_refused(data: Path) -> None:
    result = seawall(data, "user", "add", "ada@example.org", "--password-stdin", stdin="short\n")
    assert result.exit_code == 1
    assert "at least 8 characters" in result.stderr


@pytest.mark.parametrize("words", [("user", "add"), ("user", "add", "a@b.c", "--role", "king"), ("key", "sing")])
def test_wrong_use_is_status_2(data: Path, words: tuple[str, ...]) -> None:
    assert seawall(data, *words).exit_code == 2


def test_a_bound_is_shown_by_the_name_that_sets_it(data: Path) -> None:
    add(data)
    assert seawall(data, "budget", "set", "ada@example.org", "--engine-seconds-per-day", "60").exit_code == 0
    assert "engine-seconds-per-day" in seawall(data, "budget", "show", "ada@example.org").stdout
    wrong = seawall(data, "budget", "set", "ada@example.org", "--engine-seconds-per-day", "much")
    assert wrong.exit_code == 2
    assert "engine-seconds-per-day" in wrong.stderr


def test_the_list_of_commands_has_no_sentence_cut_off(data: Path) -> None:
    listed = seawall(data, "--help").stdout
    assert "backup" in listed
    assert "..." not in listed.partition("Commands:")[2]


def test_a_key_is_made_for_a_part_of_the_api_some_models_and_a_time(data: Path) -> None:
    add(data)
    seawall(data, "key", "create", "ada@example.org", "--scope", "chat", "--model", "echo", "--expires", "30d")
    (key,) = json.loads(seawall(data, "key", "list", "--json").stdout)
    assert (key["scopes"], key["models"], key["last_used_at"]) == (["chat"], ["echo"], None)
    assert key["expires_at"] - key["created_at"] == pytest.approx(30 * 86_400, abs=60)
    assert "chat; echo" in seawall(data, "key", "list").stdout
