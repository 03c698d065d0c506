"""What a running service sees of who comes, and tells of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from records_that_fail import SwitchedRecords
from seawall.settings.verdict import VerdictSettings
from seawall.verdict.manner import Circumstances, manner_of
from web_app import WebApp, web_app

QUESTION = {"model": "echo", "messages": [{"role": "user", "content": "Hello, who are you?"}]}


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncIterator[WebApp]:
    async with web_app(records) as running:
        yield running


def manners(app: WebApp) -> list[dict[str, str]]:
    signals = app.truth.signals
    assert signals is not None
    return [dict(manner_of(asker, Circumstances(0.0, signals.usual_ms))) for asker in signals.crowd]


async def test_who_opens_the_page_registers_and_asks_is_seen_as_one_person(app: WebApp) -> None:
    async with app.client() as visitor:
        for path in ("/", "/static/icon.svg", "/api/bootstrap"):
            await visitor.get(path)
    async with app.member() as member:
        said = {"message_id": "message-1", "text": "Hello, who are you?"}
        answer = await member.post("/api/chat", json=said)
        assert answer.is_success, answer.text
    seen = manners(app)
    stranger = next(one for one in seen if one["standing"] == "stranger")
    known = next(one for one in seen if one["standing"] == "away")
    assert (stranger["files"], known["files"]) == ("fetched", "fetched")
    assert stranger["signup"] == "through_page"
    assert (known["prompts"], known["streams"]) == ("own", "read")


async def test_wrong_passwords_on_many_accounts_are_seen_as_such(app: WebApp) -> None:
    async with app.client() as thief:
        for number in range(4):
            body = {"email": f"person-{number}@example.org", "password": "a leaked password"}
            await thief.post("/api/auth/login", json=body)
    assert [one["logins"] for one in manners(app)] == ["spread"]


async def test_a_refused_call_is_seen_though_the_gate_answers_it(app: WebApp) -> None:
    async with app.client() as bot:
        for _ in range(3):
            assert (await bot.post("/v1/chat/completions", json=QUESTION)).status_code == 401
    assert [(one["answers"], one["files"]) for one in manners(app)] == [("misses", "no_page")]


async def test_probes_and_scrapes_are_nobody(app: WebApp) -> None:
    async with app.client() as prober:
        for path in ("/livez", "/readyz", "/metrics"):
            await prober.get(path)
    assert manners(app) == []


async def test_what_is_said_is_told_to_a_scrape(app: WebApp) -> None:
    async with app.client() as prober:
        told = (await prober.get("/metrics")).text
    assert 'seawall_verdict{kind="unclear"} 1.0' in told
    assert 'seawall_verdict_share{end="middle",of="attack"} 0.0' in told


async def test_where_it_is_not_wanted_nobody_is_watched(records: SwitchedRecords) -> None:
    async with web_app(records, verdict=VerdictSettings(enabled=False)) as app, app.client() as visitor:
        assert (await visitor.get("/")).is_success
        assert app.truth.signals is None
