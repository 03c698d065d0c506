"""A conversation as it was found in a file, and the fields of strange JSON read with care. Knows no format."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, cast

# No text that a person read is longer; a file that says so is wrong.
LONGEST_TEXT = 1_000_000
LONGEST_TITLE = 200
LONGEST_INSTRUCTIONS = 16_384
# 10 messages a minute for a working day.
MOST_MESSAGES = 5_000
# Before the year 2001 a number of seconds is smaller than this; other programs count milli- or nanoseconds.
_LARGEST_SECONDS = 1e11


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of how an answer went, as ours keeps it. Times are Unix seconds, or seconds since the question."""

    finish: str = ""
    refusal: str = ""
    eased: str = ""
    usage: dict[str, int] = field(default_factory=dict[str, int])
    first_token_s: float | None = None
    reasoned_s: float | None = None
    finished_s: float | None = None


@dataclass(slots=True)
class Node:
    """One message of a tree as it is in the file. Without a ``speaker`` it is passed over, its children are not."""

    id: str
    parent: str | None
    speaker: str = ""
    text: str = ""
    reasoning: str = ""
    created_s: float | None = None
    model: str = ""
    status: str = "complete"
    kept: Kept = field(default_factory=Kept)


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """Ids are the file's own."""

    id: str
    parent: str | None
    speaker: str
    text: str
    reasoning: str
    created_s: float
    model: str
    status: str = "complete"
    kept: Kept = field(default_factory=Kept)


@dataclass(slots=True)
class Found:
    """``source`` names the format; ``leaf`` is the last message of the branch that was shown."""

    source: str
    id: str
    title: str
    created_s: float
    updated_s: float
    nodes: list[Node] = field(default_factory=list[Node])
    leaf: str = ""
    model: str = ""
    pinned: bool = False
    archived: bool = False
    instructions: str = ""
    sampling: str = ""
    folder: str = ""


class Unfit(Exception):
    """One conversation cannot be taken; the message says why, as a sentence."""


def mapping(value: Any) -> dict[str, Any]:
    """The object, an empty one for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """The array, an empty one for anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def words(value: Any) -> str:
    """The text as any database keeps it, an empty one for anything else."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode(errors="replace").decode()[:LONGEST_TEXT]


def name(value: Any) -> str:
    """A short text in one line."""
    return " ".join(words(value).split())[:LONGEST_TITLE]


def instructions(value: Any) -> str:
    """As long as those that are typed here may be."""
    return words(value)[:LONGEST_INSTRUCTIONS]


def seconds(value: Any) -> float | None:
    """Unix seconds, however they are counted; None for no time."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        return None
    told = float(value)
    while told > _LARGEST_SECONDS:
        told /= 1000
    return told
