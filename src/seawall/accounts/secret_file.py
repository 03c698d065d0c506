"""The service's own secret, by which cookies are signed. Knows one file; knows not what is signed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

FILE_NAME = "secret.key"
SIZE_BYTES = 32


class SecretFileError(Exception):
    """The file cannot be used; the message says what to do."""


def service_secret(folder: Path, random: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """The secret of ``folder``, made at the first call. Several processes may ask at once: all get the same one.

    Raises:
        SecretFileError: the file is damaged, or cannot be written or read.
    """
    path = folder / FILE_NAME
    try:
        if not path.exists():
            _create(path, random(SIZE_BYTES))
        secret = path.read_bytes()
    except OSError as error:
        raise SecretFileError(
            f"The service's secret {path} cannot be written or read ({error.strerror}). "
            "See that the disk is not full and that this user may use the file."
        ) from None
    if len(secret) != SIZE_BYTES:
        raise SecretFileError(
            f"{path} is damaged: it holds {len(secret)} bytes instead of {SIZE_BYTES}. "
            "Restore it, or delete it, which signs everybody out."
        )
    return secret


def _create(path: Path, secret: bytes) -> None:
    """Written whole under another name, then linked: the name never stands for half a secret, nor for two."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        _make_name_durable(path.parent)
    finally:
        draft.unlink()


def _make_name_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
