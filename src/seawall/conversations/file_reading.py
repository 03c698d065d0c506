"""What a file is, by its bytes, and the text in it. Knows kinds and bounds; knows no account, no records."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from os import SEEK_END
from typing import IO, Any

from seawall.conversations import attachment_refusals as noes
from seawall.conversations.confined import Bounds, Confined, ConfinedFailed, Exhausted, TooBusy
from seawall.conversations.sniffing import PDF, Kind, is_pdf, picture_of, text_of, text_type
from seawall.values.refusal import Refusal

# pypdf takes 100 MiB for most files; its own bound on what one stream may unpack to is 75 MB.
PDF_BOUNDS = Bounds(
    memory_bytes=512 * 1024 * 1024, cpu_s=20, wall_s=40.0, line_bytes=64 * 1024 * 1024, output_bytes=64 * 1024 * 1024
)
# Further PDFs that wait for a reader: at 20 s each, nobody waits for more.
PDF_WAITING = 4
IN_MEMORY = 2
_PDF_NOES = {"encrypted": noes.LOCKED, "empty": noes.ONLY_PICTURES, "heavy": noes.TOO_HEAVY}


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """``settings.files`` says why each is what it is."""

    file_bytes: int
    image_bytes: int
    image_pixels: int
    text_bytes: int
    pdf_pages: int


@dataclass(frozen=True, slots=True)
class ReadContent:
    """``text`` is what a model reads of it; ``pages`` are a PDF's; ``shortened`` where not all of its text is kept."""

    kind: Kind
    media_type: str
    data: bytes
    text: str = ""
    pages: int | None = None
    shortened: bool = False


class FileReading:
    """``pdf_readers`` PDFs at once, each in a process of its own; ``IN_MEMORY`` files at once are held."""

    def __init__(self, limits: ReadingLimits, *, pdf_readers: int = 1) -> None:
        self.limits = limits
        self._pdfs = Confined("seawall.conversations.pdf_child", PDF_BOUNDS, at_once=pdf_readers, waiting=PDF_WAITING)
        self._in_memory = asyncio.Semaphore(IN_MEMORY)

    @asynccontextmanager
    async def read(self, name: str, file: IO[bytes]) -> AsyncGenerator[ReadContent | Refusal]:
        """What a file holds, which lies on the disk and is in memory until this ends."""
        beginning, size_bytes = await asyncio.to_thread(_beginning, file)
        if size_bytes > self.limits.file_bytes:
            yield noes.too_large("Files", self.limits.file_bytes)
            return
        pdf = await self._read_pdf(file) if is_pdf(beginning) else {}
        if isinstance(pdf, Refusal):
            yield pdf
            return
        async with self._in_memory:
            data = await asyncio.to_thread(_whole, file)
            if pdf:
                yield ReadContent(Kind.PDF, PDF, data, pdf["text"], pdf["pages"], pdf["shortened"])
            else:
                yield await asyncio.to_thread(_read, data, name, self.limits)

    async def _read_pdf(self, file: IO[bytes]) -> dict[str, Any] | Refusal:
        order = {"pages": self.limits.pdf_pages, "text_bytes": self.limits.text_bytes}
        told: dict[str, Any] = {}
        try:
            async with aclosing(self._pdfs.lines(file, order)) as lines:
                async for line in lines:
                    told = json.loads(line)
        except TooBusy:
            return noes.BUSY
        except Exhausted:
            return noes.TOO_HEAVY
        except ConfinedFailed:
            return noes.DAMAGED
        if told.get("no") == "pages":
            return noes.too_many_pages(told["pages"], self.limits.pdf_pages)
        if "no" in told or not told:
            return _PDF_NOES.get(told.get("no", ""), noes.DAMAGED)
        return told


def _beginning(file: IO[bytes]) -> tuple[bytes, int]:
    """The first bytes of a file, and how many there are."""
    size_bytes = file.seek(0, SEEK_END)
    file.seek(0)
    return file.read(1024), size_bytes


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _read(data: bytes, name: str, limits: ReadingLimits) -> ReadContent | Refusal:
    if not data:
        return noes.EMPTY_FILE
    picture = picture_of(data)
    if picture is not None:
        if len(data) > limits.image_bytes:
            return noes.too_large("Images", limits.image_bytes)
        if picture.pixels > limits.image_pixels:
            return noes.too_many_pixels(limits.image_pixels)
        return ReadContent(Kind.IMAGE, picture.media_type, data)
    if len(data) > limits.text_bytes:
        return noes.UNKNOWN_KIND if text_of(data[:4096]) is None else noes.too_large("Text files", limits.text_bytes)
    text = text_of(data)
    if text is None:
        return noes.UNKNOWN_KIND
    return ReadContent(Kind.TEXT, text_type(name), data, text) if text.strip() else noes.EMPTY_FILE
