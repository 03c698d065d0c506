"""Answers of unannounced length for HTTP/1.0, which knows no chunks. Knows uvicorn's cycle; knows no socket."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


def close_delimited(app: Any, cycle: RequestResponseCycle) -> Any:
    """The application with an answer that ends where the connection does (RFC 9112, 6.3, the eighth case).

    uvicorn would send chunks, whose lengths such a client takes for text.
    """

    async def delimited(scope: Any, receive: Any, send: Any) -> None:
        is_bare = False

        async def send_bare(message: Any) -> None:
            nonlocal is_bare
            if message["type"] == "http.response.start":
                is_bare = not any(name.lower() == b"content-length" for name, _ in message.get("headers", ()))
                if is_bare:
                    message = {**message, "headers": [*_without_framing(message.get("headers", ()))]}
                    cycle.chunked_encoding = False
            elif is_bare:
                # Each part is all that is announced so far, and so is neither too long nor too short.
                cycle.expected_content_length = len(message.get("body", b""))
            await send(message)

        await app(scope, receive, send_bare)

    return delimited


def _without_framing(headers: Any) -> Any:
    return (header for header in headers if header[0].lower() != b"transfer-encoding")
