"""What a file is by its own bytes, whatever it is called. Knows signatures and headers; decodes no picture."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import StrEnum

PDF = "application/pdf"
# Where a PDF may begin: mail programs and printers put lines before it, and readers look as far.
_PDF_WITHIN = 1024
# Text has line ends, tabs, page breaks and a terminal's colours; other control characters are signs of another format.
_IN_TEXT = frozenset("\t\n\r\f\b\x1b")
_OF_NO_PICTURE = (0xC4, 0xC8, 0xCC)
# How text is told apart for people and programs that open it; to the model all of it is text.
_TEXT_TYPES = {"md": "text/markdown", "markdown": "text/markdown", "csv": "text/csv", "json": "application/json"}


class Kind(StrEnum):
    """What the model gets of a file: its text, the text in it, or the picture."""

    TEXT = "text"
    PDF = "pdf"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Picture:
    """As its header says."""

    media_type: str
    width: int
    height: int

    @property
    def pixels(self) -> int:
        """How much memory it takes whoever opens it."""
        return self.width * self.height


def is_pdf(data: bytes) -> bool:
    """Whether it says of itself that it is a PDF."""
    return b"%PDF-" in data[:_PDF_WITHIN]


def picture_of(data: bytes) -> Picture | None:
    """None for what is none of the four kinds of images, or has no whole header."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return Picture("image/png", *struct.unpack(">II", data[16:24]))
        if data.startswith((b"GIF87a", b"GIF89a")):
            return Picture("image/gif", *struct.unpack("<HH", data[6:10]))
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return Picture("image/webp", *_webp_size(data))
        if data.startswith(b"\xff\xd8\xff"):
            return Picture("image/jpeg", *_jpeg_size(data))
    except (struct.error, IndexError):
        return None
    return None


def text_of(data: bytes) -> str | None:
    """The text of a UTF-8 file, None for anything else."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return text if all(character >= " " or character in _IN_TEXT for character in set(text)) else None


def text_type(name: str) -> str:
    """How a text of this name is called."""
    return _TEXT_TYPES.get(name.rpartition(".")[2].lower(), "text/plain")


def _webp_size(data: bytes) -> tuple[int, int]:
    form = data[12:16]
    if form == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if form == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise IndexError
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in _OF_NO_PICTURE:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if marker == 0xFF:  # A byte that fills.
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        at += 2 + max(length, 2)
