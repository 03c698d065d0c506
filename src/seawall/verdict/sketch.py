"""Recognises prompts that are nearly the same. Keeps salted hashes for some minutes; no text, nor a way back to one.

Of the triples of neighbouring words at either end of a prompt the three with the lowest hash stand for that end
(Broder, "On the resemblance and containment of documents", 1997). Where two of three came lately from somewhere else,
nearly the same prompt did. What the same place asks again says nothing: programs have templates of their own, and a
class has one exercise.
"""

from __future__ import annotations

from array import array
from itertools import repeat
from zlib import crc32

ENDS_CHARS, ENDS_WORDS = 200, 10
# Fewer words are said alike by honest people too: "hello", "continue", an example of the first screen.
LEAST_WORDS = 8
KEPT, ALIKE = 3, 2
_CELLS = 1 << 15
_FRESH = 30
"""Windows after which a cell is as good as empty: five minutes."""


class Sketches:
    """One table of 32,768 cells, 448 KiB, whatever comes."""

    def __init__(self, salt: int) -> None:
        self._salt = salt & 0xFFFFFFFF
        self._tags = array("Q", bytes(8 * _CELLS))
        self._seen_at = array("i", bytes(4 * _CELLS))
        self._sites = array("H", bytes(2 * _CELLS))
        self._window = _FRESH + 1

    def turn(self) -> None:
        """A window has ended."""
        self._window += 1

    def is_alike(self, text: str, site: int = 0) -> bool | None:
        """Whether nearly the same came lately from another site; None for a prompt too short to tell. Notes it."""
        ends = _ends(text)
        if sum(map(len, ends)) < LEAST_WORDS:
            return None
        site &= 0xFFFF
        return max([self._knows(words, site) for words in ends]) >= ALIKE

    def _knows(self, words: list[bytes], site: int) -> int:
        """How many of this end's triples came lately from elsewhere."""
        numbers = list(map(crc32, words, repeat(self._salt)))
        tags = sorted(set(map(hash, zip(numbers, numbers[1:], numbers[2:], strict=False))))[:KEPT]
        oldest, alike = self._window - _FRESH, 0
        for tag in tags:
            tag &= 0xFFFFFFFFFFFFFFFF
            cell = tag % _CELLS
            alike += self._tags[cell] == tag and self._seen_at[cell] > oldest and self._sites[cell] != site
            self._tags[cell] = tag
            self._seen_at[cell] = self._window
            self._sites[cell] = site
        return alike


def _ends(text: str) -> list[list[bytes]]:
    """The first words and the last, none of them twice."""
    if len(text) <= 2 * ENDS_CHARS:
        words = text.encode(errors="replace").split()
        if len(words) <= ENDS_WORDS:
            return [words]
        return [words[:ENDS_WORDS], words[ENDS_WORDS:][-ENDS_WORDS:]]
    head = text[:ENDS_CHARS].encode(errors="replace").split()
    tail = text[-ENDS_CHARS:].encode(errors="replace").split()
    return [head[:ENDS_WORDS], tail[-ENDS_WORDS:]]
