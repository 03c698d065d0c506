"""Examples from JSON lines of the user. Knows the two shapes that are common; says which line is wrong and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

from seawall.training.data.example import DataError, Example
from seawall.training.rewards import RULES

_FIELDS = frozenset(field.name for field in fields(Example))
# A line that is longer is no question with an answer, and would be read whole into memory.
MOST_LINE_BYTES = 1_000_000


def examples(path: Path) -> Iterator[Example]:
    """One example a line: ``{"prompt", "answer"}``, perhaps with ``reasoning`` and ``rule``, or OpenAI's ``{"messages":
    [user, assistant]}``. Raises DataError with the line's number; empty lines are skipped, an empty file is refused."""
    found = False
    for number, line in _lines(path):
        try:
            yield _example(json.loads(line))
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path}, line {number}: {_why(error)}") from None
        found = True
    if not found:
        raise DataError(f"'{path}' has no examples: each line is to be an object with 'prompt' and 'answer'.")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(MOST_LINE_BYTES + 1):
                number += 1
                if len(line) > MOST_LINE_BYTES:
                    raise DataError(f"{path}, line {number}: it is longer than {MOST_LINE_BYTES:,} bytes.")
                if line.strip():
                    yield number, line
    except OSError as error:
        raise DataError(f"'{path}' cannot be read: {error.strerror}.") from None


def _example(said: object) -> Example:
    if not isinstance(said, dict):
        raise ValueError("it is not an object.")
    entry = cast("dict[str, Any]", said)
    if "messages" in entry:
        entry = _of_messages(entry["messages"])
    unknown = sorted(set(entry) - _FIELDS)
    if unknown:
        raise ValueError(f"'{unknown[0]}' is not known; an example has {', '.join(sorted(_FIELDS))}.")
    for name in ("prompt", "answer"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise ValueError(f"'{name}' is missing, empty, or no text.")
    if not all(isinstance(value, str) for value in entry.values()):
        raise ValueError("all fields are to be text.")
    for value in entry.values():
        value.encode()
    if entry.get("rule", "exact") not in RULES:
        raise ValueError(f"'{entry['rule']}' is no rule; there are {', '.join(sorted(RULES))}.")
    return Example(**entry)


def _of_messages(messages: object) -> dict[str, Any]:
    turns = cast("list[Mapping[str, Any]]", messages if isinstance(messages, list) else [])
    if not all(isinstance(turn, dict) for turn in turns):
        raise ValueError("'messages' is to be a list of objects.")
    spoken = [turn for turn in turns if turn.get("role") != "system"]
    if [turn.get("role") for turn in spoken] != ["user", "assistant"]:
        raise ValueError("'messages' is to be one question of the user and one answer of the assistant.")
    asked, said = spoken
    return {
        "prompt": asked.get("content"),
        "answer": said.get("content"),
        "reasoning": said.get("reasoning_content", ""),
    }


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON ({error.msg} at column {error.colno})."
    if isinstance(error, UnicodeEncodeError):
        return "it has half of a surrogate pair, which is no character."
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 (byte {error.start})."
    return "it is nested too deeply." if isinstance(error, RecursionError) else str(error)
