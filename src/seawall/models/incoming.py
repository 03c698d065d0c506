"""Receives a file so that its final name only ever holds a whole and checked one. Knows disks; knows no network.

What has arrived lies beside the final name as ``NAME.KEY.part``, KEY being the start of the expected hash: a later
try goes on where this one ended, and never with the bytes of another file.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from seawall.models.model_file import ModelProblem, size_text

_CHUNK_BYTES = 1024 * 1024


class AlreadyReceiving(Exception):
    """Another process receives this very file now."""


class Incoming:
    """A context manager: write, then ``place``. Leaving it without placing keeps the part for the next try.

    Raises:
        AlreadyReceiving, OSError: on entering; OSError while writing and placing.
    """

    def __init__(self, final: Path, sha256: str) -> None:
        self._final = final
        self._sha256 = sha256
        self._part = final.with_name(f"{final.name}.{sha256[:16]}.part")
        self.received_bytes = 0

    def __enter__(self) -> Self:
        self._final.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._part.open("a+b", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise AlreadyReceiving from None
        self._take_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, chunk: bytes) -> None:
        left = memoryview(chunk)
        while left:
            left = left[self._file.write(left) :]
        self._digest.update(chunk)
        self.received_bytes += len(chunk)

    def restart(self) -> None:
        """Forgets what has arrived."""
        self._file.truncate(0)
        self._digest = hashlib.sha256()
        self.received_bytes = 0

    def place(self) -> bool:
        """Gives the whole file its name, durably. False when it is not the file expected: it is gone then."""
        if self._digest.hexdigest() != self._sha256:
            self._part.unlink()
            return False
        os.fsync(self._file.fileno())
        self._part.replace(self._final)
        folder = os.open(self._final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return True

    def room_problem(self, size_bytes: int) -> ModelProblem | None:
        """None when what is still to come fits on the disk."""
        folder = self._final.parent
        free, needed = shutil.disk_usage(folder).free, size_bytes - self.received_bytes
        if needed <= free:
            return None
        return ModelProblem(
            f"{self._final.name} needs {size_text(needed)} more in {folder}, which has {size_text(free)} free: "
            "free some, or choose another folder with --data."
        )

    def _take_up(self) -> None:
        self._digest = hashlib.sha256()
        self.received_bytes = 0
        self._file.seek(0)
        left = os.fstat(self._file.fileno()).st_size
        while left > 0 and (chunk := self._file.read(min(left, _CHUNK_BYTES))):
            self._digest.update(chunk)
            self.received_bytes += len(chunk)
            left -= len(chunk)
