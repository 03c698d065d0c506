"""What is told to whoever looks in from outside: probes, methods, bodies that are too large."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from records_that_fail import SwitchedRecords
from web_app import WebApp, web_app

BEHIND_A_PROXY = {"x-forwarded-for": "203.0.113.7"}


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncIterator[WebApp]:
    async with web_app(records) as running:
        yield running


async def test_why_the_engine_is_not_ready_is_told_on_this_machine_alone(app: WebApp) -> None:
    await app.engine.close()
    trouble = app.engine.report().trouble
    assert trouble
    async with app.client() as prober:
        here = await prober.get("/readyz")
        elsewhere = await prober.get("/readyz", headers=BEHIND_A_PROXY)
    assert (here.status_code, here.json()["engine"]) == (503, trouble)
    assert (elsewhere.status_code, elsewhere.json()["engine"]) == (503, "not ready")


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/openapi.json", "/docs", "/"])
async def test_head_tells_what_get_would(app: WebApp, path: str) -> None:
    async with app.client() as prober:
        got, told = await prober.get(path), await prober.head(path)
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["content-length"] == got.headers["content-length"]
    assert told.headers["content-type"] == got.headers["content-type"]


async def test_the_chat_address_takes_post_alone(app: WebApp) -> None:
    async with app.client() as prober:
        answer = await prober.head("/v1/chat/completions")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_the_reference_and_its_document_hold_the_chat_address_whichever_is_read_first(app: WebApp) -> None:
    async with app.client() as reader:
        page, document = await reader.get("/docs"), await reader.get("/openapi.json")
    assert "/v1/chat/completions" in page.text
    assert "/v1/chat/completions" in document.json()["paths"]


async def test_a_slash_too_many_is_no_way_to_another_scheme(app: WebApp) -> None:
    async with app.client() as prober:
        answer = await prober.post("/v1/chat/completions/", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_a_client_that_sends_far_too_much_at_once_still_reads_why_it_is_refused(app: WebApp) -> None:
    def send_all_then_read() -> tuple[int, bytes]:
        """As most clients do: they look for an answer when all is sent, and a reset in between is all they see."""
        connection = HTTPConnection(urlsplit(app.url).netloc, timeout=20)
        with closing(connection):
            connection.request("POST", "/v1/chat/completions", b"x" * (16 * 1024 * 1024))
            answer = connection.getresponse()
            return answer.status, answer.read()

    status, body = await asyncio.to_thread(send_all_then_read)
    assert (status, json.loads(body)["error"]["code"]) == (413, "body_too_large")
