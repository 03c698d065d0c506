"""Remembers which files were checked, so that a start need not hash gigabytes. Knows hashes; judges nothing."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

_FILE = "verified.json"


@dataclass(frozen=True, slots=True)
class _Mark:
    size_bytes: int
    mtime_ns: int
    sha256: str


class VerifiedFiles:
    """A small JSON beside the models. It only spares work: losing it costs a hash, and it is never needed to start.

    Whoever can write a model while keeping its size and time to the nanosecond can write this file too.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unchanged(self, path: Path) -> str | None:
        """The hash found earlier, while size and time of change are what they were then."""
        mark = self._marks().get(self._key(path))
        stat = path.stat()
        same = mark is not None and (mark.size_bytes, mark.mtime_ns) == (stat.st_size, stat.st_mtime_ns)
        return mark.sha256 if mark is not None and same else None

    def recorded(self, path: Path) -> str | None:
        """The hash the file had when it was received, whatever it is now."""
        mark = self._marks().get(self._key(path))
        return mark.sha256 if mark is not None else None

    def record(self, path: Path, sha256: str) -> None:
        stat = path.stat()
        marks = self._marks() | {self._key(path): _Mark(stat.st_size, stat.st_mtime_ns, sha256)}
        text = json.dumps({key: asdict(mark) for key, mark in sorted(marks.items())}, indent=1)
        # A read-only data folder still serves; it hashes at each start.
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = self._folder / f"{_FILE}.{os.getpid()}"
            draft.write_text(text, encoding="utf-8")
            draft.replace(self._folder / _FILE)

    def _key(self, path: Path) -> str:
        return os.path.relpath(path, self._folder)

    def _marks(self) -> dict[str, _Mark]:
        try:
            read = cast(dict[str, dict[str, Any]], json.loads((self._folder / _FILE).read_text(encoding="utf-8")))
            return {key: _Mark(**mark) for key, mark in read.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
