"""By which program a verdict was found, or a page drawn: a fingerprint of its source. Knows files; runs nothing.

A version number would not do: tables are tuned between two of them, and what was found by other tables is no forgery.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

_ROOT = Path(__file__).parent.parent.parent
_LENGTH = 16


@lru_cache(maxsize=1)
def verdict_program() -> str:
    """Of what finds verdicts from windows."""
    return _fingerprint([*_files("verdict"), _ROOT / "values" / "window.py", _ROOT / "values" / "verdict.py"])


@lru_cache(maxsize=1)
def page_program() -> str:
    """Of what draws reports from entries and windows."""
    return _fingerprint([*_files("safeguards/report"), *_files("verdict")])


def _files(folder: str) -> list[Path]:
    return [file for file in (_ROOT / folder).iterdir() if file.suffix in (".py", ".css", ".json")]


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        text = file.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{file.relative_to(_ROOT).as_posix()} {len(text)}\n".encode() + text)
    return digest.hexdigest()[:_LENGTH]
