"""A file under its final name is whole and checked, whatever happened on the way."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from seawall.models.incoming import AlreadyReceiving, Incoming
from seawall.models.model_file import storage_problem

CONTENT = b"GGUF" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def test_what_arrived_before_is_taken_up_again(tmp_path: Path) -> None:
    final = tmp_path / "m.gguf"
    with Incoming(final, SHA256) as incoming:
        incoming.write(CONTENT[:1500])
    assert not final.exists()
    with Incoming(final, SHA256) as incoming:
        assert incoming.received_bytes == 1500
        incoming.write(CONTENT[1500:])
        assert incoming.place()
    assert final.read_bytes() == CONTENT


def test_the_part_of_another_file_is_not_taken_up(tmp_path: Path) -> None:
    with Incoming(tmp_path / "m.gguf", "f" * 64) as incoming:
        incoming.write(b"of another")
    with Incoming(tmp_path / "m.gguf", SHA256) as incoming:
        assert incoming.received_bytes == 0


def test_a_wrong_file_is_deleted_and_the_one_before_it_stays(tmp_path: Path) -> None:
    final = tmp_path / "m.gguf"
    final.write_bytes(b"GGUF before")
    with Incoming(final, SHA256) as incoming:
        incoming.write(CONTENT + b"!")
        assert not incoming.place()
    assert list(tmp_path.iterdir()) == [final]
    assert final.read_bytes() == b"GGUF before"


def test_a_file_is_received_by_one_at_a_time(tmp_path: Path) -> None:
    with Incoming(tmp_path / "m.gguf", SHA256), pytest.raises(AlreadyReceiving), Incoming(tmp_path / "m.gguf", SHA256):
        pass


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path) -> None:
    # The system's own full disk: every write to it fails as on a real one.
    (tmp_path / f"m.gguf.{SHA256[:16]}.part").symlink_to("/dev/full")
    with Incoming(tmp_path / "m.gguf", SHA256) as incoming, pytest.raises(OSError, match="No space") as caught:
        incoming.write(CONTENT)
    said = storage_problem(caught.value, tmp_path).sentence
    assert said == f"There is no more room in {tmp_path}: free some, or choose another folder with --data."


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    said = storage_problem(PermissionError(13, "Permission denied"), tmp_path).sentence
    assert said == f"{tmp_path} may not be written: allow it, or choose another folder with --data."


def test_room_is_counted_without_what_has_arrived(tmp_path: Path) -> None:
    with Incoming(tmp_path / "m.gguf", SHA256) as incoming:
        incoming.write(CONTENT)
        assert incoming.room_problem(len(CONTENT)) is None
        problem = incoming.room_problem(10**18)
    assert problem is not None
    assert "m.gguf needs 1000000000.0 GB more" in problem.sentence
