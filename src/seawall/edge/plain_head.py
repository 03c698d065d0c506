"""Reads a plain request, of a head alone, out of one piece of bytes. Knows its strict grammar; judges nothing.

A flood's request is refused for less than uvicorn needs to take it apart. What is not as plain as this says nothing of
itself: the parser has the last word on it, and answers that are due to anybody else do not change. Only what the parser
would read in the very same way may be read here.
"""

from __future__ import annotations

import re

Headers = list[tuple[bytes, bytes]]

# One request to the end of the piece, so that none is behind it: a path that needs no decoding, no folded line, a blank
# behind each colon and none at the end.
_HEAD = re.compile(
    rb"(GET|HEAD) (/(?:[\w.~-][\w.~/-]*)?)(?:\?[\w.~/&=%+-]*)? HTTP/1\.1\r\n"
    rb"((?:[\w-]+: [!-~](?:[ -~]*[!-~])?\r\n)*)\r\n"
)
_HEADER = re.compile(rb"([\w-]+): ([ -~]+)\r\n")
# What may announce a body or another protocol, or end the connection.
_FRAMING = frozenset(
    (b"connection", b"content-length", b"expect", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade")
)


def plain_head(data: bytes) -> tuple[str, str, Headers] | None:
    """Method, path and headers as an ASGI scope has them; None for what is to go through the parser. Linear in time."""
    read = _HEAD.fullmatch(data)
    if read is None:
        return None
    method, path, lines = read.groups()
    headers = [(name.lower(), value) for name, value in _HEADER.findall(lines)]
    for name, value in headers:
        # Apache's bench and older clients say of a connection what HTTP/1.1 means anyway.
        if name in _FRAMING and (name != b"connection" or value.lower() != b"keep-alive"):
            return None
    return method.decode(), path.decode(), headers
