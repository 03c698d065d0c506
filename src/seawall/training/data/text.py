"""Text files as documents for pretraining. Knows files; knows no tokenizer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from seawall.training.data.example import DataError

_SUFFIXES = (".txt", ".md")


def documents(path: Path) -> Iterator[str]:
    """The text of a file, or of each text file in a folder, in the order of names. Raises DataError."""
    files = sorted(one for one in path.rglob("*") if one.suffix in _SUFFIXES) if path.is_dir() else [path]
    found = False
    for file in files:
        text = _read(file)
        if text.strip():
            found = True
            yield text
    if not found:
        raise DataError(f"There is no text in '{path}': give a file, or a folder of .txt or .md files.")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"'{file}' is not UTF-8 text (byte {error.start}).") from None
    except OSError as error:
        raise DataError(f"'{file}' cannot be read: {error.strerror}.") from None
