"""Answers in progress of whom is not let in any more: they end at once, each in its own API's form of an error."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from patience import until
from records_that_fail import SwitchedRecords
from web_app import WebApp, web_app

ENDLESS = "slots=1,token_ms=10,tokens=4000"
TURN = {"role": "user", "content": "Hello"}
ASK = {"model": "echo", "stream": True, "messages": [TURN]}
SHAPES = (
    ("/v1/chat/completions", ASK, "error"),
    ("/v1/responses", {"model": "echo", "stream": True, "input": "Hello"}, "error"),
    ("/v1/messages", {"model": "echo", "stream": True, "max_tokens": 4000, "messages": [TURN]}, "error"),
)


class Stream:
    """An answer that is read line by line."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def begin(self) -> None:
        """Reads up to the first event."""
        async for line in self._lines:
            if line.startswith("data: "):
                return

    async def last(self) -> dict[str, Any]:
        """The last event of all."""
        last = ""
        async for line in self._lines:
            last = line.removeprefix("data: ") if line.startswith("data: ") else last
        return json.loads(last)


async def a_key(browser: httpx.AsyncClient) -> dict[str, Any]:
    return (await browser.post("/api/keys", json={"name": "laptop"})).json()


@asynccontextmanager
async def asking(app: WebApp, key: dict[str, Any], path: str, body: dict[str, Any]) -> AsyncGenerator[Stream]:
    headers = {"authorization": f"Bearer {key['key']}"}
    async with app.client() as client, client.stream("POST", path, json=body, headers=headers) as response:
        assert response.status_code == 200
        stream = Stream(response)
        await stream.begin()
        yield stream


async def disable(owner: httpx.AsyncClient, browser: httpx.AsyncClient) -> None:
    account_id = (await browser.get("/api/auth/me")).json()["me"]["id"]
    done = await owner.post(f"/api/operator/accounts/{account_id}", json={"disabled": True})
    assert done.status_code == 200, done.text


@pytest.mark.parametrize(("path", "body", "kind"), SHAPES)
async def test_a_disabled_accounts_stream_ends_with_an_error(
    records: SwitchedRecords, path: str, body: dict[str, Any], kind: str
) -> None:
    async with web_app(records, ENDLESS) as app, app.owner() as owner, app.member() as ada:
        async with asking(app, await a_key(ada), path, body) as stream:
            await disable(owner, ada)
            last = await stream.last()
        assert last.get("type", "error") == kind
        assert "disabled or deleted" in json.dumps(last)
        await until(lambda: app.engine.report().in_flight == 0)


async def test_whoever_waits_in_line_or_for_a_whole_answer_is_told_by_its_status(records: SwitchedRecords) -> None:
    async with web_app(records, ENDLESS) as app, app.owner() as owner, app.member() as ada, app.client() as client:
        key = await a_key(ada)
        async with asking(app, await a_key(owner), "/v1/chat/completions", ASK):
            client.headers["authorization"] = f"Bearer {key['key']}"
            request = client.build_request("POST", "/v1/chat/completions", json={**ASK, "stream": False})
            waiting = asyncio.create_task(client.send(request))
            async with asyncio.timeout(10):
                while not (await owner.get("/api/operator/overview")).json()["queue"]["waiting"]:
                    await asyncio.sleep(0.005)
            await disable(owner, ada)
            refused = await waiting
            assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")


async def test_a_revoked_keys_stream_ends_and_another_keys_goes_on(records: SwitchedRecords) -> None:
    async with web_app(records, "slots=8,token_ms=10,tokens=4000") as app, app.member() as ada:
        stolen, kept = await a_key(ada), await a_key(ada)
        async with (
            asking(app, stolen, "/v1/chat/completions", ASK) as ends,
            asking(app, kept, "/v1/chat/completions", ASK) as goes_on,
        ):
            assert (await ada.delete(f"/api/keys/{stolen['id']}")).status_code == 204
            error = (await ends.last())["error"]
            assert (error["code"], "revoked" in error["message"]) == ("unknown_key", True)
            await goes_on.begin()
            assert app.engine.report().in_flight == 1


async def test_a_deleted_accounts_answers_end(records: SwitchedRecords) -> None:
    async with web_app(records, "slots=8,token_ms=10,tokens=4000") as app, app.member() as ada:
        said = {"message_id": "message-1", "text": "Hello"}
        async with asking(app, await a_key(ada), *SHAPES[0][:2]) as program, ada.stream("POST", "/api/chat", json=said):
            await until(lambda: app.engine.report().in_flight == 2)
            gone = await ada.request("DELETE", "/api/account", json={"password": "a good password"})
            assert gone.status_code == 204, gone.text
            assert "error" in await program.last()
        await until(lambda: app.engine.report().in_flight == 0)
