"""A refusal in OpenAI's error form. Knows body and headers; knows no transport."""

from __future__ import annotations

from math import ceil
from typing import Any

from seawall.streaming.sse import compact_json
from seawall.values.refusal import Refusal


def refusal_error(refusal: Refusal) -> dict[str, Any]:
    """The object under ``error``: ``message``, ``type``, ``code``, ``param``."""
    return {
        "message": refusal.message,
        "type": refusal.reason.kind,
        "code": refusal.reason.code,
        "param": refusal.param,
    }


def refusal_body(refusal: Refusal) -> bytes:
    """``{"error": {...}}`` as UTF-8 JSON."""
    return compact_json({"error": refusal_error(refusal)})


def refusal_headers(refusal: Refusal) -> list[tuple[bytes, bytes]]:
    """Content type, and ``Retry-After`` in whole seconds where waiting helps."""
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if refusal.retry_after_s is not None:
        headers.append((b"retry-after", str(max(1, ceil(refusal.retry_after_s))).encode()))
    if refusal.reason.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="seawall"'))
    return headers
