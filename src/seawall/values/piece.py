"""What an engine says, bit by bit. Knows text and accounting; knows no wire."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the engine counted them; ``cached_tokens`` is the part of the prompt found in its cache."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One event of an answer.

    ``data`` is the engine's own JSON: a ``chat.completion.chunk`` when the question streams, the whole
    ``chat.completion`` when it does not. The rest is what accounting and the chat app read from it: ``tokens`` is
    1 for a chunk that carries any, ``finish`` the finish reason once known, ``usage`` the totals once known.
    """

    data: bytes
    text: str = ""
    reasoning: str = ""
    tokens: int = 0
    finish: str | None = None
    usage: Usage | None = None


class Outcome(StrEnum):
    """How an answer ended: wholly, by its asker leaving, or by a fault after it began."""

    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Recorded:
    """The line's last word. ``saved`` is False when the records could not keep the answer."""

    outcome: Outcome
    usage: Usage
    finish: str | None
    saved: bool
