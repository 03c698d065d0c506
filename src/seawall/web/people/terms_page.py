"""``/terms``: the operator's terms, readable without JavaScript. Knows simple Markdown; decides nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import blake2b, sha256
from html import escape

from fastapi import APIRouter, Request, Response

from seawall.accounts.joining.terms import Terms
from seawall.web.newcomers.waiting_page import ASSETS
from seawall.web.pages import SECURITY_HEADERS

_NONE = "# Terms\n\nThis service has no terms of its own.\n\n此服务没有自己的条款。"
_HEADING = re.compile(r"(#{1,3}) +(.+)")
_ITEM = re.compile(r"[-*] +")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>Terms</title><style>{style}</style><main>{body}<p><a href="/">&larr; Seawall</a></p></main></html>'
)


def terms_router(terms: Terms) -> APIRouter:
    """One page, made once."""
    router = APIRouter(include_in_schema=False)
    style = (ASSETS / "style.css").read_text(encoding="utf-8")
    page = _PAGE.format(style=style, body=terms_as_html(terms.text or _NONE)).encode()
    policy = _policy(style)
    etag = f'"{blake2b(page, digest_size=12).hexdigest()}"'

    @router.get("/terms")
    async def show(request: Request) -> Response:
        headers = {**SECURITY_HEADERS, "content-security-policy": policy, "cache-control": "no-cache", "etag": etag}
        if terms.text and etag in request.headers.get("if-none-match", ""):
            return Response(None, 304, headers)
        return Response(page, 200 if terms.text else 404, headers, "text/html; charset=utf-8")

    return router


def terms_as_html(text: str) -> str:
    """Headings, lists, paragraphs and bold words; everything else is shown as it is written, and no tag is one."""
    return "".join(_block(block) for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block.strip())


def _block(block: str) -> str:
    lines = [line.strip() for line in block.strip().splitlines()]
    heading = _HEADING.fullmatch(lines[0])
    if heading is not None:
        level = len(heading[1])
        rest = _block("\n".join(lines[1:])) if lines[1:] else ""
        return f"<h{level}>{_inline(heading[2])}</h{level}>{rest}"
    if all(_ITEM.match(line) for line in lines):
        return "<ul>" + "".join(f"<li>{_inline(_ITEM.sub('', line, count=1))}</li>" for line in lines) + "</ul>"
    return f"<p>{'<br>'.join(map(_inline, lines))}</p>"


def _inline(text: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", escape(text))


def _policy(style: str) -> str:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
