"""A stage is written down by one process, whatever comes of it, and its page is there after."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from seawall.training.data.example import DataError
from seawall.training.work import ledger_of, recorded, source_of, stage_named, start_of


@dataclass(frozen=True, slots=True)
class Stepped:
    number: int = 1
    steps: int = 1
    loss: float = 2.0
    tokens: int = 100
    flops: float = 5e6


def test_steps_are_counted_and_told_to_whoever_looks_on(tmp_path: Path):
    seen: list[object] = []
    (tmp_path / "sft").mkdir()
    with recorded(tmp_path, "sft", "sft", parent="pretrain", seed=3, watch=seen.append) as recording:
        recording(Stepped())
        recording(Stepped())
    (run,) = ledger_of(tmp_path).runs()
    assert (run.spent.tokens, run.spent.flops, run.seed, run.parent) == (200, 1e7, 3, "pretrain")
    assert len(seen) == 2
    assert (tmp_path / "sft" / "report.html").exists()


def test_a_run_that_fails_has_its_page_too(tmp_path: Path):
    (tmp_path / "rl").mkdir()
    with pytest.raises(DataError), recorded(tmp_path, "rl", "rl", parent="sft", seed=0):
        raise DataError("There is nothing to learn from.")
    assert "failed: DataError: There is nothing to learn from." in (tmp_path / "rl" / "report.html").read_text()


def test_a_run_with_checkpoints_is_one_that_goes_on(tmp_path: Path):
    (tmp_path / "sft" / "checkpoints" / "000010").mkdir(parents=True)
    with recorded(tmp_path, "sft", "sft", parent=None, seed=0):
        pass
    assert ledger_of(tmp_path).runs()[0].resumed


def test_of_several_processes_the_first_alone_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    with recorded(tmp_path, "sft", "sft", parent=None, seed=0) as recording:
        recording(Stepped())
    assert list(tmp_path.iterdir()) == []


def test_a_stage_starts_from_the_last_one_that_is_finished_or_the_one_that_is_named(tmp_path: Path):
    assert source_of(tmp_path, "sft", None) is None
    for name in ("pretrain", "sft", "other"):
        (tmp_path / name / "final").mkdir(parents=True)
    assert source_of(tmp_path, "sft", None) == "pretrain"
    assert source_of(tmp_path, "rl", None) == "sft"
    assert source_of(tmp_path, "export", "other") == "other"
    with pytest.raises(DataError, match="no finished run 'gone'"):
        source_of(tmp_path, "rl", "gone")


def test_a_stage_starts_from_a_folder_with_a_model_too(tmp_path: Path):
    project, other = tmp_path / "project", tmp_path / "moved"
    checkpoint = project / "sft" / "checkpoints" / "000009"
    for folder in (project / "tokenizer", checkpoint, other):
        folder.mkdir(parents=True)
    for folder in (checkpoint, other):
        (folder / "config.json").write_text("{}")
    assert start_of(project, "sft", str(checkpoint)) == ("sft", checkpoint)
    assert start_of(project, "sft", str(other)) == (None, other)
    for folder in (project / "tokenizer", other):
        (folder / "tokenizer.json").write_text(folder.name)
    with pytest.raises(DataError, match="other tokens than the project"):
        start_of(project, "sft", str(other))


def test_a_model_of_elsewhere_is_named_with_where_it_is_from():
    with pytest.raises(DataError, match="give hf:"):
        stage_named("rl", "some/model")
