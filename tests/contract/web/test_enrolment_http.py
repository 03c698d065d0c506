"""Registering, forgetting and leaving over HTTP, with a real mail server where mail is sent."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from mail_server import MailServer, mail_server
from patience import until
from records_that_fail import SwitchedRecords
from seawall.settings.accounts import AccountSettings
from web_app import WebApp, web_app

CREDENTIALS = {"email": "ada@example.org", "password": "a good password"}


def told(answer: httpx.Response) -> tuple[int, str | None]:
    """Status, and the refusal's code."""
    if answer.is_success:
        return answer.status_code, None
    error = answer.json()["error"]
    assert error["message"].endswith((".", "?"))
    return answer.status_code, error["code"]


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[MailServer]:
    async with mail_server(tmp_path) as server:
        yield server


@asynccontextmanager
async def service(records: SwitchedRecords, mode: str = "open", **more: Any) -> AsyncGenerator[WebApp]:
    options = {name: more.pop(name) for name in list(more) if name != "mail"}
    async with web_app(records, accounts=AccountSettings(signup=mode, **options), **more) as running:  # pyright: ignore[reportArgumentType]
        yield running


async def link_in(post: MailServer, number: int, page: str) -> str:
    """The secret of the link in the mail of that number, once it is there."""
    await until(lambda: len(post.mails) > number)
    found = re.search(rf"https://chat\.example\.org/{page}#(\w+)", post.mails[number].get_content())
    assert found, post.mails[number].get_content()
    return found[1]


async def test_by_mail_one_registers_opens_the_link_and_is_in(records: SwitchedRecords, post: MailServer) -> None:
    async with service(records, mail=post.settings) as app, app.client() as browser:
        start = (await browser.get("/api/bootstrap")).json()
        assert (start["signup"], start["mail"], start["terms"]) == ("open", True, None)
        answer = await browser.post("/api/auth/signup", json=CREDENTIALS)
        assert (answer.status_code, answer.json()["state"]) == (202, "mail")
        assert "seawall_session" not in browser.cookies
        token = await link_in(post, 0, "verify")
        wrong = await browser.post("/api/auth/verify", json={"token": token, "password": "a bad password"})
        assert told(wrong) == (400, "invalid_request")
        entered = await browser.post("/api/auth/verify", json={"token": token, "password": "a good password"})
        assert entered.status_code == 200
        me = (await browser.get("/api/bootstrap")).json()["me"]
        assert me["verified_at"]
        again = await browser.post("/api/auth/verify", json={"token": token, "password": "a good password"})
        assert told(again) == (410, "dead_link")


async def test_a_known_address_is_answered_like_an_unknown_one(records: SwitchedRecords, post: MailServer) -> None:
    async with service(records, mail=post.settings) as app, app.client() as browser:
        await app.house.accounts.add("ada@example.org", "a good password")
        pairs = [
            [
                await browser.post(path, json={**body, "email": email})
                for email in ("ada@example.org", "eve@example.org")
            ]
            for path, body in (("/api/auth/signup", {"password": "a better password"}), ("/api/auth/forgot", {}))
        ]
        await until(lambda: len(post.mails) == 3)
    for known, unknown in pairs:
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
        assert known.status_code == 202
    assert sorted(post.recipients) == ["ada@example.org", "ada@example.org", "eve@example.org"]


async def test_a_forgotten_password_is_set_anew_and_its_link_opens_once(
    records: SwitchedRecords, post: MailServer
) -> None:
    async with service(records, mail=post.settings) as app, app.client() as browser, app.client() as other:
        await app.house.accounts.add("ada@example.org", "a good password")
        assert (await other.post("/api/auth/login", json=CREDENTIALS)).is_success
        assert (await browser.post("/api/auth/forgot", json={"email": "ada@example.org"})).status_code == 202
        body = {"token": await link_in(post, 0, "reset"), "password": "a better password"}
        weak = await browser.post("/api/auth/reset", json={**body, "password": "password1"})
        assert (told(weak), weak.json()["error"]["param"]) == ((400, "invalid_request"), "password")
        assert (await browser.post("/api/auth/reset", json=body)).status_code == 204
        assert told(await other.get("/api/auth/me")) == (401, "not_signed_in")
        assert told(await browser.post("/api/auth/reset", json=body)) == (410, "dead_link")
        assert told(await browser.post("/api/auth/login", json=CREDENTIALS)) == (401, "wrong_credentials")
        assert (await browser.post("/api/auth/login", json={**CREDENTIALS, "password": body["password"]})).is_success


async def test_without_mail_who_forgot_is_told_whom_to_ask(records: SwitchedRecords) -> None:
    async with service(records) as app, app.client() as browser:
        answer = await browser.post("/api/auth/forgot", json={"email": "ada@example.org"})
        assert told(answer) == (404, "not_found")
        assert "operator" in answer.json()["error"]["message"]
        await app.house.member()
        assert told(await browser.post("/api/auth/signup", json=CREDENTIALS)) == (409, "conflict")


async def test_an_invite_is_made_listed_used_and_revoked(records: SwitchedRecords) -> None:
    async with service(records, "invite") as app, app.owner() as owner, app.client() as browser:
        assert told(await browser.post("/api/auth/signup", json=CREDENTIALS)) == (403, "invite_needed")
        made = await owner.post("/api/operator/invites", json={"uses": 2, "role": "operator"})
        assert made.status_code == 201
        page, secret = made.json()["url"].split("#")
        assert page.endswith("/signup")
        entered = await browser.post("/api/auth/signup", json={**CREDENTIALS, "invite": secret})
        assert (entered.status_code, entered.json()["me"]["role"]) == (201, "operator")
        (listed,) = (await owner.get("/api/operator/invites")).json()["invites"]
        assert (listed["id"], listed["uses_left"]) == (made.json()["id"], 1)
        assert secret not in str(listed)
        assert (await owner.delete(f"/api/operator/invites/{listed['id']}")).status_code == 204
        assert told(await owner.delete(f"/api/operator/invites/{listed['id']}")) == (404, "not_found")
        late = {**CREDENTIALS, "email": "eve@example.org", "invite": secret}
        assert told(await browser.post("/api/auth/signup", json=late)) == (410, "dead_link")


async def test_an_expired_invite_says_so(records: SwitchedRecords) -> None:
    async with service(records, "invite") as app, app.owner() as owner, app.client() as browser:
        made = (await owner.post("/api/operator/invites", json={"days": 1})).json()
        app.house.clock.advance(86_401)
        answer = await browser.post("/api/auth/signup", json={**CREDENTIALS, "invite": made["url"].split("#")[1]})
        assert told(answer) == (410, "dead_link")
        assert "expired" in answer.json()["error"]["message"]


async def test_members_make_no_invites_and_let_nobody_in(records: SwitchedRecords) -> None:
    async with service(records) as app, app.member() as member:
        for method, path in (
            ("GET", "/api/operator/invites"),
            ("POST", "/api/operator/invites"),
            ("DELETE", "/api/operator/invites/x"),
            ("GET", "/api/operator/pending"),
            ("POST", "/api/operator/accounts/x/approve"),
            ("POST", "/api/operator/accounts/x/reject"),
        ):
            body = {} if path.endswith("invites") and method == "POST" else None
            assert told(await member.request(method, path, json=body)) == (403, "not_allowed"), path


async def test_an_operator_lets_one_in_and_turns_one_away(records: SwitchedRecords) -> None:
    async with service(records, "approval") as app, app.owner() as owner, app.client() as browser:
        for email in ("ada@example.org", "eve@example.org"):
            answer = await browser.post("/api/auth/signup", json={**CREDENTIALS, "email": email})
            assert (answer.status_code, answer.json()["state"]) == (202, "approval")
        assert told(await browser.post("/api/auth/login", json=CREDENTIALS)) == (403, "approval_pending")
        waiting = (await owner.get("/api/operator/pending")).json()["accounts"]
        ids = {row["email"]: row["id"] for row in waiting}
        approved = await owner.post(f"/api/operator/accounts/{ids['ada@example.org']}/approve")
        assert (approved.status_code, approved.json()["pending"]) == (200, False)
        assert (await owner.post(f"/api/operator/accounts/{ids['eve@example.org']}/reject")).status_code == 204
        assert (await owner.get("/api/operator/pending")).json()["accounts"] == []
        assert (await browser.post("/api/auth/login", json=CREDENTIALS)).is_success


async def test_by_domain_the_refusal_names_it(records: SwitchedRecords) -> None:
    async with service(records, "domain", signup_domains=("example.org",)) as app, app.client() as browser:
        start = (await browser.get("/api/bootstrap")).json()
        assert (start["signup"], start["signup_domains"]) == ("domain", ["example.org"])
        refused = await browser.post("/api/auth/signup", json={**CREDENTIALS, "email": "eve@evil.example"})
        assert (told(refused), refused.json()["error"]["param"]) == ((403, "domain_not_allowed"), "email")
        assert (await browser.post("/api/auth/signup", json=CREDENTIALS)).status_code == 201


async def test_terms_are_read_without_a_script_accepted_and_asked_for_anew(
    records: SwitchedRecords, tmp_path: Path
) -> None:
    file = tmp_path / "terms.md"
    file.write_text("# Our terms\n\nBe **kind**.\n\n- one\n- two\n\n<script>alert(1)</script>")
    async with service(records, terms_file=str(file), terms_version="2") as app, app.client() as browser:
        page = await browser.get("/terms")
        assert page.headers["content-type"].startswith("text/html")
        assert "script-src" not in page.headers["content-security-policy"]
        for shown in ("<h1>Our terms</h1>", "<strong>kind</strong>", "<li>two</li>", "&lt;script&gt;"):
            assert shown in page.text
        assert (await browser.get("/api/bootstrap")).json()["terms"] == {"version": "2", "url": "/terms"}
        refused = await browser.post("/api/auth/signup", json=CREDENTIALS)
        assert (told(refused), refused.json()["error"]["param"]) == ((400, "invalid_request"), "accept_terms")
        assert (await browser.post("/api/auth/signup", json={**CREDENTIALS, "accept_terms": True})).is_success
        assert not (await browser.get("/api/bootstrap")).json()["me"]["terms_due"]
        async with app.owner() as owner:
            assert (await owner.get("/api/bootstrap")).json()["me"]["terms_due"]
            assert told(await owner.post("/api/account/terms", json={"version": "1"})) == (409, "conflict")
            assert not (await owner.post("/api/account/terms", json={"version": "2"})).json()["terms_due"]
            assert not (await owner.get("/api/bootstrap")).json()["me"]["terms_due"]


async def test_without_terms_their_page_is_none(records: SwitchedRecords) -> None:
    async with service(records) as app, app.client() as browser:
        none = await browser.get("/terms")
        assert (none.status_code, none.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "no terms of its own" in none.text


@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_without_a_script_one_registers_by_invite_under_terms(
    records: SwitchedRecords, tmp_path: Path, lang: str
) -> None:
    file = tmp_path / "terms.md"
    file.write_text("Be kind.")
    async with service(records, "invite", terms_file=str(file)) as app, app.owner() as owner, app.client() as browser:
        secret = (await owner.post("/api/operator/invites", json={})).json()["url"].split("#")[1]
        form = await browser.get(f"/waiting-room?lang={lang}")
        assert 'name="invite"' in form.text
        assert 'name="terms"' in form.text
        filled = {**CREDENTIALS, "invite": secret}
        refused = await browser.post(f"/waiting-room/register?lang={lang}", data=filled)
        assert refused.status_code == 400
        assert secret in refused.text
        entered = await browser.post(f"/waiting-room/register?lang={lang}", data={**filled, "terms": "yes"})
        assert entered.status_code == 303
        assert (await browser.get("/api/auth/me")).is_success


async def test_without_a_script_one_is_told_to_look_into_the_mailbox(
    records: SwitchedRecords, post: MailServer
) -> None:
    async with service(records, mail=post.settings) as app, app.client() as browser:
        answer = await browser.post("/waiting-room/register", data=CREDENTIALS)
        assert answer.status_code == 200
        assert "mailbox" in answer.text
        await link_in(post, 0, "verify")


async def test_sessions_are_listed_and_ended(records: SwitchedRecords) -> None:
    async with service(records) as app, app.member() as browser, app.client() as other, app.client() as third:
        for one in (other, third):
            assert (await one.post("/api/auth/login", json=CREDENTIALS)).is_success
        listed = (await browser.get("/api/account/sessions")).json()["sessions"]
        assert sum(session["this"] for session in listed) == 1
        assert {session["browser"] for session in listed} == {"python-httpx"}
        shown = (await other.get("/api/account/sessions")).json()["sessions"]
        its_own = next(session["id"] for session in shown if session["this"])
        assert (await browser.delete(f"/api/account/sessions/{its_own}")).status_code == 204
        assert told(await browser.delete(f"/api/account/sessions/{its_own}")) == (404, "not_found")
        assert told(await other.get("/api/auth/me")) == (401, "not_signed_in")
        assert (await browser.delete("/api/account/sessions")).status_code == 204
        assert told(await third.get("/api/auth/me")) == (401, "not_signed_in")
        assert (await browser.get("/api/auth/me")).is_success


async def test_preferences_go_with_the_account(records: SwitchedRecords) -> None:
    async with service(records) as app, app.member() as browser, app.client() as other:
        assert (await browser.patch("/api/account", json={"language": "zh", "theme": "dark"})).is_success
        assert told(await browser.patch("/api/account", json={"theme": "pink"})) == (400, "invalid_request")
        assert told(await browser.patch("/api/account", json={"language": "../zh"})) == (400, "invalid_request")
        await other.post("/api/auth/login", json=CREDENTIALS)
        me = (await other.get("/api/bootstrap")).json()["me"]
        assert (me["language"], me["theme"], me["has_password"]) == ("zh", "dark", True)


async def test_an_account_is_deleted_and_the_last_owner_is_not(records: SwitchedRecords) -> None:
    async with service(records) as app, app.owner() as owner, app.member() as browser:
        gone = {"password": "a good password"}
        wrong = await browser.request("DELETE", "/api/account", json={"password": "a bad password"})
        assert told(wrong) == (400, "invalid_request")
        assert (await browser.request("DELETE", "/api/account", json=gone)).status_code == 204
        assert told(await browser.get("/api/auth/me")) == (401, "not_signed_in")
        assert told(await browser.post("/api/auth/login", json=CREDENTIALS)) == (401, "wrong_credentials")
        assert told(await owner.request("DELETE", "/api/account", json=gone)) == (409, "conflict")


async def test_there_is_no_cookie_but_the_sessions_and_the_devices(records: SwitchedRecords) -> None:
    async with service(records) as app, app.member() as browser:
        for path in ("/", "/api/bootstrap", "/waiting-room", "/api/account/sessions"):
            await browser.get(path)
        assert set(browser.cookies) == {"seawall_session", "seawall_device"}
