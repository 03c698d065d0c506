"""Where the house stands. Knows the tree's root and its Python files."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def python_files() -> list[Path]:
    """Every Python file of ours, built ones aside."""
    found = [path for folder in ("src", "tests", "bench") for path in (ROOT / folder).rglob("*.py")]
    found += [path for path in (ROOT / "build_ui.py",) if path.exists()]
    return sorted(path for path in found if "node_modules" not in path.parts)
