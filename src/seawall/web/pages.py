"""The web app's files, as Vite built them. Knows their names, types and caching; knows nothing of what they do."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from fastapi import APIRouter, Request, Response

from seawall.values.refusal import Reason, Refusal
from seawall.web.conversations.shares import PRIVATELY_PUBLIC
from seawall.web.quick_reads import Read
from seawall.web.responses import refused

STATIC = Path(__file__).parent / "static"
PREFIX = "/static/"
# Every address of the single page; it shows what belongs there.
ADDRESSES = (
    "/", "/login", "/signup", "/verify", "/forgot", "/reset", "/setup", "/guest", "/settings", "/operator",
    "/operator/notices", "/operator/accounts", "/operator/accounts/{account_id}", "/c/{conversation_id}",
)  # fmt: skip

# The same page for whoever has a link to a shared conversation, without an account.
SHARED = "/s/{token}"

_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        # The one that keeps the app's files for when the network is gone, and those that solve puzzles.
        "worker-src 'self'",
        # The drawing page below, in its sandbox; no frame can be sent anywhere else.
        "frame-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": _CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# A worker's policy is its own answer's, and a page ignores the one that its scripts come with. So WebAssembly, which
# solves the puzzles at the entrance, is allowed in workers and nowhere else.
WORKER_CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'; base-uri 'none'"
# The service worker stands under /static, where the app's files are, and is the whole app's. It fetches what it keeps.
SERVICE_WORKER = "worker.js"
_SERVICE_WORKER_POLICY = {
    "content-security-policy": "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'",
    "service-worker-allowed": "/",
}
# Diagrams are drawn from an answer's words in a frame of no origin: its page may run its one script, style what it
# draws, and nothing else. Opened by itself it is in the same sandbox.
DRAWING_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-scripts",
    )
)
# A page without an origin is a stranger to every file: these two it may load.
_FOR_DRAWING = re.compile(r"^(?:assets/)?drawing[-.]")
_FOR_EVER = "public, max-age=31536000, immutable"
# Asked again each time; the answer is mostly a 304.
_ASK_AGAIN = "no-cache"
# Vite's names: index-BxY3_a1Z.js. What has one never changes under its name.
_HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.\w+$")
_NOTHING_THERE = Refusal(Reason.NOT_FOUND, "There is nothing at this address.")
_NOT_BUILT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Seawall</title>"
    "<h1>The web app is not built</h1><p>The service runs, and so does its API. "
    "To get the chat page, run <code>make serve</code> in the source folder, or install the package.</p>"
)


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """In memory: the whole app is small, and it must be served when the disk is slow too."""

    policy: Mapping[str, str]
    """Headers that differ from ``SECURITY_HEADERS``."""
    content: bytes
    gzipped: bytes | None
    media_type: str
    etag: str
    cache_control: str


def built_files(folder: Path) -> dict[str, BuiltFile]:
    """By path relative to ``folder``. What is not in here does not exist: no request ever becomes a file name."""
    files: dict[str, BuiltFile] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".gz":
            name = path.relative_to(folder).as_posix()
            files[name] = _built_file(path, name)
    return files


def _built_file(path: Path, name: str) -> BuiltFile:
    content = path.read_bytes()
    packed = path.with_name(path.name + ".gz")
    media_type = _media_type(path)
    return BuiltFile(
        policy=_policy(name, media_type),
        content=content,
        gzipped=packed.read_bytes() if packed.exists() else None,
        media_type=media_type,
        etag=f'W/"{blake2b(content, digest_size=12).hexdigest()}"',
        cache_control=_FOR_EVER if _HASHED.search(path.name) else _ASK_AGAIN,
    )


def _policy(name: str, media_type: str) -> dict[str, str]:
    if name == SERVICE_WORKER:
        return _SERVICE_WORKER_POLICY
    policy = {"cross-origin-resource-policy": "cross-origin"} if _FOR_DRAWING.match(name) else {}
    if media_type.startswith("text/javascript"):
        return {**policy, "content-security-policy": WORKER_CSP}
    return {**policy, "content-security-policy": DRAWING_CSP} if policy else {}


def _media_type(path: Path) -> str:
    # Not by the machine's own table of types, which differs and on some says text/plain for scripts.
    known = {".js": "text/javascript", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json"}
    kind = known.get(path.suffix) or mimetypes.MimeTypes().guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


class Pages:
    """The web app, its page under every address that it has and its files under ``/static``."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._files = built_files(folder)

    def reads(self) -> dict[str, Read]:
        """The page by each of its addresses without a parameter, for ``QuickReads``."""
        return {address: self.page for address in ADDRESSES if "{" not in address}

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        for address in ADDRESSES:
            router.add_api_route(address, self._route_to_page, methods=["GET", "HEAD"])
        router.add_api_route(SHARED, self._route_to_shared_page, methods=["GET", "HEAD"])
        router.add_api_route(f"{PREFIX}{{path:path}}", self._route_to_file, methods=["GET", "HEAD"])
        return router

    def missing(self, request: Request) -> Response | None:
        """The page that says so, for a browser that opened an address of nothing; None for every other request."""
        opens = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")
        index = self._files.get("index.html")
        if index is None or not opens:
            return None
        return Response(index.content, 404, {**SECURITY_HEADERS, "cache-control": "no-store"}, index.media_type)

    def page(self, request: Request) -> Response:
        """The single page."""
        index = self._files.get("index.html")
        if index is None:
            return Response(_NOT_BUILT, 503, SECURITY_HEADERS, "text/html; charset=utf-8")
        return _answer(index, request)

    def file(self, request: Request) -> Response:
        """One of its files."""
        file = self._files.get(request.scope["path"].removeprefix(PREFIX))
        return refused(_NOTHING_THERE) if file is None else _answer(file, request)

    async def _route_to_page(self, request: Request) -> Response:
        return self.page(request)

    async def _route_to_shared_page(self, request: Request) -> Response:
        page = self.page(request)
        page.headers.update(PRIVATELY_PUBLIC)
        return page

    async def _route_to_file(self, request: Request) -> Response:
        return self.file(request)


def _answer(file: BuiltFile, request: Request) -> Response:
    headers = {
        **SECURITY_HEADERS,
        **file.policy,
        "etag": file.etag,
        "cache-control": file.cache_control,
        "vary": "accept-encoding",
    }
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    if file.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.gzipped, 200, {**headers, "content-encoding": "gzip"}, file.media_type)
    return Response(file.content, 200, headers, file.media_type)
