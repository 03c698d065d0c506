"""What an engine's pieces hold beside text and reasoning. Knows OpenAI's chunks and messages; knows no other shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic_core import from_json

from seawall.values.piece import Piece

Json = dict[str, Any]
_CALLS = b'"tool_calls"'


@dataclass(frozen=True, slots=True)
class ToolWords:
    """A part of a call: of the call at ``index``, whose ``id`` and ``name`` come with its first part."""

    index: int
    id: str
    name: str
    arguments: str


def tool_words(piece: Piece) -> list[ToolWords]:
    """The parts of calls in a chunk; empty for all chunks but those that call."""
    if _CALLS not in piece.data:
        return []
    calls: list[Json] = _choice(piece).get("delta", {}).get("tool_calls") or []
    return [_words(call, at) for at, call in enumerate(calls)]


def whole_calls(piece: Piece) -> list[ToolWords]:
    """The calls of a whole answer."""
    if _CALLS not in piece.data:
        return []
    calls: list[Json] = _choice(piece).get("message", {}).get("tool_calls") or []
    return [_words(call, at) for at, call in enumerate(calls)]


def stop_text(piece: Piece) -> str | None:
    """The text at which an answer was to stop and did, where the engine tells; vLLM does."""
    told = _choice(piece).get("stop_reason")
    return told if isinstance(told, str) else None


def read_arguments(arguments: str) -> Json:
    """A call's arguments as an object; as models write JSON, it may be none, and then they are passed on as text."""
    try:
        value: Any = json.loads(arguments or "{}")
    except ValueError:
        value = arguments
    return cast(Json, value) if isinstance(value, dict) else {"arguments": value}


def _choice(piece: Piece) -> Mapping[str, Any]:
    choices: list[Json] = from_json(piece.data).get("choices") or [{}]
    return choices[0]


def _words(call: Json, at: int) -> ToolWords:
    function: Json = call.get("function") or {}
    return ToolWords(
        call.get("index", at), call.get("id") or "", function.get("name") or "", function.get("arguments") or ""
    )
