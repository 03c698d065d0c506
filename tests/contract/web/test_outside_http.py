"""Signing in through a real provider of identities: the way there, the way back, and whose account it is."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from authenticator_app import with_app
from identity_provider import Provider, running_provider
from records_that_fail import SwitchedRecords
from seawall.records.entries import AddAccount
from seawall.settings.outside import OidcSettings, ProviderSettings
from seawall.values.identity import Role
from web_app import WebApp, web_app

OWNER = {"password": "a good password"}
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with running_provider() as running:
        running.knows("ada", email="ada@example.org", email_verified=True, groups=["staff"])
        running.knows("grace", email="grace@example.org", email_verified=True, groups=["staff", "admins"])
        running.knows("eve", email="ada@example.org", email_verified=False)
        running.knows("nobody")
        yield running


@asynccontextmanager
async def app_with(
    records: SwitchedRecords, issuer: str, others: dict[str, Any] | None = None, **how: Any
) -> AsyncGenerator[WebApp]:
    """``how`` are the provider's settings, ``others`` the rest."""
    settings = ProviderSettings(name="acme", title="Acme", issuer=issuer, client_id="seawall", client_secret="s", **how)
    async with web_app(records, oidc=OidcSettings(providers=(settings,)), **(others or {})) as running:
        yield running


async def set_out(browser: httpx.AsyncClient) -> str:
    """Where the browser is sent to."""
    answer = await browser.get("/api/auth/oidc/acme/begin")
    assert answer.status_code == 303
    return answer.headers["location"]


async def come_back(browser: httpx.AsyncClient, url: str) -> str:
    """Where it ends up."""
    back = urlsplit(url)
    answer = await browser.get(f"{back.path}?{back.query}")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def round_trip(browser: httpx.AsyncClient, provider: Provider, subject: str) -> str:
    return await come_back(browser, await provider.sign_in(await set_out(browser), subject))


async def who(browser: httpx.AsyncClient) -> dict[str, Any]:
    return (await browser.get("/api/auth/me")).json()["me"]


async def test_a_newcomer_gets_an_account_where_that_is_allowed(records: SwitchedRecords, provider: Provider) -> None:
    async with app_with(records, provider.issuer, allow_signup=True) as app, app.client() as browser:
        assert (await browser.get("/api/bootstrap")).json()["outside"] == [{"name": "acme", "title": "Acme"}]
        url = await set_out(browser)
        asked = parse_qs(urlsplit(url).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["scope"] == ["openid email profile"]
        assert asked["redirect_uri"] == [f"{app.url}/api/auth/oidc/acme/callback"]
        assert {cookie.name for cookie in browser.cookies.jar} == {"seawall_device"}
        assert await come_back(browser, await provider.sign_in(url, "ada")) == "/"
        me = await who(browser)
        assert (me["email"], me["role"]) == ("ada@example.org", "member")
        async with app.client() as elsewhere:
            assert await round_trip(elsewhere, provider, "ada") == "/"
            assert (await who(elsewhere))["id"] == me["id"]
        assert app.house.entrance.comings.counts() == {("away", "served"): 2}


async def test_without_leave_a_newcomer_is_told_that_there_is_no_account(
    records: SwitchedRecords, provider: Provider
) -> None:
    async with app_with(records, provider.issuer) as app, app.client() as browser:
        assert await round_trip(browser, provider, "ada") == "/login#refused=no_account"
        assert (await browser.get("/api/auth/me")).status_code == 401
        assert app.house.entrance.comings.counts() == {("away", "refused"): 1}


async def have_account(app: WebApp, email: str, **fields: Any) -> None:
    """Somebody's who registered before."""
    row = app.house.accounts.new_row(email, "$argon2id$...")
    await app.house.records.write(AddAccount(replace(row, **fields)))


TRUSTED = {"allow_signup": True, "link_by_verified_mail": True}


@pytest.mark.parametrize(
    ("subject", "settings", "verified_s", "ends_at"),
    [
        ("ada", {"allow_signup": True}, 1.0, "/login#refused=link_needed"),  # The setting is off.
        ("eve", TRUSTED, 1.0, "/login#refused=link_needed"),  # The provider was not shown her address.
        ("ada", TRUSTED, None, "/login#refused=link_needed"),  # We were not: anybody may have registered with it.
        ("ada", TRUSTED, 1.0, "/"),
    ],
)
async def test_a_mail_address_opens_an_account_only_where_both_sides_saw_it_proven_and_the_operator_says_so(
    records: SwitchedRecords,
    provider: Provider,
    subject: str,
    settings: dict[str, Any],
    verified_s: float | None,
    ends_at: str,
) -> None:
    async with app_with(records, provider.issuer, **settings) as app, app.client() as browser:
        await have_account(app, "Ada@example.org", verified_s=verified_s)
        assert await round_trip(browser, provider, subject) == ends_at
        assert (await browser.get("/api/auth/me")).is_success is (ends_at == "/")


async def test_the_owner_stays_owner_whatever_the_groups(records: SwitchedRecords, provider: Provider) -> None:
    how: dict[str, Any] = {**TRUSTED, "groups_claim": "groups", "group_roles": {"admins": "operator"}}
    async with app_with(records, provider.issuer, **how) as app, app.client() as browser:
        await have_account(app, "ada@example.org", verified_s=1.0, role=Role.OWNER)
        assert await round_trip(browser, provider, "ada") == "/"
        assert (await who(browser))["role"] == "owner"


async def test_an_account_is_connected_in_the_settings_and_opens_from_then_on(
    records: SwitchedRecords, provider: Provider
) -> None:
    async with app_with(records, provider.issuer) as app, app.member("lin@example.org") as lin, app.client() as other:
        way = (await lin.post("/api/account/identities/acme", json={})).json()
        before = app.house.entrance.comings.counts()
        assert await come_back(lin, await provider.sign_in(way["url"], "ada")) == "/settings#linked"
        assert app.house.entrance.comings.counts() == before  # Nobody signed in.
        (listed,) = (await lin.get("/api/account/identities")).json()["identities"]
        assert (listed["name"], listed["title"], listed["email"]) == ("acme", "Acme", "ada@example.org")
        assert await round_trip(other, provider, "ada") == "/"
        assert (await who(other))["email"] == "lin@example.org"
        at = "/api/account/identities/acme"
        assert (await lin.request("DELETE", at, json={})).status_code == 403
        assert (await lin.request("DELETE", at, json=OWNER)).status_code == 204
        assert await round_trip(other, provider, "ada") == "/settings#refused=no_account"


async def test_the_way_back_of_a_connection_opens_nothing_for_anybody_else(
    records: SwitchedRecords, provider: Provider
) -> None:
    async with app_with(records, provider.issuer) as app, app.member("lin@example.org") as lin:
        way = (await lin.post("/api/account/identities/acme", json={})).json()
        back = await provider.sign_in(way["url"], "ada")
        csrf = lin.headers["x-csrf-token"]
        assert (await lin.post("/api/auth/logout", headers={"x-csrf-token": csrf})).status_code == 204
        assert await come_back(lin, back) == "/login#refused=not_signed_in"


async def test_groups_decide_the_role_at_each_sign_in(records: SwitchedRecords, provider: Provider) -> None:
    how: dict[str, Any] = {"allow_signup": True, "groups_claim": "groups", "group_roles": {"admins": "operator"}}
    async with app_with(records, provider.issuer, **how) as app, app.client() as browser:
        await round_trip(browser, provider, "grace")
        assert (await who(browser))["role"] == "operator"
        provider.knows("grace", email="grace@example.org", email_verified=True, groups=["owner", "owners"])
        await round_trip(browser, provider, "grace")
        assert (await who(browser))["role"] == "member"


async def test_an_account_with_a_second_factor_is_asked_for_it(records: SwitchedRecords, provider: Provider) -> None:
    async with app_with(records, provider.issuer, allow_signup=True) as app, app.client() as browser:
        await round_trip(browser, provider, "ada")
        browser.headers["x-csrf-token"] = (await browser.get("/api/auth/me")).json()["csrf_token"]
        _, codes = await with_app(app, browser)
        async with app.client() as elsewhere:
            told = parse_qs(urlsplit(await round_trip(elsewhere, provider, "ada")).fragment)
            assert told["ways"] == ["totp,recovery"]
            assert (await elsewhere.get("/api/auth/me")).status_code == 401
            body = {"ticket": told["second"][0], "way": "recovery", "code": codes[0]}
            assert (await elsewhere.post("/api/auth/second", json=body)).is_success


async def test_with_approval_a_newcomer_waits_for_an_operator(records: SwitchedRecords, provider: Provider) -> None:
    others = {"accounts": {"signup": "approval"}}
    async with app_with(records, provider.issuer, others, allow_signup=True) as app, app.client() as browser:
        assert await round_trip(browser, provider, "ada") == "/login#refused=approval_pending"


async def test_a_provider_without_an_address_makes_no_account(records: SwitchedRecords, provider: Provider) -> None:
    async with app_with(records, provider.issuer, allow_signup=True) as app, app.client() as browser:
        assert await round_trip(browser, provider, "nobody") == "/login#refused=provider_refused"


def changed(url: str, **how: str) -> str:
    """The same address with other parameters; an empty one is left out."""
    parts = urlsplit(url)
    told = {name: values[0] for name, values in parse_qs(parts.query).items()} | how
    return parts._replace(query=urlencode({name: value for name, value in told.items() if value})).geturl()


@pytest.mark.parametrize(
    "how",
    [
        {"state": "v1.c3RyYW5nZXM"},
        {"state": ""},
        {"code": "another"},
        {"code": ""},
        {"code": "", "error": "access_denied"},
        {"iss": "https://evil.example"},
    ],
    ids=lambda how: "-".join(f"{name}:{value}" for name, value in how.items()),
)
async def test_a_way_back_that_is_not_the_one_that_was_given_opens_nothing(
    records: SwitchedRecords, provider: Provider, how: dict[str, str]
) -> None:
    async with app_with(records, provider.issuer, allow_signup=True) as app, app.client() as browser:
        back = await provider.sign_in(await set_out(browser), "ada")
        assert await come_back(browser, changed(back, **how)) == "/login#refused=provider_refused"
        assert (await browser.get("/api/auth/me")).status_code == 401


async def test_a_way_back_opens_once_and_in_the_browser_that_set_out(
    records: SwitchedRecords, provider: Provider
) -> None:
    async with (
        app_with(records, provider.issuer, allow_signup=True) as app,
        app.client() as browser,
        app.client() as victim,
        app.client() as stranger,
    ):
        back = await provider.sign_in(await set_out(browser), "ada")
        await set_out(victim)  # Its device has a name, too.
        for other in (victim, stranger):
            assert await come_back(other, back) == "/login#refused=provider_refused"
        assert await come_back(browser, back) == "/"
        assert await come_back(browser, back) == "/settings#refused=provider_refused"


async def test_a_way_back_that_took_too_long_opens_nothing(records: SwitchedRecords, provider: Provider) -> None:
    async with app_with(records, provider.issuer, allow_signup=True) as app, app.client() as browser:
        back = await provider.sign_in(await set_out(browser), "ada")
        app.house.clock.advance(901)
        assert await come_back(browser, back) == "/login#refused=provider_refused"


async def test_a_token_of_another_sign_in_is_not_believed(records: SwitchedRecords, provider: Provider) -> None:
    """The nonce: a code that somebody else's sign-in got, with this browser's own state."""
    async with app_with(records, provider.issuer, allow_signup=True) as app, app.client() as browser:
        mine = await provider.sign_in(await set_out(browser), "ada")
        url = await set_out(browser)
        theirs = await provider.sign_in(changed(url, nonce="another"), "grace")
        assert await come_back(browser, changed(theirs, state=parse_qs(urlsplit(url).query)["state"][0])) == (
            "/login#refused=provider_refused"
        )
        assert await come_back(browser, mine) == "/"


async def test_a_token_that_is_over_is_not_believed(records: SwitchedRecords) -> None:
    with running_provider(tokens_live=timedelta(hours=-1)) as late:
        async with app_with(records, late.issuer, allow_signup=True) as app, app.client() as browser:
            assert await round_trip(browser, late, "ada") == "/login#refused=provider_refused"


async def test_a_provider_that_calls_itself_otherwise_is_not_asked(
    records: SwitchedRecords, provider: Provider
) -> None:
    other_name = provider.issuer.replace("localhost", "127.0.0.1") + "/."
    async with app_with(records, other_name, allow_signup=True) as app, app.client() as browser:
        assert await set_out(browser) == "/login#refused=provider_unavailable"


async def test_while_the_provider_is_away_passwords_work(records: SwitchedRecords) -> None:
    async with app_with(records, "http://localhost:1") as app, app.member(), app.client() as browser:
        before = app.house.entrance.comings.counts()
        assert await set_out(browser) == "/login#refused=provider_unavailable"
        assert app.house.entrance.comings.counts() == {**before, ("away", "failed"): 1}
        credentials = {"email": "ada@example.org", "password": "a good password"}
        assert (await browser.post("/api/auth/login", json=credentials)).is_success


async def test_an_unknown_provider_is_not_found(records: SwitchedRecords, provider: Provider) -> None:
    async with app_with(records, provider.issuer) as app, app.client() as browser:
        assert (await browser.get("/api/auth/oidc/other/begin")).status_code == 404
        answer = await browser.get("/api/auth/oidc/other/callback?code=c&state=s")
        assert answer.headers["location"] == "/login#refused=provider_refused"
