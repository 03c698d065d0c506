"""What a key may do is decided at the door, told where it is seen, and changed at once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from records_that_fail import SwitchedRecords
from seawall.accounts.keys.key_use import NOTED_EVERY_S
from web_app import WebApp, web_app

ASK = {"model": "echo", "messages": [{"role": "user", "content": "one two"}]}
EMBED = {"model": "echo", "input": "one two"}


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncGenerator[WebApp]:
    async with web_app(records, "tokens=2") as app:
        yield app


async def made(browser: httpx.AsyncClient, **wish: Any) -> dict[str, Any]:
    answer = await browser.post("/api/keys", json={"name": "laptop", **wish})
    assert answer.status_code == 201, answer.text
    return answer.json()


def program(app: WebApp, key: dict[str, Any]) -> httpx.AsyncClient:
    client = app.client()
    client.headers["authorization"] = f"Bearer {key['key']}"
    return client


async def statuses(app: WebApp, key: dict[str, Any]) -> tuple[int, int, int]:
    """Of a question, of embeddings, of the list of models."""
    async with program(app, key) as client:
        chat = await client.post("/v1/chat/completions", json=ASK)
        vectors = await client.post("/v1/embeddings", json=EMBED)
        return chat.status_code, vectors.status_code, (await client.get("/v1/models")).status_code


@pytest.mark.parametrize(
    ("scopes", "told"),
    [([], (200, 200, 200)), (["chat"], (200, 403, 403)), (["embeddings", "models"], (403, 200, 200))],
)
async def test_a_key_does_what_its_scopes_say(app: WebApp, scopes: list[str], told: tuple[int, int, int]) -> None:
    async with app.member() as browser:
        key = await made(browser, scopes=scopes)
        assert key["scopes"] == scopes
        assert await statuses(app, key) == told


async def test_a_refusal_names_the_scope_that_is_missing(app: WebApp) -> None:
    async with app.member() as browser:
        key = await made(browser, scopes=["models"])
        async with program(app, key) as client:
            refused = await client.post("/v1/chat/completions", content=b"not even JSON")
    told = refused.json()["error"]
    assert (refused.status_code, told["code"]) == (403, "not_allowed")
    assert "without the scope 'chat'; it has 'models'" in told["message"]


async def test_a_key_sees_and_asks_its_models_alone(app: WebApp) -> None:
    async with app.member() as browser:
        key = await made(browser, models=["other"])
        async with program(app, key) as client:
            refused = await client.post("/v1/chat/completions", json=ASK)
            assert (refused.status_code, refused.json()["error"]["param"]) == (403, "model")
            assert (await client.get("/v1/models")).json()["data"] == []
            assert (await client.get("/v1/models/echo")).status_code == 404
            changed = await browser.patch(f"/api/keys/{key['id']}", json={"models": ["echo"], "name": "desk"})
            assert (changed.json()["models"], changed.json()["name"]) == (["echo"], "desk")
            assert (await client.post("/v1/chat/completions", json=ASK)).status_code == 200


async def test_a_key_ends_when_its_time_has_come_also_while_the_records_are_away(app: WebApp) -> None:
    async with app.member() as browser:
        key = await made(browser, expires_in_s=3600)
        async with program(app, key) as client:
            assert (await client.get("/v1/models")).status_code == 200
            app.records.away = True
            app.house.clock.advance(2 * 3600)  # The end was reckoned by the machine's clock, which has gone on.
            ended = await client.get("/v1/models")
            app.records.away = False
            assert (ended.status_code, ended.json()["error"]["code"]) == (401, "unknown_key")
            assert "expired" in ended.json()["error"]["message"]
            assert (await browser.patch(f"/api/keys/{key['id']}", json={"expires_in_s": None})).status_code == 200
            assert (await client.get("/v1/models")).status_code == 200


async def test_when_a_key_was_used_last_is_noted_once_a_minute(app: WebApp) -> None:
    async with app.member() as browser:
        key = await made(browser)
        assert key["last_used_at"] is None
        first_s = app.house.clock()
        async with program(app, key) as client:
            for seconds in (0.0, NOTED_EVERY_S / 2):
                app.house.clock.advance(seconds)
                assert (await client.get("/v1/models")).status_code == 200
                await app.house.keys.use.flush()
            assert await last_used(browser) == first_s
            app.house.clock.advance(NOTED_EVERY_S)
            await client.get("/v1/models")
            await app.house.keys.use.flush()
            assert await last_used(browser) == app.house.clock()


async def last_used(browser: httpx.AsyncClient) -> float:
    (row,) = (await browser.get("/api/keys")).json()["keys"]
    return row["last_used_at"]


@pytest.mark.parametrize(
    ("wish", "param"),
    [
        ({"scopes": ["all"]}, "scopes.0"),
        ({"models": ["two words"]}, "models.0"),
        ({"expires_in_s": 0}, "expires_in_s"),
        ({"expires": 5}, "expires"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused_by_name(app: WebApp, wish: dict[str, Any], param: str) -> None:
    async with app.member() as browser:
        refused = await browser.post("/api/keys", json=wish)
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, param)


async def test_nobody_changes_anothers_key_or_a_revoked_one(app: WebApp) -> None:
    async with app.member() as ada, app.member("bob@example.org") as bob:
        key = await made(ada)
        assert (await bob.patch(f"/api/keys/{key['id']}", json={"name": "mine"})).status_code == 404
        assert (await ada.delete(f"/api/keys/{key['id']}")).status_code == 204
        assert (await ada.patch(f"/api/keys/{key['id']}", json={"name": "back"})).status_code == 404
