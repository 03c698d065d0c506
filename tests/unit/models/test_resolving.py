"""What an operator writes becomes a checked file, or a sentence that says what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seawall.models import ModelFile, ModelProblem, Progress, resolve, wanted
from seawall.models.model_file import sha256_of
from seawall.models.resolving import Fetchable
from seawall.models.verified import VerifiedFiles

HUB_NAME = "hf:owner/repo/file.gguf"


def sentence(text: str, data: Path) -> str:
    found = resolve(text, data)
    assert isinstance(found, ModelProblem)
    return found.sentence


def hub_file(data: Path, content: bytes = b"GGUF and more") -> Path:
    """A file of a hub as a fetch leaves it."""
    path = data / "models/hub/owner/repo/main/file.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    VerifiedFiles(data / "models").record(path, sha256_of(path))
    return path


def test_a_path_to_ones_own_file_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.gguf").write_bytes(b"GGUF")
    monkeypatch.chdir(tmp_path)
    assert resolve("mine.gguf", tmp_path / "data") == ModelFile(tmp_path / "mine.gguf", "mine", 4)
    assert resolve(str(tmp_path / "mine.gguf"), tmp_path / "data") == resolve("./mine.gguf", tmp_path / "data")


def test_a_path_without_a_file_says_so(tmp_path: Path) -> None:
    assert sentence("./none.gguf", tmp_path).startswith("There is no model file none.gguf")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>"])
def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.gguf").write_bytes(content)
    assert "is not a GGUF file" in sentence(str(tmp_path / "m.gguf"), tmp_path)


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    assert sentence(str(tmp_path), tmp_path).endswith("cannot be read: Is a directory.")


def test_a_misspelt_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    assert sentence("smollm-135m", tmp_path).endswith("did you mean `smollm2-135m`?")
    assert "`seawall model list`" in sentence("gpt", tmp_path)


def test_a_known_model_that_is_not_here_says_how_to_get_it(tmp_path: Path) -> None:
    found = resolve("qwen3-4b", tmp_path)
    assert found == ModelProblem(
        "The model `qwen3-4b` is not here yet: fetch it with `seawall model pull qwen3-4b`.", absent=True
    )


def test_a_catalogue_file_with_the_wrong_hash_is_refused(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/smollm2-135m.gguf").write_bytes(b"GGUF but not it")
    assert "is not the file it should be" in sentence("smollm2-135m", tmp_path)


@pytest.mark.parametrize("text", ["hf:a/b/c.gguf@main", "hf:a/b/q4/c.gguf@v1.0"])
def test_a_hub_name_may_have_folders_and_a_revision(tmp_path: Path, text: str) -> None:
    what = wanted(text, tmp_path)
    assert isinstance(what, Fetchable)
    assert str(what.source) == text
    assert what.path.is_relative_to(tmp_path / "models" / "hub" / "a" / "b")
    assert wanted(text.removesuffix("@main"), tmp_path) == what


@pytest.mark.parametrize(
    "text",
    [
        "hf:",
        "hf:a/b",
        "hf:a/b/c.bin",
        "hf:a/../c.gguf",
        "hf:a/b/../../../c.gguf",
        "hf:a/b/c.gguf@../x",
        "hf:/etc/x.gguf",
    ],
)
def test_a_hub_name_that_leads_nowhere_or_elsewhere_is_refused(tmp_path: Path, text: str) -> None:
    assert isinstance(wanted(text, tmp_path), ModelProblem)


def test_one_part_of_a_split_model_is_refused(tmp_path: Path) -> None:
    assert "split model" in sentence("hf:a/b/c-00001-of-00003.gguf", tmp_path)


def test_a_checked_file_is_hashed_again_only_when_it_changed(tmp_path: Path) -> None:
    path = hub_file(tmp_path)
    hashed: list[Path] = []

    def counting(file: Path, progress: Progress | None) -> str:
        hashed.append(file)
        return sha256_of(file, progress)

    assert isinstance(resolve(HUB_NAME, tmp_path, hash_file=counting), ModelFile)
    assert hashed == []
    os.utime(path, ns=(0, 1))
    assert isinstance(resolve(HUB_NAME, tmp_path, hash_file=counting), ModelFile)
    assert isinstance(resolve(HUB_NAME, tmp_path, hash_file=counting), ModelFile)
    assert hashed == [path]


def test_a_file_changed_after_it_was_fetched_is_refused(tmp_path: Path) -> None:
    hub_file(tmp_path).write_bytes(b"GGUF and less")
    assert "delete it and run `seawall model pull hf:owner/repo/file.gguf`" in sentence(HUB_NAME, tmp_path)


@pytest.mark.parametrize("text", ["", "[1]", '{"a": 3}', '{"a": {"x": 1}}', "\xff"])
def test_a_damaged_memory_of_checks_costs_a_hash_and_nothing_else(tmp_path: Path, text: str) -> None:
    hub_file(tmp_path)
    (tmp_path / "models/verified.json").write_text(text, encoding="latin-1")
    assert isinstance(resolve(HUB_NAME, tmp_path), ModelFile)
