"""What the suite says of its own files is so."""

from __future__ import annotations

from pathlib import Path

from longest_first import LONGEST


def test_the_longest_files_are_there(root: Path) -> None:
    assert [name for name in LONGEST if not (root / "tests" / name).exists()] == []
