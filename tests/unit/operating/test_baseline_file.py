"""What is usual, in its file: over restarts, broken, of another version, on a full disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seawall.operating.baseline_file import BaselineFile
from seawall.values.verdict import Kind
from seawall.verdict.baseline import Baseline


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "usual_hours.json"


def learned() -> Baseline:
    baseline = Baseline()
    for window in range(30):
        baseline.learn(10.0 * window, {"requests": 50.0}, {7: 0.4}, Kind.NORMAL)
    return baseline


async def test_what_is_usual_survives_a_restart(path: Path) -> None:
    await BaselineFile(path).save(learned())
    assert BaselineFile(path).load().told() == learned().told()
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_first_start_knows_nothing_and_leaves_nothing(path: Path) -> None:
    assert BaselineFile(path).load().told() == Baseline().told()
    assert not list(path.parent.iterdir())


@pytest.mark.parametrize(
    "found",
    [
        "",
        "{",
        "[]",
        "null",
        json.dumps({**learned().told(), "version": 99}),
        json.dumps({**learned().told(), "networks": ["?", "?"]}),
        json.dumps({**learned().told(), "hours": 3}),
        json.dumps({**learned().told(), "fingerprints": {"7": float("nan")}}),
        "[" * 100_000,
        "\udcff",
    ],
)
async def test_a_file_that_is_broken_or_of_another_version_is_set_aside_and_the_service_starts(
    path: Path, found: str
) -> None:
    path.write_bytes(found.encode(errors="surrogateescape"))
    file = BaselineFile(path, unix_time=lambda: 1234.5)
    assert file.load().told() == Baseline().told()
    aside = path.with_name(f"{path.name}.set-aside-1234")
    assert aside.read_bytes() == found.encode(errors="surrogateescape")
    await file.save(learned())
    assert file.load().told() == learned().told()


async def test_a_place_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    await BaselineFile(tmp_path / "gone" / "usual_hours.json").save(learned())
    (tmp_path / "folder").mkdir()
    assert BaselineFile(tmp_path / "folder").load().told() == Baseline().told()


async def test_without_a_folder_nothing_is_kept() -> None:
    await BaselineFile(None).save(learned())
    assert BaselineFile(None).load().told() == Baseline().told()
