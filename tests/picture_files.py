"""Pictures as small as they get. Knows PNG by hand; knows no test."""

from __future__ import annotations

import struct
import zlib


def png(width: int = 1, height: int = 1, *, whole: bool = True) -> bytes:
    """A grey picture; ``whole`` False for a header that claims a size without the pixels of it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = (b"\0" + b"\x80" * width) * height if whole else b"\0\0"
    parts = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(pixels)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
