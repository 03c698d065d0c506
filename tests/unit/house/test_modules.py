"""How every module reads: it says what it knows, and stays small enough to be read at once."""

from __future__ import annotations

import ast
import re
from pathlib import Path

# Files that may be longer, each with its reason. A table is read by looking up, not from top to bottom.
LONGER: dict[str, str] = {}
LINES = 400


def test_every_module_says_what_it_knows(python_files: list[Path], root: Path) -> None:
    silent = [
        str(path.relative_to(root))
        for path in python_files
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_module_is_too_long_to_be_read_at_once(python_files: list[Path], root: Path) -> None:
    lengths = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8").count("\n") for path in python_files}
    assert {name: lines for name, lines in lengths.items() if lines > LINES and name not in LONGER} == {}


def test_an_excuse_for_length_goes_when_the_length_goes(root: Path) -> None:
    assert [name for name in LONGER if (root / name).read_text(encoding="utf-8").count("\n") <= LINES] == []


def test_no_middleware_is_built_on_starlettes_slow_base(python_files: list[Path], root: Path) -> None:
    banned = "Base" + "HTTPMiddleware"
    naming = [path.relative_to(root).as_posix() for path in python_files if banned in path.read_text("utf-8")]
    assert naming == []


def test_the_native_engine_is_loaded_in_its_child_process_alone(python_files: list[Path], root: Path) -> None:
    loads = re.compile(r"""^\s*(?:import|from)\s+xllamacpp\b|import_module\(["']xllamacpp["']\)""", re.MULTILINE)
    loading = [path.relative_to(root).as_posix() for path in python_files if loads.search(path.read_text("utf-8"))]
    assert loading == ["src/seawall/engines/child.py"]
