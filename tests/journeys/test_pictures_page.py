"""Pictures at the page, where one model sees and another does not; and a page that is older than its service."""

from __future__ import annotations

import base64
from collections.abc import Generator
from typing import Any

import pytest
from aiohttp import web
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import FilePayload, expect

from picture_files import png
from reader import Meet, Reader
from running_service import RunningService, Serve
from upstream_server import UpstreamServer, upstream_server

PICTURES = {"chosen.png": png(40, 30), "dropped.png": png(50, 30), "pasted.png": png(60, 30)}
MODELS = [{"id": "reader"}, {"id": "seer", "capabilities": ["completion", "vision"], "max_model_len": 8192}]
# A browser gives a page files only by a hand; this is what it then gives.
_GIVEN = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0))
  const given = new DataTransfer()
  given.items.add(new File([bytes], name, { type: 'image/png' }))
  return given
}"""
_PASTE = """(area, given) => area.dispatchEvent(
  new ClipboardEvent('paste', { clipboardData: given, bubbles: true, cancelable: true }))"""


@pytest.fixture(scope="module")
def upstream() -> Generator[UpstreamServer]:
    async def models(_: web.Request) -> web.StreamResponse:
        return web.json_response({"data": MODELS})

    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(upstream_server("echo:tokens=4")) as server,
    ):
        server.models_instead = models
        yield server


@pytest.fixture(scope="module")
def seeing(web_app: None, serve_for_all: Serve, upstream: UpstreamServer) -> RunningService:
    limits = {"SEAWALL_FILES_IMAGE_BYTES": "100000"}
    return serve_for_all("--engine", upstream.url, environment=limits)


def gives(reader: Reader, name: str) -> Any:
    return reader.page.evaluate_handle(_GIVEN, [name, base64.b64encode(PICTURES[name]).decode()])


def test_pictures_are_chosen_dropped_and_pasted_and_go_to_a_model_that_sees(
    meet: Meet, seeing: RunningService, upstream: UpstreamServer
) -> None:
    reader = meet(seeing).signed_in()
    page = reader.page
    page.goto("/")
    chosen = page.locator("form.composer input[type=file]")
    chosen.set_input_files({"name": "chosen.png", "mimeType": "image/png", "buffer": PICTURES["chosen.png"]})
    page.dispatch_event("main", "drop", {"dataTransfer": gives(reader, "dropped.png")})
    reader.composer.evaluate_handle(_PASTE, gives(reader, "pasted.png"))
    carried = page.get_by_role("list", name="Attached")
    expect(carried.get_by_role("listitem")).to_have_count(3)
    reader.composer.fill("what is on them?")

    # The model that is chosen does not see: nothing is sent, and the way out is named.
    expect(page.get_by_text("reader does not see pictures.")).to_be_visible()
    reader.composer.press("Enter")
    expect(page.get_by_role("heading", name="You said")).to_have_count(0)
    assert reader.findings() == []
    page.get_by_role("button", name="Model: reader. Choose another").click()
    expect(page.get_by_role("menuitemradio")).to_have_count(2)
    expect(page.get_by_role("menuitemradio", name="seer")).to_contain_text("sees pictures")
    page.get_by_role("menuitemradio", name="seer").click()
    reader.composer.press("Enter")
    reader.hears_the_end()

    shown = page.get_by_role("main").get_by_role("list", name="Attached").get_by_role("img")
    expect(shown).to_have_count(3)
    assert shown.evaluate_all("all => all.every(each => each.complete && each.naturalHeight === 30)")
    asked = upstream.asked[-1]
    assert asked["model"] == "seer"
    parts = asked["messages"][-1]["content"]
    images = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    assert sorted(images) == sorted(
        f"data:image/png;base64,{base64.b64encode(one).decode()}" for one in PICTURES.values()
    )
    assert any(part.get("text", "").endswith("what is on them?") for part in parts)

    page.get_by_role("banner").get_by_role("button", name="What you can do").click()
    page.get_by_role("menuitem", name="Share by link").click()
    page.get_by_label("With its pictures").check()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("with pictures and file names").input_value()
    assert reader.findings() == []
    stranger = meet(seeing)
    stranger.page.goto(link)
    pictures = stranger.page.get_by_role("list", name="Attached").get_by_role("img")
    expect(pictures).to_have_count(3)
    stranger.page.wait_for_function("() => [...document.images].every(each => each.naturalWidth > 0)")
    assert stranger.findings() == []


def test_a_picture_that_is_too_large_or_none_is_refused_with_a_sentence(meet: Meet, seeing: RunningService) -> None:
    reader = meet(seeing).signed_in()
    for status in ("413", "415"):
        reader.expects(status)
    reader.page.goto("/")
    large: FilePayload = {"name": "large.png", "mimeType": "image/png", "buffer": png(40, 30) + b"\0" * 100_000}
    none: FilePayload = {"name": "none.png", "mimeType": "image/png", "buffer": b"\0\1\2 no picture \xff"}
    reader.page.locator("form.composer input[type=file]").set_input_files([large, none])
    carried = reader.page.get_by_role("list", name="Attached")
    expect(carried.get_by_role("alert")).to_have_count(2)
    expect(carried).to_contain_text("Attach a smaller one.")
    expect(carried).to_contain_text("This kind of file cannot be read.")


def test_a_new_version_of_the_page_is_told_while_one_is_open(meet: Meet, seeing: RunningService) -> None:
    reader = meet(seeing).signed_in()
    reader.page.goto("/")
    reader.composer.fill("kept through the reload")
    told = reader.page.get_by_text("Seawall has been updated")
    expect(told).to_have_count(0)
    later = reader.page.request.get("/api/bootstrap").json() | {"version": "99.0"}
    reader.page.route("**/api/bootstrap", lambda route: route.fulfill(json=later))
    reader.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(told).to_be_visible()
    assert reader.findings() == []
    reader.page.get_by_role("button", name="Reload").click()
    expect(reader.composer).to_have_value("kept through the reload")
    expect(told).to_have_count(0)
    reader.composer.fill("")
