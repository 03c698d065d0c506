"""The built web app as it is served: types, caching, policy, and nothing beyond its folder."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request

from seawall.web.pages import ADDRESSES, Pages

SCRIPT = b"console.log('sea')" * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>Seawall</title>")
    (static / "icon.svg").write_text("<svg/>")
    (static / "manifest.webmanifest").write_text("{}")
    (static / "assets" / "index-BxY3_a1Z.js").write_bytes(SCRIPT)
    (static / "assets" / "index-BxY3_a1Z.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "secret.key").write_text("not yours")
    return static


def browser(folder: Path) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(Pages(folder).router())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://seawall")


@pytest.mark.parametrize("address", [address.replace("{conversation_id}", "0123abcd") for address in ADDRESSES])
async def test_every_address_of_the_app_is_the_one_page(folder: Path, address: str) -> None:
    async with browser(folder) as client:
        answer = await client.get(address)
        head = await client.head(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Seawall" in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert (head.status_code, head.content) == (200, b"")


async def test_the_page_of_a_link_is_the_same_and_neither_listed_nor_kept(folder: Path) -> None:
    async with browser(folder) as client:
        answer = await client.get("/s/some-token")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "Seawall" in answer.text
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_the_page_may_load_nothing_foreign_and_be_framed_by_nobody(folder: Path) -> None:
    async with browser(folder) as client:
        headers = (await client.get("/")).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert {"referrer-policy", "permissions-policy", "cross-origin-opener-policy"} <= set(headers)


async def test_the_drawing_page_is_sandboxed_and_reaches_nothing(folder: Path) -> None:
    (folder / "drawing.html").write_text("<!doctype html><title>Drawing</title>")
    (folder / "assets" / "drawing-BxY3_a1Z.js").write_bytes(SCRIPT)
    async with browser(folder) as client:
        page = await client.get("/static/drawing.html")
        script = await client.get("/static/assets/drawing-BxY3_a1Z.js")
        other = await client.get("/static/assets/index-BxY3_a1Z.js")
    policy = page.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "sandbox allow-scripts", "frame-ancestors 'self'"} <= set(policy)
    assert not any(rule.startswith(("connect-src", "img-src", "frame-src")) for rule in policy)
    # The frame has no origin, so these are a stranger's requests.
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert other.headers["cross-origin-resource-policy"] == "same-origin"


async def test_the_service_worker_may_serve_the_whole_app_and_is_asked_for_again(folder: Path) -> None:
    (folder / "worker.js").write_bytes(SCRIPT)
    async with browser(folder) as client:
        worker = await client.get("/static/worker.js")
        page = await client.get("/")
    assert (worker.headers["service-worker-allowed"], worker.headers["cache-control"]) == ("/", "no-cache")
    assert "connect-src 'self'" in worker.headers["content-security-policy"]
    assert "unsafe" not in worker.headers["content-security-policy"]
    assert "worker-src 'self'" in page.headers["content-security-policy"]


async def test_a_hashed_name_is_kept_for_ever_and_others_are_asked_for_again(folder: Path) -> None:
    async with browser(folder) as client:
        hashed = await client.get("/static/assets/index-BxY3_a1Z.js")
        icon = await client.get("/static/icon.svg")
        manifest = await client.get("/static/manifest.webmanifest")
        again = await client.get("/static/icon.svg", headers={"if-none-match": icon.headers["etag"]})
    assert "immutable" in hashed.headers["cache-control"]
    assert hashed.headers["content-type"] == "text/javascript; charset=utf-8"
    assert icon.headers["cache-control"] == "no-cache"
    assert icon.headers["content-type"] == "image/svg+xml"
    assert manifest.headers["content-type"] == "application/manifest+json"
    assert (again.status_code, again.content) == (304, b"")


async def test_a_browser_that_can_gets_the_compressed_file(folder: Path) -> None:
    async with browser(folder) as client:
        packed = await client.get("/static/assets/index-BxY3_a1Z.js", headers={"accept-encoding": "gzip, br"})
        plain = await client.get("/static/assets/index-BxY3_a1Z.js", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(SCRIPT)
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == SCRIPT


@pytest.mark.parametrize(
    "path", ["../secret.key", "%2e%2e/secret.key", "..%2fsecret.key", "/etc/passwd", "", "assets", "nothing.js"]
)
async def test_nothing_but_the_built_files_is_served(folder: Path, path: str) -> None:
    async with browser(folder) as client:
        answer = await client.get(f"/static/{path}")
    assert answer.status_code == 404
    assert b"not yours" not in answer.content


async def test_without_a_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    async with browser(tmp_path / "static") as client:
        answer = await client.get("/")
    assert answer.status_code == 503
    assert "make serve" in answer.text


@pytest.mark.parametrize(
    ("method", "accept", "is_page"),
    [("GET", "text/html,*/*", True), ("GET", "*/*", False), ("POST", "text/html", False)],
)
def test_an_unknown_address_is_a_page_for_browsers_alone(folder: Path, method: str, accept: str, is_page: bool) -> None:
    request = Request({"type": "http", "method": method, "headers": [(b"accept", accept.encode())]})
    answer = Pages(folder).missing(request)
    assert (answer is not None) == is_page
    if answer is not None:
        assert answer.status_code == 404
        assert b"Seawall" in bytes(answer.body)
