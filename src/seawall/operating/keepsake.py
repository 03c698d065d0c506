"""A few facts in a file of the data folder, which a restart must not undo. Knows the file; knows not what they mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from seawall.observing.logs import logger


class Keepsake:
    """An operator's word, or nothing. ``file`` is None where nothing is to be kept; ``name`` is the log's for it."""

    def __init__(self, file: Path | None, name: str) -> None:
        self._file = file
        self._name = name

    def put(self, facts: Mapping[str, Any]) -> None:
        """Replaces what is kept, whole or not at all. Raises OSError."""
        if self._file is not None:
            draft = self._file.with_suffix(".draft")
            draft.write_text(json.dumps(facts), "utf-8")
            draft.replace(self._file)

    def clear(self) -> None:
        """Keeps nothing from now on. Raises OSError."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    def found(self) -> dict[str, Any] | None:
        """What a life before kept. A file that cannot be read is told of and passed over: it must not stop a start."""
        if self._file is None or not self._file.exists():
            return None
        try:
            kept = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            return self.unreadable(error)
        return cast("dict[str, Any]", kept) if isinstance(kept, dict) else self.unreadable(TypeError("no object"))

    def unreadable(self, error: Exception) -> None:
        """Tells of it. For whoever finds that the facts make no sense, too."""
        logger("operator").warning(f"{self._name}_unreadable", file=str(self._file), reason=repr(error))
