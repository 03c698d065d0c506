"""A refusal as bytes: OpenAI's error form, or a problem (RFC 9457) where asked for. Knows no transport."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from seawall.streaming.sse import compact_json
from seawall.values.easing import Easing
from seawall.values.place import PlaceTold
from seawall.values.refusal import Refusal

# Where a place is shown and its turn awaited, with or without JavaScript.
WAITING_ROOM = "/waiting-room"
PROBLEM = b"application/problem+json"
# Where Anthropic's clients ask: every error there is in their form, whoever met it.
MESSAGES = "/v1/messages"


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


def refusal_told(refusal: Refusal, accept: bytes = b"", path: str = "") -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Headers and body in the form that the client's ``Accept`` asks for, or that clients of this address read."""
    if path.startswith(MESSAGES):
        return messages_refusal_told(refusal)
    if PROBLEM not in accept:
        return refusal_headers(refusal), refusal_body(refusal)
    headers = [(name, PROBLEM if name == b"content-type" else value) for name, value in refusal_headers(refusal)]
    return headers, problem_body(refusal)


# What Anthropic's clients call each status that we answer with; they raise by the status, and log this.
_MESSAGES_KINDS = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    503: "overloaded_error",
}


def messages_error(refusal: Refusal) -> dict[str, Any]:
    """Anthropic's error form, with our ``code`` and ``param`` beside its two fields."""
    error = refusal_error(refusal) | {"type": _MESSAGES_KINDS.get(refusal.reason.status, "invalid_request_error")}
    told: dict[str, Any] = {"type": "error", "error": error}
    if refusal.place is not None:
        told["waiting"] = place_fields(refusal.place)
    return told


def messages_refusal_told(refusal: Refusal) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Headers and body for Anthropic's clients."""
    return refusal_headers(refusal), compact_json(messages_error(refusal))


def problem_body(refusal: Refusal) -> bytes:
    """The same facts as RFC 9457 has them; ``type`` is where the API's own page tells of the code."""
    told: dict[str, Any] = {
        "type": f"/docs#{refusal.reason.code}",
        "title": HTTPStatus(refusal.reason.status).phrase,
        "status": refusal.reason.status,
        "detail": refusal.message,
        "code": refusal.reason.code,
        "kind": refusal.reason.kind,
        "param": refusal.param,
    }
    if refusal.retry_after_s is not None:
        told["retry_after_s"] = max(1, ceil(refusal.retry_after_s))
    if refusal.place is not None:
        told["waiting"] = place_fields(refusal.place)
    return compact_json(told)


def eased_header(easings: Sequence[Easing]) -> tuple[bytes, bytes]:
    """``X-Seawall-Eased``: what was eased, in words."""
    return b"x-seawall-eased", "; ".join(easing.words for easing in easings).encode("ascii", "replace")


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
