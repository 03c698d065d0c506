"""What is read without the parser is what the parser reads."""

from __future__ import annotations

from typing import Any

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.edge.plain_head import plain_head

NAMES = st.sampled_from(["Host", "accept", "X-Api_Key", "cookie", "Connection", "Upgrade", "content-length", "Expect"])
VALUES = st.one_of(
    st.sampled_from(["x", "keep-alive", "close", "0", "5", "websocket", "100-continue", "a  b", "text/html;q=0.9,*/*"]),
    st.text(alphabet=st.characters(min_codepoint=9, max_codepoint=255), max_size=8),
)
PATHS = st.one_of(
    st.sampled_from(["/", "/v1/models", "/a?b=c&d", "//x", "*", "/%41", "/a#b", "http://x/", "/?", "/a//b/../c"]),
    st.text(alphabet="/abc.?=%#~ \x7f", max_size=8),
)


class Parsed:
    """One piece as uvicorn's parser takes it apart."""

    def __init__(self, data: bytes) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.url = self.body = b""
        self.whole = 0
        self.parser: Any = httptools.HttpRequestParser(self)
        self.parser.feed_data(data)
        self.method = self.parser.get_method().decode()

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.whole += 1


@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "get"]),
    path=PATHS,
    version=st.sampled_from(["HTTP/1.1"] * 4 + ["HTTP/1.0"]),
    headers=st.lists(st.tuples(NAMES, st.sampled_from([": ", ": ", ":", ":\t"]), VALUES), max_size=5),
    behind=st.sampled_from(["", "", "", "x", "\r\n", "GET / HTTP/1.1\r\n\r\n"]),
)
def test_what_is_read_as_plain_is_what_the_parser_reads(
    method: str, path: str, version: str, headers: list[tuple[str, str, str]], behind: str
) -> None:
    lines = "".join(f"{name}{colon}{value}\r\n" for name, colon, value in headers)
    data = f"{method} {path} {version}\r\n{lines}\r\n{behind}".encode("latin-1")
    read = plain_head(data)
    if read is None:
        return
    parsed = Parsed(data)
    target = httptools.parse_url(parsed.url)
    assert read == (parsed.method, target.path.decode(), parsed.headers)
    assert (parsed.whole, parsed.body) == (1, b"")
    assert parsed.parser.should_keep_alive()
    assert not parsed.parser.should_upgrade()
    assert parsed.parser.get_http_version() == "1.1"


BROWSER = (
    b"GET /v1/models?x=1 HTTP/1.1\r\nHost: chat.example.org\r\nConnection: keep-alive\r\n"
    b'sec-ch-ua: "Chromium";v="120"\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nCookie: a=b; c=d\r\n\r\n'
)


def test_what_browsers_send_is_plain() -> None:
    read = plain_head(BROWSER)
    assert read is not None
    method, path, headers = read
    assert (method, path, dict(headers)[b"cookie"]) == ("GET", "/v1/models", b"a=b; c=d")


@pytest.mark.parametrize(
    "line",
    [
        b"connection: close",
        b"content-length: 2",
        b"transfer-encoding: chunked",
        b"expect: 100-continue",
        b"a: b ",
        b"a:b",
    ],
)
def test_what_may_have_more_to_it_goes_through_the_parser(line: bytes) -> None:
    assert plain_head(BROWSER[:-2] + line + b"\r\n\r\n") is None
    assert plain_head(BROWSER + BROWSER) is None
    assert plain_head(BROWSER[:-1]) is None
