"""A model as a file on disk, or the reason why there is none. Knows GGUF's first bytes; knows no source."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Progress = Callable[[int, int], None]
"""Told (bytes done, bytes in all) as work goes on; the second is 0 while unknown."""

_MAGIC = b"GGUF"
_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file that may be loaded. ``sha256`` is None for a file of one's own, which nothing is known of."""

    path: Path
    name: str
    size_bytes: int
    sha256: str | None = None
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class ModelProblem:
    """Why there is no model: one sentence that says what to do. ``absent`` when fetching it would help."""

    sentence: str
    absent: bool = False


def gguf_problem(path: Path) -> ModelProblem | None:
    """None when the file begins as a GGUF file does."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as fault:
        return ModelProblem(f"The model file {path} cannot be read: {fault.strerror}.")
    if head == _MAGIC:
        return None
    return ModelProblem(f"{path} is not a GGUF file: give one that llama.cpp can load, or a name of the catalogue.")


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """The file's hash in hexadecimal: two seconds a gigabyte where it was measured."""
    digest = hashlib.sha256()
    size, done = path.stat().st_size, 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            done += len(chunk)
            if progress is not None:
                progress(done, size)
    return digest.hexdigest()


def storage_problem(fault: OSError, folder: Path) -> ModelProblem:
    """What a failed write to ``folder`` means for the person at the terminal."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return ModelProblem(f"There is no more room in {folder}: free some, or choose another folder with --data.")
    if fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ModelProblem(f"{folder} may not be written: allow it, or choose another folder with --data.")
    return ModelProblem(f"Writing to {folder} failed: {fault.strerror or fault}.")


def size_text(size_bytes: int) -> str:
    if size_bytes < 1e6:
        return f"{size_bytes / 1e3:.0f} kB"
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.0f} MB"
