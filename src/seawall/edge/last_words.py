"""Answers to what never became a request, or never a whole one. Knows their bytes; decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from seawall.streaming.refusals import refusal_told
from seawall.values.refusal import Reason, Refusal
from seawall.values.sizes import size_in_words

Headers = Iterable[tuple[bytes, bytes]]

BROKEN = Refusal(
    Reason.INVALID_REQUEST,
    "This is not valid HTTP/1.1. Check the request line, the headers and how the body's length is told.",
)
HEAD_TOO_SLOW = Refusal(
    Reason.TOO_SLOW, "The headers took too long to arrive. Send the request again over a steadier connection."
)
BODY_TOO_SLOW = Refusal(
    Reason.TOO_SLOW, "The body took too long to arrive. Send the request again over a steadier connection."
)


def head_too_large(limit_bytes: int) -> Refusal:
    """Of a request whose headers are past their bound."""
    return Refusal(
        Reason.HEADERS_TOO_LARGE,
        f"Request line and headers are larger than {size_in_words(limit_bytes)}. Send less in them.",
    )


def last_answer(refusal: Refusal, request_id: str, more: Headers, accept: bytes = b"", path: str = "") -> bytes:
    """The whole answer, after which the connection ends; ``accept`` and ``path`` as far as they were heard."""
    told, body = refusal_told(refusal, accept, path)
    headers = [
        *more,
        *told,
        (b"x-request-id", request_id.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    status = HTTPStatus(refusal.reason.status)
    lines = b"".join([b"%b: %b\r\n" % header for header in headers])
    return b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (status, status.phrase.encode(), lines, body)


def dated(answer: bytes, headers: Headers) -> bytes:
    """A rendered answer with the server's own headers, such as ``Date``, behind its status line."""
    end = answer.index(b"\r\n") + 2
    return b"".join([answer[:end], *[b"%b: %b\r\n" % header for header in headers], answer[end:]])
