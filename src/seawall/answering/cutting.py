"""Ends an answer early, as if it had reached its length. Knows a chunk's shape; knows no reason for it."""

from __future__ import annotations

from typing import Any, cast

from pydantic_core import from_json, to_json

from seawall.values.piece import Piece, Usage

CUT = "length"


def ending_after(last: Piece, usage: Usage) -> tuple[Piece, Piece]:
    """The two chunks that the engine would have ended with after ``last``: finish reason, then usage."""
    chunk = cast(dict[str, Any], from_json(last.data))
    finish: dict[str, Any] = {"index": 0, "delta": {}, "finish_reason": CUT}
    return (
        Piece(to_json({**chunk, "choices": [finish]}), finish=CUT),
        Piece(to_json({**chunk, "choices": []}), usage=usage),
    )
