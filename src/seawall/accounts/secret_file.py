"""The service's own secrets, a file each: for cookies, the public log, models. Knows no signature."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

FILE_NAME = "secret.key"
LOG_KEY_FILE = "log.key"
MODEL_KEY_FILE = "models.key"
SIZE_BYTES = 32


class SecretFileError(Exception):
    """The file cannot be used; the message says what to do."""


def service_secret(folder: Path, random: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """The secret of ``folder``, made at the first call. Several processes may ask at once: all get the same one.

    Raises:
        SecretFileError: the file is damaged, or cannot be written or read.
    """
    return _kept(folder / FILE_NAME, "which signs everybody out", random)


def log_seed(folder: Path, random: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """The key that signs the public log's heads, made at the first call. Raises SecretFileError.

    It is in no backup: who holds one must not be able to sign another past. Where it is lost a new one takes over, and
    the log says so.
    """
    return _kept(folder / LOG_KEY_FILE, "and the public log goes on under a new key, and says so", random)


def model_seed(folder: Path, random: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """The key that signs the cards of models trained here, made at the first call. Raises SecretFileError."""
    return _kept(folder / MODEL_KEY_FILE, "and sign the models' cards anew", random)


def _kept(path: Path, without: str, random: Callable[[int], bytes]) -> bytes:
    try:
        if not path.exists():
            _create(path, random(SIZE_BYTES))
        secret = path.read_bytes()
    except OSError as error:
        raise SecretFileError(
            f"The secret {path} cannot be written or read ({error.strerror}). "
            "See that the disk is not full and that this user may use the file."
        ) from None
    if len(secret) != SIZE_BYTES:
        raise SecretFileError(
            f"{path} is damaged: it holds {len(secret)} bytes instead of {SIZE_BYTES}. "
            f"Restore it, or delete it, {without}."
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
