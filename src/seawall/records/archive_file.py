"""The file that holds everything, whatever the database. Knows zip, JSON and hashes; knows no SQL.

A zip with ``manifest.json`` and, for each table, ``tables/NAME.jsonl`` with one object a row; bytes stand in it as
``{"base64": ...}``. Neither writing nor reading holds more than a row of it in memory.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from seawall import __version__
from seawall.records.durable import sync_folder
from seawall.records.port import RecordsError

FORMAT = 1
_MANIFEST = "manifest.json"
_LONGEST_ROW_BYTES = 64 * 1024 * 1024


class ArchiveError(RecordsError):
    """The file is not an archive, is damaged, or does not fit this program; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table in the archive: how many rows, and the SHA-256 of its lines."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """``schema`` is the revision of the tables, ``seawall`` the version that wrote them."""

    format: int
    seawall: str
    schema: str
    written: str
    tables: dict[str, Part]

    def __str__(self) -> str:
        """For people: ``3 accounts, 2 conversations and 14 messages``."""
        accounts, conversations, messages = (
            f"{rows} {kind if rows != 1 else kind[:-1]}"
            for kind in ("accounts", "conversations", "messages")
            for rows in (self.tables[kind].rows,)
        )
        return f"{accounts}, {conversations} and {messages}"


# Writing.


def write_file(
    file: Path, schema: str, now: datetime, tables: Iterable[tuple[str, Iterable[Mapping[str, Any]]]]
) -> Manifest:
    """Writes tables as (name, rows), in this order. The file appears whole and on the disk, or not at all."""
    with _whole_or_not_at_all(file) as target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = {name: _write_part(archive, name, rows) for name, rows in tables}
        manifest = Manifest(FORMAT, __version__, schema, now.isoformat(timespec="seconds"), parts)
        archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2))
    return manifest


def _write_part(archive: zipfile.ZipFile, name: str, rows: Iterable[Mapping[str, Any]]) -> Part:
    digest, count = hashlib.sha256(), 0
    with archive.open(_part_name(name), "w", force_zip64=True) as part:
        for row in rows:
            told = json.dumps(dict(row), ensure_ascii=False, separators=(",", ":"), default=_bytes_told)
            line = told.encode() + b"\n"
            digest.update(line)
            part.write(line)
            count += 1
    return Part(count, digest.hexdigest())


@contextmanager
def _whole_or_not_at_all(file: Path) -> Generator[IO[bytes]]:
    """A file beside, for us alone, that takes the name once all of it is on the disk."""
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    descriptor = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        partial.replace(file)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(file.parent)


# Reading.


class ArchiveFile:
    """An archive that was read through once and found whole."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def rows(self, table: str) -> Iterator[tuple[dict[str, Any], int]]:
        """The table's rows, each with its size in bytes."""
        for line in _lines(self._archive, table):
            yield json.loads(line, object_hook=_bytes_read), len(line)


@contextmanager
def open_file(file: Path) -> Generator[ArchiveFile]:
    """Raises ArchiveError unless every part is there and as the manifest says."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive, file)
            for name, part in manifest.tables.items():
                if _part(archive, name) != part:
                    raise ArchiveError(f"{file} is damaged: its table {name} is not what the manifest says.")
            yield ArchiveFile(archive, manifest)
    except FileNotFoundError as error:
        raise ArchiveError(f"There is no file {file}.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ArchiveError(f"{file} is not a whole backup of Seawall's: {error}.") from error


def _manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        found = json.loads(archive.read(_MANIFEST))
        tables = {name: Part(**part) for name, part in found.pop("tables").items()}
        manifest = Manifest(tables=tables, **found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArchiveError(f"{file} is not a backup of Seawall's: it has no manifest that can be read.") from error
    if manifest.format != FORMAT:
        raise ArchiveError(
            f"{file} has the format {manifest.format}, and Seawall {__version__} reads {FORMAT}: "
            f"restore it with Seawall {manifest.seawall}, which wrote it."
        )
    return manifest


def _part(archive: zipfile.ZipFile, name: str) -> Part:
    digest, rows = hashlib.sha256(), 0
    for line in _lines(archive, name):
        digest.update(line)
        rows += 1
    return Part(rows, digest.hexdigest())


def _lines(archive: zipfile.ZipFile, table: str) -> Iterator[bytes]:
    try:
        with archive.open(_part_name(table)) as part:
            while line := part.readline(_LONGEST_ROW_BYTES):
                yield line
    except KeyError as error:
        raise ArchiveError(f"The backup lacks its table {table}.") from error


def _bytes_told(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"A column of {type(value).__name__} is not foreseen in a backup.")


def _bytes_read(found: dict[str, Any]) -> Any:
    """Rows are flat, so nothing else in them is an object."""
    return base64.b64decode(found["base64"]) if found.keys() == {"base64"} else found


def _part_name(table: str) -> str:
    return f"tables/{table}.jsonl"
