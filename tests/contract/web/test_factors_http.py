"""Second factors and passkeys over HTTP: statuses, what is told, and what is told once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from authenticator_app import code_of, with_app
from passkey_device import PasskeyDevice
from records_that_fail import SwitchedRecords
from web_app import WebApp, web_app

PASSWORD = "a good password"
CREDENTIALS = {"email": "ada@example.org", "password": PASSWORD}
OWNER = {"password": PASSWORD}


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncIterator[WebApp]:
    async with web_app(records) as running:
        yield running


def told(answer: httpx.Response) -> tuple[int, str | None]:
    """Status, and the refusal's code."""
    return answer.status_code, None if answer.is_success else answer.json()["error"]["code"]


def at_localhost(*browsers: httpx.AsyncClient) -> str:
    """Where browsers know passkeys without https: these are there now, and say so as browsers do."""
    origin = str(browsers[0].base_url).rstrip("/").replace("127.0.0.1", "localhost")
    for browser in browsers:
        browser.headers.update({"origin": origin, "sec-fetch-site": "same-origin"})
    return origin


async def passkey(browser: httpx.AsyncClient, origin: str, **how: Any) -> PasskeyDevice:
    """A device whose passkey was added to who is signed in there."""
    begun = await browser.post("/api/account/passkeys/begin", json={})
    assert begun.is_success, begun.text
    device = PasskeyDevice(origin, **how)
    made = device.make(begun.json()["options"])
    added = await browser.post("/api/account/passkeys", json={"credential": made, "name": "my phone"})
    assert added.status_code == 201, added.text
    return device


async def ticket(browser: httpx.AsyncClient) -> str:
    """What the right password gives, where more is asked for."""
    answer = await browser.post("/api/auth/login", json=CREDENTIALS)
    assert answer.is_success, answer.text
    assert "csrf_token" not in answer.json()
    assert "seawall_session" not in answer.cookies
    return answer.json()["ticket"]


async def test_with_an_authenticator_app_a_sign_in_takes_two_steps(app: WebApp) -> None:
    async with app.member() as settings, app.client() as browser:
        secret, codes = await with_app(app, settings)
        assert len(set(codes)) == 10
        due = (await browser.post("/api/auth/login", json=CREDENTIALS)).json()
        assert due["second_factor"] == ["totp", "recovery"]
        app.house.clock.advance(30)
        body = {"ticket": due["ticket"], "way": "totp", "code": code_of(app, secret)}
        answer = await browser.post("/api/auth/second", json=body)
        assert answer.json()["me"]["email"] == "ada@example.org"
        assert (await browser.get("/api/auth/me")).status_code == 200
        assert told(await browser.post("/api/auth/second", json=body)) == (401, "not_signed_in")


async def test_the_picture_is_one_and_says_what_is_to_be_typed(app: WebApp) -> None:
    async with app.member() as browser:
        answer = await browser.post("/api/account/authenticator", json={})
    begun = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert ElementTree.fromstring(begun["svg"]).tag == "{http://www.w3.org/2000/svg}svg"
    assert begun["uri"].startswith("otpauth://totp/chat.example.org:ada")
    assert f"secret={begun['secret']}" in begun["uri"]


async def test_a_wrong_code_is_told_and_leaves_the_ticket_good(app: WebApp) -> None:
    async with app.member() as settings, app.client() as browser:
        secret, _ = await with_app(app, settings)
        held = await ticket(browser)
        far = {"ticket": held, "way": "totp", "code": code_of(app, secret, 40)}
        assert told(await browser.post("/api/auth/second", json=far)) == (403, "wrong_code")
        used = {**far, "code": code_of(app, secret)}
        assert told(await browser.post("/api/auth/second", json=used)) == (403, "wrong_code")
        right = {**far, "code": code_of(app, secret, 1)}
        assert told(await browser.post("/api/auth/second", json=right)) == (200, None)


async def test_a_recovery_code_comes_in_once(app: WebApp) -> None:
    async with app.member() as settings, app.client() as browser:
        _, codes = await with_app(app, settings)
        body = {"way": "recovery", "code": codes[3].upper()}
        first = await browser.post("/api/auth/second", json={"ticket": await ticket(browser), **body})
        again = await browser.post("/api/auth/second", json={"ticket": await ticket(browser), **body})
        assert (told(first), told(again)) == ((200, None), (403, "wrong_code"))
        kept = (await settings.get("/api/account/factors")).json()
        assert kept["recovery_codes"] == 9
        renewed = await settings.post("/api/account/recovery-codes", json=OWNER)
        assert not set(renewed.json()["recovery_codes"]) & set(codes)


async def test_nothing_is_taken_away_on_a_sessions_word_alone(app: WebApp) -> None:
    async with app.member() as browser:
        secret, codes = await with_app(app, browser)
        for path, method in (("authenticator", "DELETE"), ("recovery-codes", "POST")):
            said = await browser.request(method, f"/api/account/{path}", json={})
            assert told(said) == (403, "proof_needed")
            said = await browser.request(method, f"/api/account/{path}", json={"password": "a bad password"})
            assert told(said) == (400, "invalid_request")
        shown = {"factor": {"way": "totp", "code": code_of(app, secret, 1)}}
        assert told(await browser.post("/api/account/recovery-codes", json=shown)) == (200, None)
        assert told(await browser.request("DELETE", "/api/account/authenticator", json=OWNER)) == (204, None)
        assert (await browser.get("/api/account/factors")).json()["recovery_codes"] == 0
        signed_in = (await browser.post("/api/auth/login", json=CREDENTIALS)).json()
        assert "csrf_token" in signed_in
        assert codes


async def test_adding_asks_for_more_once_the_sign_in_is_old(app: WebApp) -> None:
    async with app.member() as browser:
        app.house.clock.advance(601)
        assert told(await browser.post("/api/account/authenticator", json={})) == (403, "proof_needed")
        assert told(await browser.post("/api/account/authenticator", json=OWNER)) == (201, None)


async def test_a_passkey_signs_in_without_a_word(app: WebApp) -> None:
    async with app.member() as settings, app.client() as browser:
        origin = at_localhost(settings, browser)
        device = await passkey(settings, origin)
        options = (await browser.post("/api/auth/passkey/begin")).json()["options"]
        assert (options["rpId"], options["userVerification"]) == ("localhost", "required")
        assert not options.get("allowCredentials")
        shown = {"credential": device.show(options)}
        answer = await browser.post("/api/auth/passkey/finish", json=shown)
        assert answer.json()["me"]["email"] == "ada@example.org"
        replayed = await browser.post("/api/auth/passkey/finish", json=shown)
        assert told(replayed) == (403, "passkey_refused")


async def test_a_passkey_is_the_second_factor_of_the_password(app: WebApp) -> None:
    async with app.member() as settings, app.client() as browser:
        origin = at_localhost(settings, browser)
        device = await passkey(settings, origin, verifies=False)
        held = await ticket(browser)
        asked = await browser.post("/api/auth/second/passkey", json={"ticket": held})
        options = asked.json()["options"]
        assert [one["id"] for one in options["allowCredentials"]] == [device.show(options)["id"]]
        body = {"ticket": held, "way": "passkey", "credential": device.show(options)}
        assert told(await browser.post("/api/auth/second", json=body)) == (200, None)
        alone = (await browser.post("/api/auth/passkey/begin")).json()["options"]
        said = await browser.post("/api/auth/passkey/finish", json={"credential": device.show(alone)})
        assert told(said) == (403, "passkey_refused")
        assert "second factor" in said.json()["error"]["message"]


async def test_passkeys_are_listed_named_and_removed(app: WebApp) -> None:
    async with app.member() as browser:
        device = await passkey(browser, at_localhost(browser))
        (listed,) = (await browser.get("/api/account/factors")).json()["passkeys"]
        assert (listed["name"], listed["transports"]) == ("my phone", ["internal", "hybrid"])
        at = f"/api/account/passkeys/{listed['id']}"
        assert told(await browser.patch(at, json={"name": " work  phone "})) == (204, None)
        assert (await browser.get("/api/account/factors")).json()["passkeys"][0]["name"] == "work phone"
        assert told(await browser.request("DELETE", at, json={})) == (403, "proof_needed")
        options = (await browser.post("/api/account/passkeys/proof")).json()["options"]
        shown = {"factor": {"way": "passkey", "credential": device.show(options)}}
        assert told(await browser.request("DELETE", at, json=shown)) == (204, None)
        assert told(await browser.request("DELETE", at, json=OWNER)) == (404, "not_found")


async def test_at_an_address_without_a_name_browsers_know_no_passkeys(app: WebApp) -> None:
    async with app.member() as browser:
        said = await browser.post("/api/account/passkeys/begin", json={})
    assert told(said) == (403, "passkey_refused")
    assert f"http://localhost:{app.url.rpartition(':')[2]}" in said.json()["error"]["message"]


async def test_what_is_no_credential_is_told_and_not_believed(app: WebApp) -> None:
    async with app.member() as browser:
        origin = at_localhost(browser)
        options = (await browser.post("/api/account/passkeys/begin", json={})).json()["options"]
        made = PasskeyDevice(origin).make(options)
        broken = {**made, "response": {**made["response"], "attestationObject": "b" * 60_000}}
        for credential in (broken, made):  # A challenge is burnt by a wrong answer, too.
            said = await browser.post("/api/account/passkeys", json={"credential": credential})
            assert told(said) == (403, "passkey_refused")
        said = await browser.post("/api/account/passkeys", json={"credential": {"id": "a"}})
        assert told(said) == (400, "invalid_request")


async def test_an_operator_takes_lost_factors_away_and_that_ends_the_sessions(app: WebApp) -> None:
    async with app.owner() as owner, app.member() as member, app.client() as browser:
        await with_app(app, member)
        account = (await member.get("/api/auth/me")).json()["me"]["id"]
        path = f"/api/operator/accounts/{account}/reset-factors"
        assert told(await member.post(path)) == (403, "not_allowed")
        assert told(await owner.post(path)) == (204, None)
        assert told(await owner.post(path)) == (404, "not_found")
        assert told(await member.get("/api/auth/me")) == (401, "not_signed_in")
        assert told(await browser.post("/api/auth/login", json=CREDENTIALS)) == (200, None)


async def test_a_second_factor_makes_the_place_a_home(app: WebApp) -> None:
    async with app.member() as settings, app.client() as browser:
        secret, _ = await with_app(app, settings)
        app.house.clock.advance(30 * 86_400)
        body = {"ticket": await ticket(browser), "way": "totp", "code": code_of(app, secret)}
        signed_in = await browser.post("/api/auth/second", json=body)
        assert signed_in.is_success
        standing = (await browser.get("/api/account/standing")).json()
        assert standing["at_home"]
        assert {home["kind"] for home in standing["homes"] if home["here"]} == {"device", "network"}
        assert standing["ways"] == ["totp", "mail"]
