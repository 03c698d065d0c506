"""The numbered events of one answer, to be told again from anywhere. Knows numbers and words; knows no listener.

An answer has a piece for each token, but the words of all are kept once, as bytes, with two offsets an event: 4,096
tokens take some 60 kB. So a listener who was away for a thousand pieces is given one that joins them, to the letter.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PIECE = "piece"
WAITING = "waiting"
_NAMED_BYTES = 400


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """Numbers count from 1; of several that were joined into one event, it bears the last."""

    number: int
    name: str
    data: Mapping[str, Any]


class EventLog:
    """Grows at its end alone."""

    __slots__ = ("_named", "_reasoning", "_reasoning_ends", "_text", "_text_ends")

    def __init__(self) -> None:
        self._text = bytearray()
        self._reasoning = bytearray()
        # Where the words of each event end, by its number.
        self._text_ends = array("I", [0])
        self._reasoning_ends = array("I", [0])
        # What is no piece. Of the places in line only the last is kept: the others are over.
        self._named: list[NumberedEvent] = []

    def __len__(self) -> int:
        """The last event's number."""
        return len(self._text_ends) - 1

    @property
    def size_bytes(self) -> int:
        """About what it takes of memory."""
        words = len(self._text) + len(self._reasoning) + 8 * len(self._text_ends)
        return words + _NAMED_BYTES * len(self._named)

    def tell(self, name: str, data: Mapping[str, Any]) -> None:
        """Adds an event that is no piece."""
        self._number()
        if self._named and self._named[-1].name == WAITING == name:
            del self._named[-1]
        self._named.append(NumberedEvent(len(self), name, data))

    def say(self, text: str, reasoning: str) -> None:
        """Adds a piece."""
        self._text += text.encode(errors="replace")
        self._reasoning += reasoning.encode(errors="replace")
        self._number()

    def after(self, number: int) -> list[NumberedEvent]:
        """What comes after that event: pieces joined where nothing else came between them."""
        told: list[NumberedEvent] = []
        at = min(max(number, 0), len(self))
        for event in self._named:
            if event.number <= at:
                continue
            self._add_pieces(told, at, event.number - 1)
            # Once there are words, a place in line is nobody's any more.
            if event.name != WAITING or (event is self._named[-1] and not self._has_words_since(event.number)):
                told.append(event)
            at = event.number
        self._add_pieces(told, at, len(self))
        return told

    def _number(self) -> None:
        self._text_ends.append(len(self._text))
        self._reasoning_ends.append(len(self._reasoning))

    def _has_words_since(self, number: int) -> bool:
        return self._text_ends[-1] > self._text_ends[number] or self._reasoning_ends[-1] > self._reasoning_ends[number]

    def _add_pieces(self, told: list[NumberedEvent], start: int, end: int) -> None:
        if start >= end:
            return
        text = self._text[self._text_ends[start] : self._text_ends[end]].decode()
        reasoning = self._reasoning[self._reasoning_ends[start] : self._reasoning_ends[end]].decode()
        data = {name: words for name, words in (("text", text), ("reasoning", reasoning)) if words}
        if data:
            told.append(NumberedEvent(end, PIECE, data))
