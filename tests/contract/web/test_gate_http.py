"""The gate before the whole application, on a socket: a network whose strangers have used their share."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from records_that_fail import SwitchedRecords
from seawall.settings.edge import EdgeSettings
from web_app import web_app

SMALL = EdgeSettings(stranger_rate=0.5, stranger_burst=50)
TEXT_HTML = {"accept": "text/html,application/xhtml+xml"}


async def used_up(stranger: httpx.AsyncClient, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """The first refusal of many requests."""
    for _ in range(1000):
        answer = await stranger.get(path, headers=headers)
        if answer.status_code == 429:
            return answer
    raise AssertionError("nobody was refused")


async def test_a_registered_user_feels_nothing_of_strangers_on_the_same_address(records: SwitchedRecords) -> None:
    async with web_app(records, edge=SMALL) as app, app.member() as browser, app.client() as stranger:
        await used_up(stranger, "/v1/models")
        await used_up(stranger, "/login")
        key = (await browser.post("/api/keys", json={"name": "laptop"})).json()["key"]
        program = {"authorization": f"Bearer {key}"}
        for _ in range(30):
            assert (await browser.get("/api/auth/me")).status_code == 200
            assert (await stranger.get("/v1/models", headers=program)).status_code == 200


async def test_who_has_an_account_can_sign_in_from_there(records: SwitchedRecords) -> None:
    async with web_app(records, edge=SMALL) as app:
        async with app.member():
            pass
        async with app.client() as stranger:
            await used_up(stranger, "/v1/models")
            body = {"email": "ada@example.org", "password": "a good password"}
            assert (await stranger.post("/api/auth/login", json=body)).status_code == 200


async def test_a_program_reads_an_error_object_and_a_browser_a_page(records: SwitchedRecords) -> None:
    async with web_app(records, edge=SMALL) as app, app.client() as stranger:
        refused = await used_up(stranger, "/v1/models")
        assert refused.json()["error"]["code"] == "share_used"
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["x-request-id"]
        assert refused.headers["x-seawall-posture"]
        page = await used_up(stranger, "/login", TEXT_HTML)
        assert page.headers["content-type"].startswith("text/html")
        assert "请稍候" in page.text
        assert "<script" not in page.text


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
async def test_probes_answer_all_the_while(records: SwitchedRecords, path: str) -> None:
    async with web_app(records, edge=SMALL) as app, app.client() as stranger:
        await used_up(stranger, "/login")
        for _ in range(50):
            assert (await stranger.get(path)).status_code == 200


async def test_an_unknown_key_is_refused_before_its_body_has_come(records: SwitchedRecords) -> None:
    async with web_app(records) as app:
        url = httpx.URL(app.url)
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nhost: {url.host}:{url.port}\r\nauthorization: Bearer sw-guessed\r\n"
            "content-type: application/json\r\ncontent-length: 1000000\r\n\r\n{"
        )
        reader, writer = await asyncio.open_connection(url.host, url.port)
        try:
            writer.write(head.encode())
            async with asyncio.timeout(20):
                assert b" 401 " in await reader.readline()
        finally:
            writer.close()


async def test_refusals_are_counted(records: SwitchedRecords) -> None:
    async with web_app(records, edge=SMALL) as app, app.client() as stranger:
        await used_up(stranger, "/v1/models")
        lines = (await stranger.get("/metrics")).text.splitlines()
        assert float(next(line for line in lines if line.startswith("seawall_gate_share_total")).split()[1]) >= 1
