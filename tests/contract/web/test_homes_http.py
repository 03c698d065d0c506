"""Standing over HTTP: told in words, at home by device or network, gained by a code, bounded by budgets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from records_that_fail import SwitchedRecords
from seawall.accounts.accounts import Standing
from seawall.accounts.homes.devices import COOKIE
from seawall.records.opening import open_records
from seawall.settings.shield import BudgetSettings
from seawall.values.budget import Budget
from seawall.values.home import DAY_S
from solved_puzzle import solved
from web_app import WebApp, web_app

HOME, CAFE = {"x-forwarded-for": "192.0.2.7"}, {"x-forwarded-for": "198.51.100.7"}
PROXIED: dict[str, Any] = {"trusted_proxies": ("127.0.0.1/32",)}
ASKED = {"model": "echo", "max_tokens": 10, "messages": [{"role": "user", "content": "one two"}]}
SIGN_IN = {"email": "ada@example.org", "password": "a good password"}


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncIterator[WebApp]:
    async with web_app(records, **PROXIED) as running:
        yield running


@pytest.fixture
async def ada(app: WebApp) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at home, of an account that was vouched for and whose first day is over."""
    async with app.client() as browser:
        browser.headers.update(HOME)
        entered = await browser.post("/api/auth/signup", json=SIGN_IN)
        browser.headers["x-csrf-token"] = entered.json()["csrf_token"]
        await app.house.accounts.change(entered.json()["me"]["id"], Standing(vouched=True))
        await ask(app, await key_of(app))
        await chat(app, browser)
        app.house.clock.advance(2 * DAY_S)
        again = await browser.post("/api/auth/login", json=SIGN_IN)
        browser.headers["x-csrf-token"] = again.json()["csrf_token"]
        yield browser


async def key_of(app: WebApp, **options: Any) -> str:
    (account,) = await app.house.accounts.all()
    return (await app.house.keys.create(account.id, "test", **options)).secret


async def ask(app: WebApp, key: str, place: dict[str, str] = HOME, user: str = "") -> httpx.Response:
    async with app.client() as program:
        sent = {"authorization": f"Bearer {key}", "x-openwebui-user-id": user, **place}
        answer = await program.post("/v1/chat/completions", json=ASKED, headers=sent)
        await app.house.homes.flush()
        return answer


async def chat(app: WebApp, browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/api/chat", json={"message_id": "message-1", "text": "Hello"})
    assert answer.status_code == 200, answer.text
    await app.house.homes.flush()


async def standing(browser: httpx.AsyncClient) -> dict[str, Any]:
    answer = await browser.get("/api/account/standing")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_account_is_told_that_it_is_at_home_and_where(app: WebApp, ada: httpx.AsyncClient) -> None:
    told = await standing(ada)
    assert (told["class"], told["at_home"], told["why"], told["matters"]) == ("C1", True, "home", False)
    assert sorted((home["kind"], home["here"]) for home in told["homes"]) == [("device", True), ("network", True)]
    assert "192.0.2" not in str(told)


async def test_a_key_is_of_another_class_away_from_home(app: WebApp, ada: httpx.AsyncClient) -> None:
    key = await key_of(app)
    assert (await ask(app, key)).headers["x-seawall-class"] == "C1"
    away = await ask(app, key, CAFE)
    assert away.status_code == 200
    assert away.headers["x-seawall-class"] == "C2"


async def test_the_device_cookie_is_kept_from_pages_and_makes_a_home_of_any_network(
    app: WebApp, ada: httpx.AsyncClient
) -> None:
    ada.headers.update(CAFE)
    assert (await standing(ada))["at_home"]
    again = await ada.post("/api/auth/login", json=SIGN_IN)
    (cookie,) = (one for one in again.headers.get_list("set-cookie") if one.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert cookie.split(";")[0] == f"{COOKIE}={ada.cookies[COOKIE]}"  # The same device, for longer.


async def test_a_code_by_mail_makes_a_new_place_a_home_at_once(app: WebApp, ada: httpx.AsyncClient) -> None:
    async with app.client() as elsewhere:
        elsewhere.headers.update(CAFE)
        entered = await elsewhere.post("/api/auth/login", json=SIGN_IN)
        elsewhere.headers["x-csrf-token"] = entered.json()["csrf_token"]
        told = await standing(elsewhere)
        assert (told["class"], told["why"], told["ways"]) == ("C2", "away", ["mail"])

        assert (await elsewhere.post("/api/account/step-up", json={})).status_code == 204
        wrong = await elsewhere.post("/api/account/step-up/confirm", json={"code": "1"})
        assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "code")
        right = {"code": app.house.mailbox.mails[0].code}
        assert (await elsewhere.post("/api/account/step-up/confirm", json=right)).status_code == 204

        told = await standing(elsewhere)
        assert (told["class"], told["why"]) == ("C1", "home")
    assert (await ask(app, await key_of(app), CAFE)).headers["x-seawall-class"] == "C1"


async def test_a_step_up_needs_our_own_page(app: WebApp, ada: httpx.AsyncClient) -> None:
    del ada.headers["x-csrf-token"]
    for path, body in (("", {}), ("/confirm", {"code": "12345678"})):
        answer = await ada.post(f"/api/account/step-up{path}", json=body)
        assert answer.status_code == 403
    assert app.house.mailbox.mails == []


async def test_a_home_is_forgotten(app: WebApp, ada: httpx.AsyncClient) -> None:
    for home in (await standing(ada))["homes"]:
        assert (await ada.delete(f"/api/account/homes/{home['id']}")).status_code == 204
        assert (await ada.delete(f"/api/account/homes/{home['id']}")).status_code == 404
    told = await standing(ada)
    assert (told["at_home"], told["homes"]) == (False, [])


async def test_an_operators_word_makes_homes_of_a_days_places(app: WebApp, ada: httpx.AsyncClient) -> None:
    (account,) = await app.house.accounts.all()
    await app.house.accounts.change(account.id, Standing(first_day=True))
    assert (await ask(app, await key_of(app), CAFE)).headers["x-seawall-class"] == "C1"
    app.house.clock.advance(2 * DAY_S)
    assert (await ask(app, await key_of(app), CAFE)).headers["x-seawall-class"] == "C1"


async def test_a_budget_refuses_and_tells_what_is_left(records: SwitchedRecords) -> None:
    budget = BudgetSettings(requests_per_day=2, engine_s_per_day=0.5)
    async with web_app(records, **PROXIED, budget=budget) as app, app.member():
        key = await key_of(app)
        answers = [await ask(app, key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert '"requests-per-day";q=2' in answers[0].headers["ratelimit-policy"]
    assert '"requests-per-day";r=1' in answers[0].headers["ratelimit"]
    # A part of one is no nothing: who heeds the header would stay away for a day.
    assert '"engine-seconds-per-day";r=1' in answers[0].headers["ratelimit"]
    assert answers[2].json()["error"]["code"] == "budget_spent"
    assert 0 < int(answers[2].headers["retry-after"]) <= DAY_S + 60  # Not all at midnight.


async def test_what_was_used_before_a_restart_counts(records: SwitchedRecords, tmp_path: Path) -> None:
    budget = BudgetSettings(requests_per_day=2)
    async with web_app(records, **PROXIED, budget=budget) as app, app.member():
        key = await key_of(app)
        for _ in range(2):
            await ask(app, key)
    again = SwitchedRecords(open_records("", tmp_path))
    async with web_app(again, **PROXIED, budget=budget) as app, asyncio.timeout(10):
        while (answer := await ask(app, key)).status_code == 200:
            await asyncio.sleep(0.02)
    assert answer.json()["error"]["code"] == "budget_spent"


async def test_operators_bound_members(app: WebApp) -> None:
    async with app.owner() as owner, app.member() as member:
        (account,) = (row for row in await app.house.accounts.all() if row.email == "ada@example.org")
        path = f"/api/operator/accounts/{account.id}/budgets"
        assert (await member.put(path, json={"requests_per_day": 9})).status_code == 403
        assert (await owner.put(path, json={"requests_per_day": 1})).status_code == 204
        assert (await owner.put("/api/operator/accounts/nobody/budgets", json={})).status_code == 404
        assert (await owner.get(path)).json()[""]["requests_per_day"] == 1
    assert await app.house.accounts.budgets(account.id) == {"": Budget(requests_per_day=1)}


async def test_a_flooding_user_of_a_front_end_does_not_delay_another(records: SwitchedRecords) -> None:
    async with web_app(records, "slots=1,token_ms=30,tokens=10", **PROXIED) as app, app.member():
        key = await key_of(app, front_end=True)
        flood = [asyncio.create_task(ask(app, key, user="flood")) for _ in range(12)]
        await _until_waiting(app, 8)
        other = await ask(app, key, user="calm")
        behind = sum(not one.done() for one in flood)
        told = await asyncio.gather(*flood)
    assert other.status_code == 200
    assert behind >= 5  # Eight had come before it.
    assert {one.status_code for one in told} == {200}


async def _until_waiting(app: WebApp, many: int) -> None:
    async with asyncio.timeout(10), app.client() as looker:
        while True:
            for line in (await looker.get("/metrics")).text.splitlines():
                if line.startswith("seawall_queue_waiting ") and float(line.split()[1]) >= many:
                    return
            await asyncio.sleep(0.01)


async def test_in_a_challenged_network_who_is_at_home_is_not_touched_and_who_is_not_solves_a_puzzle(
    app: WebApp, ada: httpx.AsyncClient
) -> None:
    key, puzzle = await key_of(app), {"algorithm": "PBKDF2/SHA-256"}
    wishes = [{"network": network, "treatment": "challenge"} for network in ("192.0.2.0/24", "198.51.100.0/24")]
    async with app.owner() as owner:
        for wish in wishes:
            assert (await owner.post("/api/operator/networks", json=wish)).is_success
        assert (await ask(app, key)).status_code == 200
        refused = await ask(app, key, CAFE)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "challenge_required")
        async with app.client() as elsewhere:
            elsewhere.headers.update(CAFE)
            entered = await elsewhere.post("/api/auth/login", json=SIGN_IN)
            elsewhere.headers["x-csrf-token"] = entered.json()["csrf_token"]
            said = {"message_id": "message-2", "text": "Hello"}
            assert (await elsewhere.post("/api/chat", json=said)).json()["error"]["code"] == "challenge_required"
            proof = {"proof": solved((await elsewhere.post("/api/account/puzzle", json=puzzle)).json())}
            assert (await elsewhere.post("/api/account/puzzle/solved", json=proof)).status_code == 204
            assert (await elsewhere.post("/api/account/puzzle/solved", json=proof)).status_code == 403
            assert (await elsewhere.post("/api/chat", json=said)).status_code == 200
        assert (await ask(app, key, CAFE)).status_code == 200, "a program beside the browser is let in as well"


async def test_a_challenge_that_is_taken_back_asks_nobody_any_more(app: WebApp, ada: httpx.AsyncClient) -> None:
    key, network = await key_of(app), "198.51.100.0/24"
    async with app.owner() as owner:
        await owner.post("/api/operator/networks", json={"network": network, "treatment": "challenge"})
        assert (await ask(app, key, CAFE)).status_code == 403
        assert (await owner.delete("/api/operator/networks", params={"network": network})).status_code == 204
        assert (await ask(app, key, CAFE)).status_code == 200
