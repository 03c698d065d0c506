"""When the web app is built, and that the result is the same each time."""

from __future__ import annotations

import gzip
import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def build_ui() -> ModuleType:
    """The hook, which belongs to no package, as Python code."""
    spec = importlib.util.spec_from_file_location("build_ui", ROOT / "build_ui.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def ui(tmp_path: Path) -> Path:
    folder = tmp_path / "ui"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "main.ts").write_text("let one = 1")
    (folder / "package-lock.json").write_text("{}")
    return folder


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html>")
    return folder


def test_what_is_built_of_the_same_sources_is_not_built_again(build_ui: ModuleType, ui: Path, built: Path) -> None:
    (built / ".sources").write_text(build_ui.fingerprint(ui))
    os.utime(ui / "src" / "main.ts")
    assert build_ui.build(ui, built) is False


def test_a_changed_renamed_or_added_source_changes_the_fingerprint(build_ui: ModuleType, ui: Path) -> None:
    seen = {build_ui.fingerprint(ui)}
    (ui / "src" / "main.ts").write_text("let one = 2")
    seen.add(build_ui.fingerprint(ui))
    (ui / "src" / "main.ts").rename(ui / "src" / "start.ts")
    seen.add(build_ui.fingerprint(ui))
    (ui / "src" / "more.ts").write_text("")
    seen.add(build_ui.fingerprint(ui))
    assert len(seen) == 4


def test_parts_and_tests_are_no_sources(build_ui: ModuleType, ui: Path) -> None:
    before = build_ui.fingerprint(ui)
    for folder in ("node_modules", "tests"):
        (ui / folder).mkdir()
        (ui / folder / "a.ts").write_text("export {}")
    assert build_ui.fingerprint(ui) == before


def test_without_sources_one_sentence_says_what_to_do(build_ui: ModuleType, tmp_path: Path, built: Path) -> None:
    with pytest.raises(build_ui.BuildFailed, match="whole copy of the source"):
        build_ui.build(tmp_path / "nowhere", built)


def test_a_failing_program_is_shown_and_named(
    build_ui: ModuleType, ui: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(build_ui.BuildFailed, match="Could not build the web app"):
        build_ui.run_node("-e", "console.error('why it failed'); process.exit(3)", ui=ui, doing="build the web app")
    assert "why it failed" in capfd.readouterr().err


def test_packed_files_hold_the_same_and_are_the_same_each_time(build_ui: ModuleType, built: Path) -> None:
    build_ui.compress(built)
    first = (built / "index.html.gz").read_bytes()
    build_ui.compress(built)
    assert (built / "index.html.gz").read_bytes() == first
    assert gzip.decompress(first) == (built / "index.html").read_bytes()


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "ui" / "package-lock.json").read_text(encoding="utf-8")
