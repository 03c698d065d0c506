"""What keeps the service or a command from working: one sentence that says what to do, and the exit status."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from command_line import Ran, seawall
from running_service import Serve

ECHO = ("--engine", "echo", "--port", "0", "--no-browser")


def served(data: Path, *arguments: str) -> Ran:
    """``seawall serve``, which is to end by itself; with the scripted engine unless told otherwise."""
    engine = () if "--engine" in arguments else ("--engine", "echo")
    return seawall("serve", "--data", data, *engine, "--port", "0", "--no-browser", *arguments)


def failed(ran: Ran, *words: str) -> None:
    """Status 1, and a sentence with these words. ``Ran.sentence`` sees to it that nothing else was said."""
    assert all(word in ran.sentence for word in words), ran.sentence
    assert ran.sentence.endswith((".", "?", '"')), ran.sentence
    assert ran.status == 1, ran


def misused(ran: Ran, *words: str) -> None:
    """The same for wrong use, whose status is 2."""
    assert all(word in ran.sentence for word in words), ran.sentence
    assert ran.sentence.endswith("--help'."), ran.sentence
    assert ran.status == 2, ran


@contextmanager
def small_disk(folder: Path, size: str) -> Generator[Path]:
    """A file system of its own, with next to no room."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a file system that is small enough to be filled")
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "seawall-test", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("prot = 9000", ("`prot`", "seawall.toml", "did you mean `port`?")),
        ("[limits]\nbody_byte = 5000", ("`limits.body_byte`", "did you mean `limits.body_bytes`?")),
        ("[quue]\nwaiting = 5", ("`quue", "`queue")),
        ('port = "high"', ("`port` (seawall.toml line 1)", "must be a whole number from 0 to 65535")),
        ("port = 99999", ("`port` (seawall.toml line 1) is 99999", "from 0 to 65535")),
        ('[accounts]\nsignup = "maybe"', ("`accounts.signup` (seawall.toml line 2)", '"open", ', '"closed"')),
        ("port = # none", ("seawall.toml is not valid TOML", "line 1")),
    ],
)
def test_a_wrong_setting_is_named_with_what_would_be_right(tmp_path: Path, toml: str, words: tuple[str, ...]) -> None:
    (tmp_path / "seawall.toml").write_text(toml)
    failed(seawall("config", "check", "--data", tmp_path), *words)


@pytest.mark.parametrize("command", ["serve", "config show", "user list", "key list", "model list"])
def test_no_command_goes_on_with_an_unknown_setting(tmp_path: Path, command: str) -> None:
    (tmp_path / "seawall.toml").write_text("prot = 9000")
    failed(seawall(*command.split(), "--data", tmp_path), "did you mean `port`?")


def test_a_settings_file_that_is_not_there(tmp_path: Path) -> None:
    failed(served(tmp_path, "--config", str(tmp_path / "none.toml")), "There is no settings file", "--config")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        failed(served(tmp_path, "--port", str(port)), f"Port {port} on 127.0.0.1 is taken", "--port")


def test_a_host_that_is_not_this_machine(tmp_path: Path) -> None:
    failed(served(tmp_path, "--host", "192.0.2.1"), "Cannot listen on 192.0.2.1", "--host")
    failed(served(tmp_path, "--host", "no.such.host.invalid"), "Cannot listen on no.such.host.invalid", "--host")


def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    misused(served(in_the_way), "is a file")
    for command in (("serve", *ECHO), ("user", "list"), ("key", "list")):
        failed(seawall(*command, "--data", in_the_way / "data"), "cannot be written", "--data")
        # Not even root writes here.
        failed(seawall(*command, "--data", "/proc/seawall"), "cannot be written", "--data")


def test_a_read_only_file_system(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        failed(served(disk / "data"), "cannot be written (Read-only file system)", "--data")


@pytest.mark.parametrize("free", ["0", "4k", "40k", "120k"])
def test_a_full_disk(tmp_path: Path, free: str) -> None:
    with small_disk(tmp_path / "disk", "400k") as disk:
        filling = 400 * 1024 - int(free.removesuffix("k")) * 1024
        (disk / "filling").write_bytes(b"x" * filling)
        failed(served(disk / "data"), "disk", "full")


def test_a_model_without_room_for_it(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2m") as disk:
        ran = seawall("model", "pull", "smollm2-135m", "--data", disk)
        assert ran.status == 1
        assert "free" in ran.err or "full" in ran.err, ran.err
        assert "Traceback" not in ran.err
        assert not list(disk.rglob("*.gguf"))


LOCAL = ("--engine", "local")


def test_a_model_file_that_is_missing(tmp_path: Path) -> None:
    failed(served(tmp_path, *LOCAL, "--model", str(tmp_path / "none.gguf")), "There is no model file", "none.gguf")


def test_a_model_that_nobody_knows(tmp_path: Path) -> None:
    failed(served(tmp_path, *LOCAL, "--model", "smollm2-135"), "did you mean `smollm2-135m`?")
    failed(seawall("model", "pull", "gpt-5", "--data", tmp_path), "no model `gpt-5`", "`seawall model list`")
    failed(seawall("model", "path", "smollm2-135m", "--data", tmp_path), "`seawall model pull smollm2-135m`")


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.gguf"
    for content in (b"", b"GG", b"PK\x03\x04 this is a zip"):
        wrong.write_bytes(content)
        failed(served(tmp_path / "data", *LOCAL, "--model", str(wrong)), "wrong.gguf", "GGUF")
    failed(served(tmp_path / "data", *LOCAL, "--model", str(tmp_path)), str(tmp_path))


def test_a_model_with_a_wrong_hash(tmp_path: Path, small_model: Path) -> None:
    there = tmp_path / "models" / "smollm2-135m.gguf"
    there.parent.mkdir()
    shutil.copy(small_model, there)
    with there.open("r+b") as file:
        file.seek(there.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    failed(served(tmp_path, *LOCAL), "is not the file it should be", "SHA-256", "`seawall model pull smollm2-135m`")
    failed(seawall("model", "path", "smollm2-135m", "--data", tmp_path), "is not the file it should be")


def test_an_engine_that_is_none(tmp_path: Path) -> None:
    failed(served(tmp_path, "--engine", "magic"), "There is no engine 'magic'", "http://127.0.0.1:9000/v1")
    failed(served(tmp_path, "--engine", "echo:tokns=5"), "did you mean tokens?")
    failed(served(tmp_path, "--engine", "echo:tokens=many"), "must be a whole number")


def test_a_data_folder_of_a_newer_version(tmp_path: Path) -> None:
    assert seawall("user", "add", "one@example.org", "--data", tmp_path).status == 0
    with closing(sqlite3.connect(tmp_path / "seawall.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
        database.commit()
    for command in (("serve", *ECHO), ("user", "list"), ("key", "list")):
        failed(seawall(*command, "--data", tmp_path), "newer")


def test_a_database_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "seawall.db").write_bytes(b"This is no database. " * 500)
    failed(served(tmp_path), "damaged", "restore a backup")


@pytest.mark.parametrize("address", ["mysql://host/name", "postgresql://", "nonsense", "postgresql://u:secret@[::"])
def test_a_database_address_that_is_none(tmp_path: Path, address: str) -> None:
    ran = seawall("serve", "--data", tmp_path, *ECHO, environment={"SEAWALL_DATABASE": address})
    failed(ran, "database")
    assert "secret" not in ran.err


def test_two_services_on_one_data_folder(serve: Serve, tmp_path: Path) -> None:
    first = serve("--engine", "echo", data=tmp_path / "shared")
    failed(served(tmp_path / "shared"), f"process {first.process.pid}", "already serves", "--data")
    assert first.status("/readyz") == 200


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("sevre", "No such command 'sevre'"),
        ("serve --prot 5", "No such option"),
        ("serve --port high", "'high' is not a valid integer"),
        ("serve --port 70000", "70000"),
        ("serve now", "unexpected extra argument"),
        ("user add", "Missing argument 'EMAIL'"),
        ("user add a@example.org --role king", "'king' is not one of"),
        ("key revoke", "Missing argument 'ID'"),
        ("backup", "Missing argument 'FILE'"),
        ("model pull", "Missing argument 'NAME'"),
    ],
)
def test_wrong_words_on_the_command_line(tmp_path: Path, words: str, told: str) -> None:
    misused(seawall(*words.split(), "--data", tmp_path), told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("user add nobody", "This is not a mail address"),
        ("user disable nobody@example.org", "There is no account 'nobody@example.org'"),
        ("key create nobody@example.org", "There is no account 'nobody@example.org'"),
        ("key revoke 1234", "There is no live key '1234'"),
        ("backup some.backup", "seawall.db is not there"),
        ("restore none.backup", "none.backup"),
    ],
)
def test_what_is_not_there(tmp_path: Path, words: str, told: str) -> None:
    failed(seawall(*words.split(), "--data", tmp_path), told)


def test_a_password_that_is_too_short(tmp_path: Path) -> None:
    ran = seawall("user", "add", "a@example.org", "--password-stdin", "--data", tmp_path, say="short\n")
    failed(ran, "password", "characters")


def test_the_local_engine_without_its_extra(tmp_path: Path, small_model: Path) -> None:
    """As if ``pip install seawall`` had been run without ``[local]``: the module cannot be found."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys; sys.modules['xllamacpp'] = None")
    ran = seawall(
        "serve", *LOCAL, "--port", "0", "--model", small_model, "--data", tmp_path / "data",
        environment={"PYTHONPATH": str(hidden)}, fresh=True,
    )  # fmt: skip
    failed(ran, 'pip install "seawall[local]"')
