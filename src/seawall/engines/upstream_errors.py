"""What an OpenAI-compatible server's no means. Knows statuses and error bodies; knows no transport."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from seawall.engines.port import (
    ContextLengthExceeded,
    EngineBroke,
    EngineError,
    EngineFull,
    EngineRejected,
    EngineUnavailable,
)

# 529 is Anthropic's word for overloaded; some gateways in front of vLLM have taken it over.
FULL = frozenset({429, 503, 529})
LONGEST_MESSAGE_CHARS = 500

_NO_ENTRY = "The model server does not accept this service's key. Its operator can set it as engine.key."
_FAULT = "The model server met a fault of its own. Try again in a moment."
# How OpenAI, vLLM and SGLang put it; llama-server gives numbers in fields of their own. Where the messages are told
# apart from the answer that was asked for, they alone count.
_CONTEXT_LIMIT = re.compile(r"(?:maximum context length (?:is|of)|context length \()\D{0,3}(\d+)")
_MESSAGES_COUNT = re.compile(r"(\d+) in the messages")
_CONTEXT_COUNT = re.compile(r"(?:resulted in|you requested|request has|contains at least|prompt contains|has) (\d+)")


def error_of_status(status: int, retry_after: str | None, body: bytes, secret: str) -> EngineError:
    """The engine error for an answer that is not a 200.

    ``secret`` is the key we sent: some servers repeat a wrong key in their message, and it must not travel on.
    """
    fields = _error_fields(body)
    if status in FULL:
        return EngineFull("The model server is full. Try again in a moment.", retry_after_s=_seconds(retry_after))
    if status in (401, 403):
        return EngineUnavailable(_NO_ENTRY)
    if status >= 500 or status < 400:
        return EngineUnavailable(_FAULT)
    return _rejection(fields, secret) or EngineRejected(f"The model server rejects this request (status {status}).")


def error_in_answer(error: Any) -> EngineError:
    """The engine error for an error object that came where a chunk or a completion was due."""
    fields = cast("dict[str, Any]", error) if isinstance(error, dict) else {"message": error}
    code = fields.get("code")
    if isinstance(code, int) and code in FULL:
        return EngineFull("The model server is full. Try again in a moment.")
    is_rejection = fields.get("type") in ("invalid_request_error", "BadRequestError", "exceed_context_size_error")
    if is_rejection or (isinstance(code, int) and 400 <= code < 500 and code not in (401, 403)):
        return _rejection(fields, "") or EngineRejected("The model server rejects this request.")
    return EngineBroke("The model server ended the answer with a fault.")


def _rejection(fields: dict[str, Any], secret: str) -> EngineRejected | None:
    message = fields.get("message")
    if not isinstance(message, str) or not message:
        return None
    if (too_long := _context_length(fields, message)) is not None:
        return too_long
    if secret:
        message = message.replace(secret, "[key]")
    code, param = fields.get("code"), fields.get("param")
    return EngineRejected(
        message[:LONGEST_MESSAGE_CHARS],
        code=code if isinstance(code, str) else None,
        param=param if isinstance(param, str) else None,
    )


def _context_length(fields: dict[str, Any], message: str) -> ContextLengthExceeded | None:
    limit, count = fields.get("n_ctx"), fields.get("n_prompt_tokens")
    if isinstance(limit, int) and isinstance(count, int):
        return ContextLengthExceeded(limit, count)
    found_limit = _CONTEXT_LIMIT.search(message)
    found_count = _MESSAGES_COUNT.search(message) or _CONTEXT_COUNT.search(message)
    if found_limit and found_count:
        return ContextLengthExceeded(int(found_limit[1]), int(found_count[1]))
    return None


def _error_fields(body: bytes) -> dict[str, Any]:
    """The error object: OpenAI has it under ``error``, FastAPI under ``detail``, old vLLM at the top."""
    try:
        parsed: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(parsed, dict):
        return {}
    whole = cast("dict[str, Any]", parsed)
    inner = whole.get("error", whole.get("detail", whole))
    return cast("dict[str, Any]", inner) if isinstance(inner, dict) else {"message": inner}


def _seconds(retry_after: str | None) -> float | None:
    try:
        seconds = float(retry_after) if retry_after else None
    except ValueError:  # A date: rare, and of little use between machines whose clocks differ.
        return None
    return min(seconds, 3600.0) if seconds is not None and seconds >= 0 else None
