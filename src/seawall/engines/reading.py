"""Reads OpenAI's JSON for accounting. Knows the fields of chunks and completions; renames one, reorders none."""

from __future__ import annotations

from typing import Any, cast

from pydantic_core import from_json, to_json

from seawall.engines.upstream_errors import error_in_answer
from seawall.values.piece import Piece, Usage


class Unreadable(Exception):
    """The bytes are no chunk and no completion."""


def read_chunk(data: bytes) -> Piece:
    """A piece of a ``chat.completion.chunk``.

    Raises:
        Unreadable: it is none.
        EngineError: it is an error that was sent in place of one.
    """
    try:
        chunk = from_json(data)  # A third of what json.loads takes, and this runs once a token.
        choices = chunk.get("choices")
        if not choices:
            if (error := chunk.get("error")) is not None:
                raise error_in_answer(error)
            return Piece(data, usage=read_usage(chunk.get("usage")))
        choice = choices[0]
        delta: dict[str, Any] = choice.get("delta") or {}
        if "reasoning" in delta:
            data = _renamed(data, chunk, delta)
        text, reasoning = _text(delta), _reasoning(delta)
        spoke = text or reasoning or delta.get("tool_calls") or delta.get("refusal")
        usage = chunk.get("usage")
        return Piece(
            data, text, reasoning, 1 if spoke else 0, choice.get("finish_reason"), read_usage(usage) if usage else None
        )
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError) as error:
        raise Unreadable from error


def read_completion(data: bytes) -> Piece:
    """The one piece of a whole ``chat.completion``. Raises as ``read_chunk`` does."""
    try:
        body = from_json(data)
        if (error := body.get("error")) is not None:
            raise error_in_answer(error)
        choice = body["choices"][0]
        message = choice["message"]
        if "reasoning" in message:
            data = _renamed(data, body, message)
        usage = read_usage(body.get("usage"))
        tokens = usage.completion_tokens if usage else 0
        return Piece(
            data, _text(message), _reasoning(message), max(1, tokens), choice.get("finish_reason") or "stop", usage
        )
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError) as error:
        raise Unreadable from error


def read_embeddings(data: bytes) -> Piece:
    """The one piece of OpenAI's list of embeddings; only its usage is looked at. Raises as ``read_chunk`` does."""
    try:
        body = from_json(data)
        if (error := body.get("error")) is not None:
            raise error_in_answer(error)
        if not isinstance(body["data"], list):
            raise Unreadable
        return Piece(data, finish="stop", usage=read_usage(body.get("usage")))
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError) as error:
        raise Unreadable from error


def read_usage(usage: Any) -> Usage | None:
    """OpenAI's usage object; DeepSeek's ``prompt_cache_hit_tokens`` counts where OpenAI's details are missing."""
    if not isinstance(usage, dict):
        return None
    fields = cast("dict[str, Any]", usage)
    prompt_details: dict[str, Any] = fields.get("prompt_tokens_details") or {}
    completion_details: dict[str, Any] = fields.get("completion_tokens_details") or {}
    cached = prompt_details.get("cached_tokens")
    return Usage(
        prompt_tokens=_count(fields.get("prompt_tokens")),
        completion_tokens=_count(fields.get("completion_tokens")),
        cached_tokens=_count(fields.get("prompt_cache_hit_tokens") if cached is None else cached),
        reasoning_tokens=_count(completion_details.get("reasoning_tokens")),
    )


def _text(message: dict[str, Any]) -> str:
    text = message.get("content")
    return text if isinstance(text, str) else ""


def _renamed(data: bytes, whole: Any, message: dict[str, Any]) -> bytes:
    """``data`` with reasoning in ``reasoning_content``, DeepSeek's and llama-server's word, which our clients are told
    of; newer vLLM says ``reasoning``. Every other chunk is relayed as it came."""
    reasoning = message.pop("reasoning")
    if message.get("reasoning_content") is None and reasoning is not None:
        message["reasoning_content"] = reasoning
    elif "reasoning_content" in message:
        return data
    return to_json(whole)


def _reasoning(message: dict[str, Any]) -> str:
    reasoning = message.get("reasoning_content")
    return reasoning if isinstance(reasoning, str) else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
