"""A refusal in OpenAI's error form. Knows body and headers; knows no transport."""

from __future__ import annotations

from math import ceil
from typing import Any

from seawall.streaming.sse import compact_json
from seawall.values.place import PlaceTold
from seawall.values.refusal import Refusal

# Where a place is shown and its turn awaited, with or without JavaScript.
WAITING_ROOM = "/waiting-room"


def refusal_error(refusal: Refusal) -> dict[str, Any]:
    """The object under ``error``: ``message``, ``type``, ``code``, ``param``."""
    return {
        "message": refusal.message,
        "type": refusal.reason.kind,
        "code": refusal.reason.code,
        "param": refusal.param,
    }


def refusal_body(refusal: Refusal) -> bytes:
    """``{"error": {...}}`` as UTF-8 JSON, and ``waiting`` beside it where a place is kept."""
    told: dict[str, Any] = {"error": refusal_error(refusal)}
    if refusal.place is not None:
        told["waiting"] = place_fields(refusal.place)
    return compact_json(told)


def place_fields(place: PlaceTold) -> dict[str, Any]:
    """A place as JSON; ``look_again_s`` is when to ask how it stands."""
    return {
        "state": place.state,
        "place": place.ticket,
        "ahead": list(place.ahead),
        "wait_s": round(place.wait_s, 1),
        "later_than_told": place.later,
        "by_lot": place.by_lot,
        "look_again_s": round(place.look_s, 1),
        "kept_s": place.claim_s,
        "url": f"{WAITING_ROOM}?place={place.ticket}",
    }


def refusal_headers(refusal: Refusal) -> list[tuple[bytes, bytes]]:
    """Content type, and ``Retry-After`` in whole seconds where waiting helps."""
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if refusal.retry_after_s is not None:
        headers.append((b"retry-after", str(max(1, ceil(refusal.retry_after_s))).encode()))
    if refusal.reason.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="seawall"'))
    return headers
