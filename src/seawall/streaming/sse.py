"""Server-sent events as bytes (WHATWG HTML, section 9.2). Knows the format; knows no meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

# A comment line, which clients ignore; DeepSeek's API sends the same.
KEEP_ALIVE = b": keep-alive\n\n"
# The same for an answer that is one JSON document: white space before it changes nothing.
BLANK_LINE = b"\n"
DONE = b"data: [DONE]\n\n"

# Proxies that buffer (nginx by default) would hold tokens back until the answer's end.
STREAM_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)


def event(data: bytes) -> bytes:
    """An unnamed event. ``data`` must hold no line break, as JSON never does."""
    return b"data: " + data + b"\n\n"


def named_event(name: str, data: Mapping[str, Any]) -> bytes:
    """A named event with a JSON object."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), compact_json(data))


def numbered_event(number: int, name: str, data: Mapping[str, Any]) -> bytes:
    """The same with an ``id``, by which a listener who was cut off says what it has heard."""
    return b"id: %d\n%b" % (number, named_event(name, data))


def compact_json(value: object) -> bytes:
    """UTF-8 JSON without white space; NaN, which JSON does not know, becomes null. A sixth of json.dumps's time."""
    return to_json(value, inf_nan_mode="null")
