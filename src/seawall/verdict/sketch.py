"""Recognises prompts that are nearly the same. Keeps salted hashes for some minutes; no text, nor a way back to one.

Of the triples of neighbouring words at both ends of a prompt the four with the lowest hash stand for it (Broder, "On
the resemblance and containment of documents", 1997). Who has seen two of four lately has seen nearly the same prompt.
"""

from __future__ import annotations

from array import array
from itertools import repeat
from zlib import crc32

ENDS_CHARS, ENDS_WORDS = 200, 10
# Fewer words are said alike by honest people too: "hello", "continue", an example of the first screen.
LEAST_WORDS = 8
KEPT, ALIKE = 4, 2
_CELLS = 1 << 14
_FRESH = 30
"""Windows after which a cell is as good as empty: five minutes."""


class Sketches:
    """One table of 16,384 cells, 192 KiB, whatever comes."""

    def __init__(self, salt: int) -> None:
        self._salt = salt & 0xFFFFFFFF
        self._tags = array("Q", bytes(8 * _CELLS))
        self._seen_at = array("i", bytes(4 * _CELLS))
        self._window = _FRESH + 1

    def turn(self) -> None:
        """A window has ended."""
        self._window += 1

    def is_alike(self, text: str) -> bool | None:
        """Whether nearly the same came lately, which is noted; None for a prompt too short to tell."""
        words = _ends(text)
        if len(words) < LEAST_WORDS:
            return None
        numbers = list(map(crc32, words, repeat(self._salt)))
        tags = sorted(set(map(hash, zip(numbers, numbers[1:], numbers[2:], strict=False))))[:KEPT]
        oldest, alike = self._window - _FRESH, 0
        for tag in tags:
            tag &= 0xFFFFFFFFFFFFFFFF
            cell = tag % _CELLS
            alike += self._tags[cell] == tag and self._seen_at[cell] > oldest
            self._tags[cell] = tag
            self._seen_at[cell] = self._window
        return alike >= ALIKE


def _ends(text: str) -> list[bytes]:
    if len(text) <= 2 * ENDS_CHARS:
        words = text.encode(errors="replace").split()
        return words if len(words) <= 2 * ENDS_WORDS else words[:ENDS_WORDS] + words[-ENDS_WORDS:]
    head = text[:ENDS_CHARS].encode(errors="replace").split()
    tail = text[-ENDS_CHARS:].encode(errors="replace").split()
    return head[:ENDS_WORDS] + tail[-ENDS_WORDS:]
