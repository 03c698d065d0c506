"""The folder that holds all a service keeps. Knows its lock and rights; knows nothing of what lies in it."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import IO

LOCK_FILE = "service.lock"


class DataFolderError(Exception):
    """The folder cannot be used; the message says why and what to do."""


def prepare(folder: Path) -> Path:
    """Makes the folder, for its owner alone, and proves that it can be written. Raises DataFolderError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".probe.{os.getpid()}"
        probe.touch(mode=0o600)
        try:
            probe.write_bytes(b"a full disk still takes names")
        finally:
            probe.unlink()
    except OSError as error:
        raise _unwritable(folder, error) from None
    return folder


def _unwritable(folder: Path, error: OSError) -> DataFolderError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DataFolderError(
            f"The disk under {folder} is full. Free some space, or choose another folder with --data."
        )
    return DataFolderError(
        f"The data folder {folder} cannot be written ({error.strerror}). "
        "Make it writable for this user, or choose another with --data."
    )


class ServiceLock:
    """Held by the one service of a data folder. The system lets go of it however the process ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_FILE
        self._file: IO[str] | None = None

    def __enter__(self) -> None:
        try:
            self._file = self._locked()
        except OSError as error:
            raise _unwritable(self._path.parent, error) from None

    def _locked(self) -> IO[str]:
        file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read(32).strip() or "unknown"
            file.close()
            raise DataFolderError(
                f"Another Seawall (process {holder}) already serves the data folder {self._path.parent}. "
                "Stop it, or choose another folder with --data."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        return file

    def __exit__(self, *error: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
