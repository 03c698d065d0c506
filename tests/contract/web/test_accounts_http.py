"""Accounts over HTTP: statuses, cookies and who may send what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from records_that_fail import SwitchedRecords
from web_app import CLOSED, WebApp, web_app

CREDENTIALS = {"email": "ada@example.org", "password": "a good password"}


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncIterator[WebApp]:
    async with web_app(records) as running:
        yield running


def told(answer: httpx.Response) -> tuple[int, str | None]:
    """Status, and the refusal's code."""
    if answer.is_success:
        return answer.status_code, None
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "code", "param"}
    assert error["message"].endswith((".", "?"))
    return answer.status_code, error["code"]


async def test_a_stranger_signs_up_is_known_and_signs_out(app: WebApp) -> None:
    async with app.client() as browser:
        assert told(await browser.get("/api/auth/me")) == (401, "not_signed_in")
        answer = await browser.post("/api/auth/signup", json=CREDENTIALS)
        assert answer.status_code == 201
        me = (await browser.get("/api/auth/me")).json()
        assert me == answer.json()
        assert set(me["me"]) == {"id", "email", "role", "created_at"}
        token = {"x-csrf-token": me["csrf_token"]}
        assert (await browser.post("/api/auth/logout", headers=token)).status_code == 204
        assert "seawall_session" not in browser.cookies
        assert told(await browser.get("/api/auth/me")) == (401, "not_signed_in")


async def test_the_cookie_is_for_http_alone_and_secure_behind_tls(records: SwitchedRecords) -> None:
    async with web_app(records, trusted_proxies=("127.0.0.1/32",)) as app, app.client() as browser:
        plain = await browser.post("/api/auth/signup", json=CREDENTIALS)
        tls = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}
        secure = await browser.post("/api/auth/login", json=CREDENTIALS, headers=tls)
    flags = {part.strip().lower() for part in plain.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} < flags
    assert "secure" not in flags
    assert "secure" in secure.headers["set-cookie"].lower()


async def test_wrong_credentials_are_one_answer(app: WebApp) -> None:
    async with app.member() as _, app.client() as browser:
        wrong = await browser.post("/api/auth/login", json={**CREDENTIALS, "password": "a bad password"})
        unknown = await browser.post("/api/auth/login", json={**CREDENTIALS, "email": "eve@example.org"})
    assert told(wrong) == (401, "wrong_credentials")
    assert wrong.content == unknown.content


async def test_guessing_ends_in_429_with_a_time(app: WebApp) -> None:
    async with app.member() as _, app.client() as browser:
        for _ in range(10):
            await browser.post("/api/auth/login", json={**CREDENTIALS, "password": "a bad password"})
        answer = await browser.post("/api/auth/login", json=CREDENTIALS)
    assert told(answer) == (429, "too_many_attempts")
    assert int(answer.headers["retry-after"]) > 0


async def test_a_closed_registration_says_so(records: SwitchedRecords) -> None:
    async with web_app(records, accounts=CLOSED) as app, app.client() as browser:
        assert told(await browser.post("/api/auth/signup", json=CREDENTIALS)) == (403, "signup_closed")
        assert (await browser.get("/api/bootstrap")).json()["signup"] == "closed"


async def test_the_setup_link_makes_the_owner_once(app: WebApp) -> None:
    async with app.client() as browser:
        assert (await browser.get("/api/bootstrap")).json()["needs_owner"]
        body = {**CREDENTIALS, "token": "wrong"}
        assert told(await browser.post("/api/setup", json=body)) == (403, "not_allowed")
    async with app.owner() as owner:
        start = (await owner.get("/api/bootstrap")).json()
        assert (start["me"]["role"], start["needs_owner"]) == ("owner", False)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({}, 200),
    ],
)
async def test_only_our_own_pages_change_anything(app: WebApp, headers: dict[str, str], status: int) -> None:
    async with app.member() as browser:
        login = await browser.post("/api/auth/login", json=CREDENTIALS, headers=headers)
        key = await browser.post("/api/keys", json={}, headers={**headers, "x-csrf-token": _token(browser, login)})
    assert login.status_code == status
    assert key.status_code == (201 if status == 200 else status)
    if status == 403:
        assert told(login)[1] == told(key)[1] == "cross_site"


def _token(browser: httpx.AsyncClient, login: httpx.Response) -> str:
    return login.json()["csrf_token"] if login.is_success else browser.headers["x-csrf-token"]


async def test_our_own_origin_is_let_in_where_no_other_header_tells(app: WebApp) -> None:
    async with app.member() as browser:
        answer = await browser.post("/api/auth/login", json=CREDENTIALS, headers={"origin": app.url})
    assert answer.status_code == 200


async def test_behind_a_proxy_the_public_address_is_our_own_origin(records: SwitchedRecords) -> None:
    async with web_app(records, public_url="https://chat.example.org") as app, app.client() as browser:
        headers = {"origin": "https://chat.example.org", "host": "127.0.0.1:9"}
        assert (await browser.post("/api/auth/signup", json=CREDENTIALS, headers=headers)).status_code == 201


@pytest.mark.parametrize("token", [b"", b"0" * 64, b"\xe9"])
async def test_a_change_needs_this_sessions_token(app: WebApp, token: bytes) -> None:
    async with app.member() as browser:
        answer = await browser.post("/api/keys", json={}, headers={b"x-csrf-token": token})
    assert told(answer) == (403, "cross_site")


async def test_another_sessions_token_is_of_no_use(app: WebApp) -> None:
    async with app.member() as ada, app.member("eve@example.org") as eve:
        headers = {"x-csrf-token": eve.headers["x-csrf-token"]}
        assert told(await ada.post("/api/keys", json={}, headers=headers)) == (403, "cross_site")


async def test_a_password_is_changed(app: WebApp) -> None:
    async with app.member() as browser:
        body = {"current": "a good password", "new": "a better password"}
        wrong = await browser.post("/api/account/password", json={**body, "current": "a bad password"})
        assert (told(wrong), wrong.json()["error"]["param"]) == ((400, "invalid_request"), "current")
        assert (await browser.post("/api/account/password", json=body)).status_code == 204
        assert (await browser.get("/api/auth/me")).status_code == 200
        login = {**CREDENTIALS, "password": "a better password"}
        assert (await browser.post("/api/auth/login", json=login)).status_code == 200


async def test_a_key_is_shown_once_listed_and_revoked(app: WebApp) -> None:
    async with app.member() as browser, app.client() as program:
        made = await browser.post("/api/keys", json={"name": "laptop"})
        assert made.status_code == 201
        key = made.json()
        listed = (await browser.get("/api/keys")).json()["keys"]
        assert [row["id"] for row in listed] == [key["id"]]
        assert "key" not in listed[0]
        bearer = {"authorization": f"Bearer {key['key']}"}
        assert (await program.get("/v1/models", headers=bearer)).status_code == 200
        assert (await browser.delete(f"/api/keys/{key['id']}")).status_code == 204
        assert told(await program.get("/v1/models", headers=bearer)) == (401, "unknown_key")
        assert told(await browser.delete(f"/api/keys/{key['id']}")) == (404, "not_found")


async def test_operators_see_and_change_accounts_and_members_do_not(app: WebApp) -> None:
    async with app.owner() as owner, app.member() as member:
        assert told(await member.get("/api/operator/overview")) == (403, "not_allowed")
        overview = (await owner.get("/api/operator/overview")).json()
        assert overview["engine"]["ready"]
        assert overview["records"]["healthy"]
        found = (await owner.get("/api/operator/accounts", params={"q": "ADA@"})).json()
        (ada,) = found["accounts"]
        assert found["total"] == 1
        assert told(await member.get("/api/operator/accounts")) == (403, "not_allowed")
        changed = await owner.post(f"/api/operator/accounts/{ada['id']}", json={"role": "operator"})
        assert changed.json()["role"] == "operator"
        assert (await member.get("/api/operator/overview")).status_code == 200
        assert (await owner.post(f"/api/operator/accounts/{ada['id']}", json={"disabled": True})).is_success
        assert (await member.get("/api/auth/me")).status_code in (401, 403)


async def test_the_register_is_read_page_by_page_and_by_kind(app: WebApp) -> None:
    async with app.owner() as owner, app.member(), app.member("bob@example.org"):
        first = (await owner.get("/api/operator/accounts", params={"limit": 2})).json()
        rest = (await owner.get("/api/operator/accounts", params={"limit": 2, "offset": 2})).json()
        assert (first["total"], len(first["accounts"]), len(rest["accounts"])) == (3, 2, 1)
        found = (await owner.get("/api/operator/accounts", params={"kind": "operating"})).json()
        assert [row["email"] for row in found["accounts"]] == ["owner@example.org"]
        wrong = await owner.get("/api/operator/accounts", params={"kind": "tall"})
        assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "kind")


async def test_one_account_is_told_with_its_live_keys(app: WebApp) -> None:
    async with app.owner() as owner, app.member() as member:
        me = (await member.get("/api/auth/me")).json()["me"]["id"]
        kept, gone = [(await member.post("/api/keys", json={"name": name})).json() for name in ("kept", "gone")]
        assert (await member.delete(f"/api/keys/{gone['id']}")).is_success
        one = (await owner.get(f"/api/operator/accounts/{me}")).json()
        assert (one["email"], [key["id"] for key in one["keys"]], one["bounds"]) == (
            "ada@example.org",
            [kept["id"]],
            {},
        )
        assert told(await owner.get("/api/operator/accounts/nobody")) == (404, "not_found")
        assert told(await member.get(f"/api/operator/accounts/{me}")) == (403, "not_allowed")


async def test_a_database_fault_signs_nobody_out(app: WebApp) -> None:
    async with app.member() as browser, app.client() as stranger:
        app.records.away = True
        app.house.clock.advance(60)
        assert (await browser.get("/api/auth/me")).status_code == 200
        start = (await browser.get("/api/bootstrap")).json()
        assert start["me"]["email"] == "ada@example.org"
        assert told(await stranger.post("/api/auth/login", json=CREDENTIALS)) == (503, "records_unavailable")
        assert told(await browser.get("/api/conversations")) == (503, "records_unavailable")
        assert (await browser.post("/api/auth/logout")).status_code == 204
        app.records.away = False
        assert told(await browser.get("/api/auth/me")) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"email": "ada@example.org"}, "invalid_request", "password"),
        ({**CREDENTIALS, "email": 7}, "invalid_request", "email"),
        ({**CREDENTIALS, "email": "a\x00@b.c"}, "invalid_request", "email"),
        ({**CREDENTIALS, "email": "nobody"}, "invalid_request", "email"),
        ({**CREDENTIALS, "password": "short"}, "invalid_request", "password"),
        ({**CREDENTIALS, "password": "x" * 2000}, "invalid_request", "password"),
        ({**CREDENTIALS, "admin": True}, "unknown_field", "admin"),
        ([], "invalid_request", None),
    ],
)
async def test_a_wrong_body_has_its_sentence(app: WebApp, body: Any, code: str, param: str | None) -> None:
    async with app.client() as browser:
        answer = await browser.post("/api/auth/signup", json=body)
    assert told(answer) == (400, code)
    assert answer.json()["error"]["param"] == param


async def test_a_form_of_another_site_is_no_json(app: WebApp) -> None:
    async with app.client() as browser:
        answer = await browser.post(
            "/api/auth/login",
            content='{"email": "ada@example.org", "password": "a good password"}',
            headers={"content-type": "text/plain"},
        )
    assert told(answer) == (400, "invalid_request")


async def test_an_id_of_no_possible_form_is_told_without_asking_the_records(app: WebApp) -> None:
    async with app.member() as browser:
        asked = app.records.asked
        answers = [
            await browser.get("/api/conversations/%00"),
            await browser.delete("/api/keys/a%2Cb"),
            await browser.delete("/api/conversations/" + "x" * 100),
        ]
    assert [told(answer) for answer in answers] == [(400, "invalid_request")] * 3
    assert app.records.asked == asked


async def test_a_browser_that_signed_in_before_is_not_locked_out_by_guesses_from_its_network(
    records: SwitchedRecords,
) -> None:
    right = {"email": "ada@example.org", "password": "a good password"}
    async with web_app(records) as app, app.member() as ada, app.member("bob@example.org") as bob:
        assert (await ada.post("/api/auth/logout")).status_code == 204
        assert (await ada.post("/api/auth/login", json={**right, "email": "bob@example.org"})).status_code == 200
        ada.cookies.delete("seawall_session")
        async with app.client() as attacker:
            for attempts in (attacker, bob):
                guesses = [await attempts.post("/api/auth/login", json={**right, "password": "x"}) for _ in range(15)]
                assert guesses[-1].status_code == 429
            assert (await attacker.post("/api/auth/login", json=right)).status_code == 429
        assert (await ada.post("/api/auth/login", json=right)).status_code == 200


async def test_an_operator_revokes_a_members_key_and_no_key_of_who_runs_the_service(app: WebApp) -> None:
    async with app.owner() as owner, app.member() as ada, app.member("op@example.org") as op:
        accounts = {row.email: row.id for row in await app.house.accounts.all()}
        await owner.post(f"/api/operator/accounts/{accounts['op@example.org']}", json={"role": "operator"})
        keys = {
            who: (await browser.post("/api/keys", json={"name": "k"})).json()
            for who, browser in (("ada@example.org", ada), ("owner@example.org", owner))
        }

        def path(email: str) -> str:
            return f"/api/operator/accounts/{accounts[email]}/keys/{keys[email]['id']}"

        assert told(await ada.delete(path("ada@example.org"))) == (403, "not_allowed")
        assert told(await op.delete(path("owner@example.org"))) == (403, "not_allowed")
        assert told(await op.delete(path("ada@example.org"))) == (204, None)
        assert told(await op.delete(path("ada@example.org"))) == (404, "not_found")
        used = await ada.get("/v1/models", headers={"authorization": f"Bearer {keys['ada@example.org']['key']}"})
        assert told(used) == (401, "unknown_key")
        acts = ""
        while "Revoke a key of an account" not in acts:
            acts = (await ada.get("/api/log/entries")).text
        assert accounts["ada@example.org"] not in acts
