"""The command line beside a running service, as the person who operates it uses it."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from chatting import every_conversation, messages_of, talk
from command_line import Ran, seawall
from running_service import RunningService, Serve, until
from seawall import __version__
from seawall.cli.main import build

# So long that what a command changes reaches the service by its socket or in no test.
ENVIRONMENT = {"SEAWALL_ACCOUNTS_VERDICT_S": "300"}
PASSWORD = "a good long password"
EMAIL = "ada@example.org"

ENDLESS = {"model": "echo", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}

Command = Callable[..., str]


@pytest.fixture
def service(serve: Serve) -> RunningService:
    return serve("--engine", "echo:tokens=10", environment=ENVIRONMENT)


@pytest.fixture
def command(service: RunningService) -> Command:
    """Runs a command on the service's own data folder, and returns what it printed."""
    return commanding(service)


def commanding(service: RunningService) -> Command:
    def run(*words: str | Path, say: str = "") -> str:
        ran = seawall(*words, "--data", service.data, say=say)
        assert ran.status == 0, ran
        return ran.out

    return run


def test_an_account_made_on_the_command_line_signs_in_at_once(service: RunningService, command: Command) -> None:
    told = command("user", "add", EMAIL, "--role", "operator", "--vouch", "--password-stdin", say=f"{PASSWORD}\n")
    assert told == f"Added {EMAIL} as operator.\n"
    with service.signed_in(EMAIL, PASSWORD) as client:
        assert client.get("/api/auth/me").json()["me"]["role"] == "operator"
        assert client.get("/api/operator/overview").status_code == 200
    (row,) = json.loads(command("user", "list", "--json"))
    assert (row["email"], row["role"], row["vouched"], row["disabled"]) == (EMAIL, "operator", True, False)
    assert re.search(rf"{EMAIL} +operator .*vouched for", command("user", "list"))


def test_a_password_that_nobody_could_be_asked_for_is_made_and_told_once(
    service: RunningService, command: Command
) -> None:
    told = command("user", "add", EMAIL)
    made = re.search(r"Its password is (\S+) \(shown this once\)", told)
    assert made is not None
    with service.signed_in(EMAIL, made[1]) as client:
        assert client.get("/api/auth/me").status_code == 200


def test_a_disabled_account_is_out_at_once_with_its_running_answer_and_enabled_comes_in_again(serve: Serve) -> None:
    service = serve("--engine", "echo:token_ms=50,tokens=1000", environment=ENVIRONMENT)
    command = commanding(service)
    command("user", "add", EMAIL, "--password-stdin", say=f"{PASSWORD}\n")
    key = command("key", "create", EMAIL).strip()
    with service.signed_in(EMAIL, PASSWORD) as browser, service.program(key) as program:
        assert browser.get("/api/auth/me").status_code == program.get("/v1/models").status_code == 200
        with program.stream("POST", "/v1/chat/completions", json=ENDLESS) as answer:
            lines = answer.iter_lines()
            assert next(lines).startswith("data: ")
            command("user", "disable", EMAIL)
            assert "disabled or deleted" in "".join(lines).rpartition("data: ")[2]
        until(lambda: browser.get("/api/auth/me").status_code != 200)
        until(lambda: program.get("/v1/models").status_code != 200)
        assert program.get("/v1/models").json()["error"]["code"] == "not_allowed"
        assert browser.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD}).status_code == 403
        command("user", "enable", EMAIL)
        until(lambda: program.get("/v1/models").status_code == 200)
        with service.signed_in(EMAIL, PASSWORD) as again:
            assert again.get("/api/auth/me").status_code == 200


def test_a_new_password_ends_the_sessions_of_the_old(service: RunningService, command: Command) -> None:
    command("user", "add", EMAIL, "--password-stdin", say=f"{PASSWORD}\n")
    with service.signed_in(EMAIL, PASSWORD) as browser:
        command("user", "set-password", EMAIL, "--password-stdin", say="another good password\n")
        until(lambda: browser.get("/api/auth/me").status_code == 401)
    with service.signed_in(EMAIL, "another good password") as again:
        assert again.get("/api/auth/me").status_code == 200


def test_a_key_is_printed_alone_works_at_once_and_ends_when_revoked(service: RunningService, command: Command) -> None:
    command("user", "add", EMAIL)
    printed = command("key", "create", EMAIL, "--name", "for the harbour")
    assert re.fullmatch(r"sw-[0-9A-Za-z]{49}\n", printed)
    key = printed.strip()
    with service.program(key) as program:
        assert program.get("/v1/models").status_code == 200
        assert key not in command("key", "list") + command("key", "list", "--json")
        (row,) = json.loads(command("key", "list", "--json"))
        assert (row["email"], row["name"], row["revoked_at"]) == (EMAIL, "for the harbour", None)
        assert key.startswith(row["hint"])
        assert command("key", "revoke", row["id"]) == f"Revoked {row['id']}.\n"
        until(lambda: program.get("/v1/models").status_code == 401)


def test_a_backup_of_the_running_service_restores_into_a_fresh_folder(
    service: RunningService, command: Command, serve: Serve, tmp_path: Path
) -> None:
    backup = tmp_path / "evening.backup"
    with service.owner() as browser:
        talk(browser, "Before the backup.")
        told = seawall("backup", backup, "--data", service.data)
        assert (told.status, told.out) == (0, "")
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
        talk(browser, "After the backup.")
        assert len(every_conversation(browser)) == 2
    fresh = tmp_path / "fresh"
    assert seawall("restore", backup, "--data", fresh).status == 0
    restored = serve("--engine", "echo", data=fresh)
    with restored.owner() as browser:
        (conversation,) = every_conversation(browser)
        asked, answered = messages_of(browser, conversation)
    assert (asked["text"], answered["status"]) == ("Before the backup.", "complete")


def test_a_restore_overwrites_only_when_told_to(service: RunningService, command: Command, tmp_path: Path) -> None:
    backup = tmp_path / "evening.backup"
    with service.owner() as browser:
        talk(browser, "Before the backup.")
        seawall("backup", backup, "--data", service.data)
        talk(browser, "After the backup.")
        refused = seawall("restore", backup, "--data", service.data)
        assert refused.status == 1
        assert "--force" in refused.sentence
        assert len(every_conversation(browser)) == 2
        assert seawall("restore", backup, "--force", "--data", service.data).status == 0
        until(lambda: len(every_conversation(browser)) == 1)
        assert talk(browser, "After the restore.")[-1][1]["saved"]


def test_the_settings_are_checked_and_shown_with_where_they_came_from(tmp_path: Path) -> None:
    (tmp_path / "seawall.toml").write_text('port = 9000\n[engine]\nkey = "swordfish"\n')
    environment = {"SEAWALL_LOG_LEVEL": "debug", "SEAWALL_DATABASE": "postgresql://me:swordfish@host/name"}
    assert "3 changed" not in seawall("config", "check", "--data", tmp_path).out
    assert "4 changed" in seawall("config", "check", "--data", tmp_path, environment=environment).out
    shown = seawall("config", "show", "--json", "--data", tmp_path, environment=environment)
    told = json.loads(shown.out)
    assert told["port"] == {"value": 9000, "source": "seawall.toml line 1"}
    assert told["log_level"] == {"value": "debug", "source": "environment SEAWALL_LOG_LEVEL"}
    assert told["queue.patience_s"]["source"] == "default"
    assert "swordfish" not in shown.out + seawall("config", "show", "--data", tmp_path, environment=environment).out


def test_the_models_are_listed_and_found(tmp_path: Path, small_model: Path) -> None:
    listed = seawall("model", "list", "--json", "--data", tmp_path)
    default = next(one for one in json.loads(listed.out)["models"] if one["name"] == "smollm2-135m")
    assert default["licence"] == "Apache-2.0"
    assert default["size_bytes"] == small_model.stat().st_size
    assert default["present"] is False
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "smollm2-135m.gguf").symlink_to(small_model)
    found = seawall("model", "path", "smollm2-135m", "--data", tmp_path)
    assert (found.status, found.out, found.err) == (0, f"{tmp_path}/models/smollm2-135m.gguf\n", "")
    assert re.search(r"smollm2-135m +Apache-2.0 .*present", seawall("model", "list", "--data", tmp_path).out)


def test_every_command_explains_itself() -> None:
    def walk(command: click.Command, *path: str) -> list[tuple[str, ...]]:
        children = command.commands if isinstance(command, click.Group) else {}
        return [path, *(below for name, child in children.items() for below in walk(child, *path, name))]

    every = walk(build())
    assert ("key", "create") in every
    for path in every[:: max(1, len(every) // 8)]:
        helped = seawall(*path, "--help")
        assert (helped.status, helped.err) == (0, "")
        assert helped.out.startswith(f"Usage: {' '.join(('seawall', *path))} ")
        assert "--data" in helped.out


def test_seawall_alone_explains_itself_and_its_version() -> None:
    def both(ran: Ran) -> tuple[int, str]:
        assert ran.err == ""
        return ran.status, ran.out

    status, told = both(seawall(fresh=True))
    assert both(seawall("--help", fresh=True)) == (status, told)
    assert status == 0
    assert "Run the service until it is stopped." in told
    assert both(seawall("--version", fresh=True)) == (0, f"seawall {__version__}\n")


def test_the_data_folder_may_be_named_anywhere(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    seawall("--data", one, "user", "add", EMAIL)
    elsewhere = {"SEAWALL_DATA": str(two)}
    for ran in (
        seawall("--data", one, "user", "list", environment=elsewhere),
        seawall("user", "--data", one, "list", environment=elsewhere),
        seawall("user", "list", "--data", one, environment=elsewhere),
        seawall("user", "list", environment={"SEAWALL_DATA": str(one)}),
    ):
        assert EMAIL in ran.out
    assert EMAIL not in seawall("user", "list", environment=elsewhere).out


def test_a_service_that_is_told_to_stop_ends_well(service: RunningService) -> None:
    with service.owner() as browser:
        talk(browser, "The last words.")
    assert service.stop() == 0
    assert "Traceback" not in service.logged
    assert not (service.data / "seawall.db-wal").exists(), "the records were closed in good order"
