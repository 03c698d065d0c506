"""``/openapi.json``, and ``/docs``: the same as one page without scripts. Knows the document; knows no route of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from threading import Lock
from typing import Any

from fastapi import APIRouter, Response

from seawall.web.reference.refusals_told import TOLD

Json = dict[str, Any]

_STYLE = """
:root{color-scheme:light dark;--bg:#FBFAF7;--ink:#14212B;--muted:#55636E;--line:#DDE3E7;--accent:#0B5F7A}
@media(prefers-color-scheme:dark){:root{--bg:#0E151A;--ink:#E6EDF1;--muted:#9BABB6;--line:#2A3842;--accent:#5CC2E0}}
body{background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
body{margin:0 auto;max-width:880px;padding:24px 16px}
h1{font-size:28px}h2{font-size:21px;margin-top:40px}h3{font-size:17px;margin:32px 0 4px}
h3 code{color:var(--accent)}code{font:13px/1.5 ui-monospace,monospace}a{color:var(--accent)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px}
th,td{border-bottom:1px solid var(--line);padding:8px 8px 8px 0;text-align:left;vertical-align:top}
th{color:var(--muted);font-weight:500}p{margin:4px 0;max-width:70ch}:focus-visible{outline:2px solid var(--accent)}
"""
# The page needs nothing but its own style sheet.
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class _Drawn:
    document: bytes
    page: bytes


class _Reference:
    """Both forms, made when first asked for and kept."""

    def __init__(self, document: Callable[[], Json]) -> None:
        self._document = document
        self._lock = Lock()
        self._drawn: _Drawn | None = None

    def drawn(self) -> _Drawn:
        """Blocks: the first time for 0.3 s of work."""
        with self._lock:
            if self._drawn is None:
                document = self._document()
                told = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
                self._drawn = _Drawn(told.encode(), "".join(_page(document)).encode())
            return self._drawn


def reference_router(document: Callable[[], Json]) -> APIRouter:
    """Both, drawn when asked for; swagger-ui would cost 1.5 MB of script for the same facts.

    What draws is no coroutine, so that the framework has a thread do it: anybody may ask, and whoever streams must not
    stand still meanwhile.
    """
    router, reference = APIRouter(include_in_schema=False), _Reference(document)

    @router.get("/openapi.json")
    def openapi() -> Response:
        return Response(reference.drawn().document, media_type="application/json")

    @router.get("/docs")
    def page() -> Response:
        return Response(
            reference.drawn().page,
            media_type="text/html",
            headers={"content-security-policy": _POLICY, "x-content-type-options": "nosniff"},
        )

    @router.get("/docs/style.css")
    async def style() -> Response:
        return Response(_STYLE, media_type="text/css", headers={"cache-control": "max-age=3600"})

    return router


def _page(document: Json) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width"><title>Seawall API</title>'
    yield '<link rel="stylesheet" href="/docs/style.css"></head><body><main><h1>Seawall API</h1>'
    yield "<p>Programs send <code>Authorization: Bearer sw-...</code>. Every error has the form "
    yield '<code>{"error": {"message", "type", "code", "param"}}</code>. '
    yield 'The same as a document for tools: <a href="/openapi.json">openapi.json</a>.</p>'
    tags = sorted({tag for _, _, operation in _operations(document) for tag in operation.get("tags", ["other"])})
    for tag in sorted(tags, key=lambda tag: (tag != "openai", tag)):
        yield f"<h2>{escape(tag)}</h2>"
        for path, method, operation in _operations(document):
            if tag in operation.get("tags", ["other"]):
                yield from _operation(document, path, method, operation)
    yield from _refusals()
    yield "</main></body></html>"


def _refusals() -> Iterator[str]:
    """Each under its own name, as a problem's ``type`` leads here (RFC 9457)."""
    yield '<h2 id="refusals">refusals</h2><p>Asked with <code>Accept: application/problem+json</code>, an error is a '
    yield "problem as RFC 9457 has it.</p>"
    yield '<div class="scroll"><table><tr><th>code</th><th>what happened, and what helps</th></tr>'
    for reason, told in TOLD.items():
        yield f'<tr id="{reason.code}"><td><code>{reason.code}</code><br>{reason.status}</td>'
        yield f"<td>{_prose(told.happened)}<br>{_prose(told.helps)}</td></tr>"
    yield "</table></div>"


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in sorted(document["paths"].items()):
        for method, operation in methods.items():
            yield path, method, operation


def _operation(document: Json, path: str, method: str, operation: Json) -> Iterator[str]:
    yield f"<h3><code>{method.upper()} {escape(path)}</code></h3>"
    for text in ("summary", "description"):
        if text in operation:
            yield f"<p>{_prose(operation[text])}</p>"
    rows = [*_parameters(operation), *_fields(document, operation)]
    if rows:
        yield '<div class="scroll"><table><tr><th>field</th><th>type</th></tr>'
        for name, kind, text in rows:
            about = f"<br>{_prose(text)}" if text else ""
            yield f"<tr><td><code>{escape(name)}</code></td><td>{escape(kind)}{about}</td></tr>"
        yield "</table></div>"


def _prose(text: str) -> str:
    """Markdown's code marks as HTML's; the documents use no other."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _parameters(operation: Json) -> Iterator[tuple[str, str, str]]:
    for parameter in operation.get("parameters", ()):
        yield parameter["name"], f"{_kind(parameter['schema'])}, {parameter['in']}", parameter.get("description", "")


def _fields(document: Json, operation: Json) -> Iterator[tuple[str, str, str]]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = _resolved(document, content.get("schema", {}))
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        kind = _kind(field) + (", required" if name in required else "")
        yield name, kind, field.get("description", "")


def _resolved(document: Json, schema: Json) -> Json:
    if "$ref" not in schema:
        return schema
    return document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]


def _kind(schema: Json) -> str:
    """A schema in a few words: its type, its choices, its bounds."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    for union in ("anyOf", "oneOf"):
        if union in schema:
            kinds = (_kind(member) for member in schema[union])
            return " or ".join(dict.fromkeys(kind for kind in kinds if kind != "null"))
    if "const" in schema or "enum" in schema:
        return ", ".join(str(choice).lower() for choice in schema.get("enum", [schema.get("const")]))
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    bounds = [f"{word} {schema[name]}" for name, word in _BOUNDS if name in schema]
    return f"{kind}, {', '.join(bounds)}" if bounds else kind


_CODE = re.compile("`([^`]+)`")
_BOUNDS = (
    ("minimum", "at least"),
    ("maximum", "at most"),
    ("maxLength", "characters at most"),
    ("maxProperties", "entries at most"),
)
