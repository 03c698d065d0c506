"""A file from elsewhere: the documents in it, and the files beside them. Knows JSON and ZIP; knows no conversation."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

# ChatGPT's is one file, or several of many conversations; ours has one for each conversation.
_CONVERSATIONS = re.compile(r"(?:^|/)conversations(?:-\d+)?\.json$|(?:^|/)conversations/[^/]+\.json$")
_OURS = re.compile(r"^(.*?)conversations/[^/]+\.json$")
# A ZIP file's list is read before anything in it.
_MOST_ENTRIES = 200_000
_BLOCK_BYTES = 192 * 1024


class Refused(Exception):
    """The file as a whole cannot be taken."""


class Package:
    """Of what is unpacked, documents take ``unpacked_bytes`` at most and files ``files_bytes``. Raises Refused."""

    def __init__(self, file: IO[bytes], unpacked_bytes: int, files_bytes: int, exits: ExitStack) -> None:
        self._file = file
        self._left_bytes = unpacked_bytes
        self._files_bytes = files_bytes
        self._archive: zipfile.ZipFile | None = None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._root = ""
        beginning = file.read(4)
        file.seek(0)
        if beginning == b"PK\x03\x04":
            self._archive = exits.enter_context(zipfile.ZipFile(file))
            if len(self._archive.infolist()) > _MOST_ENTRIES:
                raise Refused("bomb")
            self._entries = {entry.filename: entry for entry in self._archive.infolist()}
            self._root = next((found[1] for name in self._entries if (found := _OURS.match(name))), "")

    def conversations(self) -> Iterator[tuple[str, float]]:
        """Each document that may hold conversations, and how much of all of them is behind it, from 0 to 1."""
        if self._archive is None:
            yield self._text(self._file), 1.0
            return
        wanted = [entry for entry in self._entries.values() if _CONVERSATIONS.search(entry.filename)]
        total = sum(entry.file_size for entry in wanted)
        if total > self._left_bytes:
            raise Refused("bomb")
        behind = 0
        for entry in wanted:
            behind += entry.file_size
            with self._archive.open(entry) as opened:
                yield self._text(opened), behind / (total or 1)

    def document(self, name: str) -> str | None:
        """One of ours that stands beside the conversations."""
        entry = self._entries.get(self._root + name)
        if self._archive is None or entry is None:
            return None
        with self._archive.open(entry) as opened:
            return self._text(opened)

    def holds(self, name: str) -> bool:
        """Whether a file of that name stands beside the conversations."""
        return name.startswith("attachments/") and self._root + name in self._entries

    def size_bytes(self, name: str) -> int:
        """What the list says of it, which is the sender's word."""
        return self._entries[self._root + name].file_size

    def blocks(self, name: str, most_bytes: int) -> Iterator[bytes]:
        """The content of a file, of ``most_bytes`` at most."""
        assert self._archive is not None
        with self._archive.open(self._entries[self._root + name]) as opened:
            while block := opened.read(_BLOCK_BYTES):
                most_bytes -= len(block)
                self._files_bytes -= len(block)
                if most_bytes < 0 or self._files_bytes < 0:
                    raise Refused("bomb")
                yield block

    def _text(self, opened: IO[bytes]) -> str:
        # What the list says of sizes is the sender's word: this is what is read.
        data = opened.read(self._left_bytes + 1)
        if len(data) > self._left_bytes:
            raise Refused("bomb")
        if self._archive is not None:
            self._left_bytes -= len(data)
        return data.decode("utf-8-sig")
