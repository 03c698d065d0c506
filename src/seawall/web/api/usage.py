"""Usage in OpenAI's fields and DeepSeek's. Knows both shapes; counts nothing."""

from __future__ import annotations

from typing import Any, cast

from pydantic_core import from_json

from seawall.streaming.sse import compact_json
from seawall.values.piece import Piece, Usage


def usage_fields(usage: Usage) -> dict[str, Any]:
    """OpenAI's ``usage`` with DeepSeek's ``prompt_cache_hit_tokens`` and ``prompt_cache_miss_tokens``."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "prompt_cache_hit_tokens": usage.cached_tokens,
        "prompt_cache_miss_tokens": max(0, usage.prompt_tokens - usage.cached_tokens),
    }


def with_usage(data: bytes, usage: Usage) -> dict[str, Any]:
    """An engine's JSON with its usage in both vendors' fields; what else the engine told of it stays."""
    document = cast(dict[str, Any], from_json(data))
    theirs: Any = document.get("usage")
    document["usage"] = {**(cast(dict[str, Any], theirs) if isinstance(theirs, dict) else {}), **usage_fields(usage)}
    return document


def last_chunk(piece: Piece, usage: Usage, *, wanted: bool) -> bytes | None:
    """A chunk that tells usage, as its asker wants it: None for one that tells nothing else, unless ``wanted``."""
    if not wanted and not piece.tokens and piece.finish is None:
        return None
    document = with_usage(piece.data, usage)
    if not wanted:
        del document["usage"]
    return compact_json(document)
