"""The gate's refusals, rendered beforehand. Knows their bytes; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from math import ceil

from seawall.streaming.refusals import MESSAGES, PROBLEM, messages_refusal_told, refusal_told
from seawall.values.refusal import Reason, Refusal

Headers = Sequence[tuple[bytes, bytes]]

BLOCKED = Refusal(
    Reason.BLOCKED,
    "The operator of this service has shut out the network that you come from. If that is a mistake, tell them.",
)
BUSY_NETWORK = Refusal(
    Reason.SHARE_USED,
    "Your network has asked more than its share for the moment. Please try again shortly; who is signed in is not "
    "affected.",
)
UNPROVEN = Refusal(
    Reason.TOO_MANY_ATTEMPTS,
    "Too many keys or sessions that are not known here came from your network. Please try again shortly.",
)
NO_ROOM = Refusal(
    Reason.NO_ROOM,
    "The service is very busy and serves those who are registered first. Please try again later; if you have an "
    "account, sign in as usual.",
)
_CHINESE = {
    Reason.BLOCKED: "本服务的管理员已屏蔽你所在的网络。如有误会，请联系管理员。",
    Reason.SHARE_USED: "你所在的网络请求过多，请稍后再试。已登录的用户不受影响。",
    Reason.TOO_MANY_ATTEMPTS: "你的网络发来了过多无效的密钥或会话，请稍后再试。",
    Reason.UNKNOWN_KEY: "请使用本服务的 API 密钥。",
    Reason.NO_ROOM: "服务目前非常繁忙，已注册用户优先。请稍后再试；如果你已有账号，可以照常登录。",
}
# No script, no file of ours: the page must be whole when nothing else is served.
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{english_title}</title>
<style>
body {{ max-width: 34rem; margin: 18vh auto 2rem; padding: 0 1.5rem; font: 1.05rem/1.6 system-ui, sans-serif }}
h1 {{ font-size: 1.3rem; font-weight: 600; margin: 0 0 .5rem }}
section + section {{ margin-top: 2rem }}
</style>
<main>
<section><h1>{english_title}</h1><p>{english}</p></section>
<section lang="zh"><h1>{chinese_title}</h1><p>{chinese}</p></section>
</main>
</html>
"""
_TITLES = {
    Reason.BLOCKED: ("Not from here", "无法访问"),
    Reason.UNKNOWN_KEY: ("This needs a key", "需要密钥"),
}
_WAIT = ("One moment, please", "请稍候")
_PAGE_HEADERS: Headers = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
)


def as_lines(headers: Headers) -> bytes:
    """Headers as they go over the wire."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


@dataclass(frozen=True, slots=True)
class Rendered:
    """One refusal in one form: all of it but the request's id and the time to wait."""

    refusal: Refusal
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    # Status line and the headers above, as they go over the wire.
    head: bytes

    @property
    def status(self) -> int:
        return self.refusal.reason.status

    def varying(self, request_id: str, wait_s: float | None, more: Headers = ()) -> list[tuple[bytes, bytes]]:
        """The headers that differ from request to request."""
        headers = [(b"x-request-id", request_id.encode()), *more]
        if wait_s is not None:
            headers.append((b"retry-after", b"%d" % max(1, ceil(wait_s))))
        return headers

    def wire(self, request_id: str, wait_s: float | None, more: bytes, *, with_body: bool) -> bytes:
        """The whole answer as bytes; ``more`` are headers as lines."""
        waits = b"" if wait_s is None else b"retry-after: %d\r\n" % max(1, ceil(wait_s))
        body = self.body if with_body else b""
        return b"%bx-request-id: %b\r\n%b%b\r\n%b" % (self.head, request_id.encode(), waits, more, body)


@dataclass(frozen=True, slots=True)
class Forms:
    """A refusal as programs and as people read it; ``problem`` is for programs that ask for RFC 9457, ``message`` for
    Anthropic's clients."""

    program: Rendered
    problem: Rendered
    message: Rendered
    page: Rendered

    def asked(self, method: str, accept: bytes, path: str) -> Rendered:
        """The form that the asker reads: a page where a browser opens one."""
        if path.startswith(MESSAGES):
            return self.message
        if b"text/html" in accept and method in ("GET", "HEAD"):
            return self.page
        return self.problem if PROBLEM in accept else self.program


def forms_of(refusal: Refusal) -> Forms:
    """Renders all; once, when the service starts."""
    english_title, chinese_title = _TITLES.get(refusal.reason, _WAIT)
    page = _PAGE.format(
        english_title=english_title,
        chinese_title=chinese_title,
        english=escape(refusal.message),
        chinese=_CHINESE[refusal.reason],
    )
    return Forms(
        _rendered(refusal, *refusal_told(refusal)),
        _rendered(refusal, *refusal_told(refusal, PROBLEM)),
        _rendered(refusal, *messages_refusal_told(refusal)),
        _rendered(refusal, _PAGE_HEADERS, page.encode()),
    )


def _rendered(refusal: Refusal, headers: Headers, body: bytes) -> Rendered:
    all_headers = (*headers, (b"content-length", str(len(body)).encode()))
    status = HTTPStatus(refusal.reason.status)
    head = b"HTTP/1.1 %d %b\r\n" % (status, status.phrase.encode())
    return Rendered(refusal, all_headers, body, head + as_lines(all_headers))
