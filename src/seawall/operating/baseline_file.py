"""Where what is usual survives a restart: one file in the data folder. Knows the file; knows no meaning of it."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from seawall.observing.logs import logger
from seawall.verdict.baseline import Baseline, ForeignBaseline, baseline_of

FILE_NAME = "usual_hours.json"
# What is lost when the process dies in between: nothing that a quarter of an hour does not teach again.
EVERY_S = 600.0
# More than four times what a full one takes; whatever else lies there is not ours.
_MOST_BYTES = 4 * 1024 * 1024


class BaselineFile:
    """``path`` is None where nothing is to be kept. Neither reading nor writing ever raises: what is usual can be
    learned anew, and a full disk must not end a service.
    """

    def __init__(self, path: Path | None, *, unix_time: Callable[[], float] = time.time) -> None:
        self._path = path
        self._unix_time = unix_time
        self._log = logger("verdict")

    def load(self) -> Baseline:
        """What an earlier life learned. A file that is broken or of another version is set aside, and told of."""
        path = self._path
        if path is None or not path.exists():
            return Baseline()
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise ForeignBaseline("it is far too large")
            return baseline_of(json.loads(path.read_text("utf-8")))
        except OSError as error:
            self._log.warning("usual_hours_unreadable", file=str(path), reason=str(error))
        except (ForeignBaseline, ValueError, RecursionError) as error:
            aside = path.with_name(f"{path.name}.set-aside-{int(self._unix_time())}")
            self._log.warning("usual_hours_set_aside", file=str(path), aside=str(aside), reason=str(error))
            try:
                path.replace(aside)
            except OSError as fault:
                self._log.warning("usual_hours_unmovable", file=str(path), reason=str(fault))
        return Baseline()

    async def save(self, baseline: Baseline) -> None:
        """Keeps it, wholly or not at all. The loop only copies it."""
        if self._path is not None:
            await asyncio.to_thread(self._write, self._path, baseline.told())

    def _write(self, path: Path, told: dict[str, Any]) -> None:
        draft = path.with_suffix(".draft")
        try:
            with draft.open("w", encoding="utf-8") as file:
                json.dump(told, file, separators=(",", ":"))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            self._log.warning("usual_hours_unwritable", file=str(path), reason=str(error))
