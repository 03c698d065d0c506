"""What a person is told of their use and bounds, and what operators see of everybody's."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from records_that_fail import SwitchedRecords
from seawall.settings.shield import BudgetSettings
from web_app import WebApp, web_app

PRICED = BudgetSettings(requests_per_month=100, price_prompt=10.0, price_completion=30.0)


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncGenerator[WebApp]:
    async with web_app(records, "tokens=7", budget=PRICED) as app:
        yield app


async def new_key(browser: httpx.AsyncClient, name: str = "laptop") -> dict[str, Any]:
    answer = await browser.post("/api/keys", json={"name": name})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def ask(app: WebApp, key: str) -> None:
    async with app.client() as program:
        answer = await program.post(
            "/v1/chat/completions",
            headers={"authorization": f"Bearer {key}"},
            json={"model": "echo", "messages": [{"role": "user", "content": "one two three"}]},
        )
    assert answer.status_code == 200, answer.text


async def test_use_is_told_by_day_key_and_model_with_its_money(app: WebApp) -> None:
    async with app.member() as browser:
        key = await new_key(browser)
        await ask(app, key["key"])
        await ask(app, key["key"])
        # At once: what the meter has not written down yet is told too.
        told = (await browser.get("/api/usage")).json()
    (line,) = told["lines"]
    assert (line["key_id"], line["model"], line["requests"]) == (key["id"], "echo", 2)
    assert line["completion_tokens"] == 14
    assert line["day"] == told["until"]
    assert line["money"] == pytest.approx((line["prompt_tokens"] * 10 + 14 * 30) / 1e6)
    assert line["engine_s"] >= 0
    assert told["priced"]
    assert [(one["id"], one["name"], one["revoked"]) for one in told["keys"]] == [(key["id"], "laptop", False)]
    (bound,) = told["bounds"][""]
    assert (bound["name"], bound["quota"], bound["used"], bound["left"]) == ("requests_per_month", 100, 2, 98)
    assert 0 < bound["resets_s"] <= 31 * 86_400


async def test_a_keys_own_budget_counts_what_that_key_used(app: WebApp) -> None:
    async with app.owner() as owner:
        small, other = await new_key(owner, "small"), await new_key(owner, "other")
        account_id = (await owner.get("/api/auth/me")).json()["me"]["id"]
        path = f"/api/operator/accounts/{account_id}/budgets"
        assert (await owner.put(path, json={"key_id": small["id"], "requests_per_day": 5})).status_code == 204
        for key in (small, other, other):
            await ask(app, key["key"])
        told = (await owner.get("/api/usage")).json()
        (bound,) = told["bounds"][small["id"]]
        assert (bound["name"], bound["used"], bound["left"]) == ("requests_per_day", 1, 4)
        assert told["bounds"][""][0]["used"] == 3
        one = (await owner.get(f"/api/operator/accounts/{account_id}")).json()
        assert {key_id: bounds[0]["used"] for key_id, bounds in one["bounds"].items()} == {"": 3, small["id"]: 1}
        assert (one["budgets"][small["id"]]["requests_per_day"], one["default"]["requests_per_month"]) == (5, 100)
        assert one["priced"]
        seen = (await owner.get("/api/operator/budgets")).json()
    assert seen["default"]["requests_per_month"] == 100
    assert seen["prices"] == {"prompt": 10.0, "cached": 0.0, "completion": 30.0, "engine_hour": 0.0}
    (own,) = seen["own"]
    assert (own["account_id"], own["key_id"], own["budget"]["requests_per_day"]) == (account_id, small["id"], 5)


async def test_a_member_sees_nobody_elses_budgets_and_a_foreign_key_cannot_be_bounded(app: WebApp) -> None:
    async with app.owner() as owner, app.member() as member:
        assert (await member.get("/api/operator/budgets")).status_code == 403
        foreign = await new_key(owner)
        member_id = (await member.get("/api/auth/me")).json()["me"]["id"]
        body = {"key_id": foreign["id"], "requests_per_day": 1}
        refused = await owner.put(f"/api/operator/accounts/{member_id}/budgets", json=body)
    assert (refused.status_code, refused.json()["error"]["param"]) == (404, "key_id")


@pytest.mark.parametrize("days", ["0", "367", "all"])
async def test_days_out_of_bounds_are_refused_by_name(app: WebApp, days: str) -> None:
    async with app.member() as browser:
        refused = await browser.get(f"/api/usage?days={days}")
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "days")


async def test_a_stranger_is_told_nothing(app: WebApp) -> None:
    async with app.client() as stranger:
        assert (await stranger.get("/api/usage")).status_code == 401
