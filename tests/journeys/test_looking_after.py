"""What operators do for people: find, bound, shut out, help back in. Knows the page as both sides see it."""

from __future__ import annotations

import copy
import sqlite3
import time
from contextlib import closing
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from pyotp.totp import TOTP

from reader import Meet, Reader
from running_service import RunningService, Serve, until

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DARK_CHINESE: dict[str, Any] = {**PHONE, "locale": "zh-CN", "color_scheme": "dark"}
HOME, CAFE = {"x-forwarded-for": "192.0.2.7"}, {"x-forwarded-for": "198.51.100.7"}
PASSWORD = "a good long password"
STEP_S = 30


@pytest.fixture(scope="module")
def house(web_app: None, serve_for_all: Serve) -> RunningService:
    """A service behind a proxy, at an address with a name: at others browsers know no passkeys."""
    environment = {
        "SEAWALL_TRUSTED_PROXIES": "127.0.0.1/32",
        "SEAWALL_ENTRANCE_CHALLENGE": "off",
        "SEAWALL_BUDGET_REQUESTS_PER_DAY": "1000",
    }
    service = copy.copy(serve_for_all("--engine", "echo:token_ms=5,tokens=20", environment=environment))
    service.owner().close()
    service.url = service.url.replace("127.0.0.1", "localhost")
    return service


def member(house: RunningService, name: str) -> httpx.Client:
    """Somebody who registered at home."""
    with house.client(headers=HOME) as door:
        answer = door.post("/api/auth/signup", json=person(name))
        assert answer.status_code == 201, answer.text
    return house.signed_in(**person(name))


def person(name: str) -> dict[str, str]:
    return {"email": f"{name}@example.org", "password": PASSWORD}


def sign_in(reader: Reader, name: str) -> None:
    reader.page.goto("/login")
    reader.page.locator("#email").fill(person(name)["email"])
    reader.page.locator("#password").fill(PASSWORD)
    reader.page.locator("#password").press("Enter")


def opened(operator: Reader, name: str) -> Page:
    """The account's own page, by way of the search."""
    page = operator.page
    page.goto("/operator/accounts")
    page.locator("#account-sought").fill(f"{name.upper()}@")
    page.get_by_role("link", name=person(name)["email"]).click()
    expect(page.get_by_role("heading", name=person(name)["email"])).to_be_visible()
    return page


def flawless(reader: Reader, where: str) -> None:
    assert (where, reader.findings(), reader.overflow_px()) == (where, [], 0)


def with_authenticator(client: httpx.Client) -> str:
    """The key of an authenticator app that the account has from now on."""
    begun = client.post("/api/account/authenticator", json={"password": PASSWORD}).json()
    code = TOTP(begun["secret"]).at(int(time.time()) - STEP_S)
    assert client.post("/api/account/authenticator/confirm", json={"code": code}).is_success
    return begun["secret"]


def asked(house: RunningService, key: str) -> int:
    with house.program(key) as program:
        body = {"model": "echo", "messages": [{"role": "user", "content": "Hello"}]}
        return program.post("/v1/chat/completions", json=body).status_code


def test_an_account_and_a_key_are_bounded_and_the_bounds_hold(meet: Meet, house: RunningService) -> None:
    with member(house, "bounded") as client:
        key = client.post("/api/keys", json={"name": "Night job"}).json()["key"]
    operator = meet(house).signed_in()
    page = opened(operator, "bounded")
    requests = page.get_by_role("textbox", name="Requests, A day").first
    expect(requests).to_have_attribute("placeholder", "1,000")
    requests.fill("many")
    page.get_by_role("button", name="Save the budget of bounded@example.org").click()
    expect(page.get_by_text("A whole number from 0 on.")).to_be_visible()
    expect(requests).to_be_focused()
    flawless(operator, "a wrong number")
    requests.fill("2,000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 of 2,000 used")).to_be_visible()

    page.locator("summary", has_text="Night job").click()
    page.locator("details").get_by_role("textbox", name="Requests, A day").fill("1")
    page.get_by_role("button", name="Save the budget of Night job").click()
    expect(page.get_by_text("0 of 1 used")).to_be_visible()
    assert asked(house, key) == 200
    until(lambda: asked(house, key) == 429)

    again = meet(house, **DARK_CHINESE).signed_in()
    page = opened(again, "bounded")
    page.locator("summary", has_text="Night job").tap()
    expect(page.get_by_text("已用 1 / 1", exact=True)).to_be_visible()
    flawless(again, "budgets in Chinese")

    page.get_by_role("button", name="吊销密钥“Night job”").tap()
    page.get_by_role("button", name="永久吊销", exact=True).tap()
    expect(page.get_by_text("该账号没有密钥。")).to_be_visible()
    until(lambda: asked(house, key) == 401)


def test_an_account_is_shut_out_and_let_in_again(meet: Meet, house: RunningService) -> None:
    member(house, "shut").close()
    operator = meet(house, **PHONE).signed_in()
    page = opened(operator, "shut")
    page.get_by_role("button", name="Disable shut@example.org").tap()
    enable = page.get_by_role("button", name="Enable shut@example.org")
    expect(enable).to_be_visible()
    flawless(operator, "disabled")
    with house.client() as door:
        assert door.post("/api/auth/login", json=person("shut")).status_code in {401, 403}
    page.get_by_role("link", name="All accounts").tap()
    expect(page.locator("#account-sought")).to_have_value("SHUT@")
    page.get_by_label("Show", exact=True).select_option("disabled")
    expect(page.get_by_text("One account")).to_be_visible()
    page.get_by_role("link", name="shut@example.org").tap()
    enable.tap()
    expect(page.get_by_role("button", name="Disable shut@example.org")).to_be_visible()
    house.signed_in(**person("shut")).close()


def test_a_lost_second_factor_is_taken_away_and_the_password_alone_opens_again(
    meet: Meet, house: RunningService
) -> None:
    with member(house, "lost") as client:
        with_authenticator(client)
        operator = meet(house, locale="zh-CN").signed_in()
        page = opened(operator, "lost")
        page.get_by_role("button", name="重置两步验证").click()
        flawless(operator, "asked twice")
        page.get_by_role("button", name="确认移除").click()
        expect(page.get_by_role("heading", name="lost@example.org")).to_be_focused()
        assert client.get("/api/auth/me").status_code == 401
    back = meet(house, **PHONE)
    sign_in(back, "lost")
    expect(back.page.locator("#composer")).to_be_visible()


def away(house: RunningService, meet: Meet, name: str, **profile: Any) -> tuple[Reader, httpx.Client]:
    """Somebody who was at home long ago, and is signed in from elsewhere on a day on which it matters."""
    at_home = member(house, name)
    long_ago(house, "UPDATE accounts SET first_day_s = 0")
    elsewhere = meet(house, extra_http_headers=CAFE, **profile)
    sign_in(elsewhere, name)
    expect(elsewhere.page.locator("#composer")).to_be_visible()
    return elsewhere, at_home


def long_ago(house: RunningService, statement: str) -> None:
    """As if it had been on an earlier day."""
    with closing(sqlite3.connect(house.data / "seawall.db", timeout=10)) as database, database:
        database.execute(statement)


@pytest.fixture
def busy(house: RunningService) -> Any:
    with house.owner() as owner:
        assert owner.post("/api/operator/shield/posture", json={"posture": "elevated"}).is_success
        yield
        assert owner.post("/api/operator/shield/posture", json={"posture": "auto"}).is_success


def test_a_code_of_the_app_makes_a_new_place_a_home_from_the_banner(
    meet: Meet, house: RunningService, busy: None
) -> None:
    elsewhere, at_home = away(house, meet, "travels", **DARK_CHINESE)
    with at_home:
        key = with_authenticator(at_home)
    long_ago(house, "UPDATE authenticators SET confirmed_s = 0")
    page = elsewhere.page
    page.reload()
    page.get_by_role("button", name="使用验证器应用的验证码").tap()
    expect(page.locator("#banner-stepup-code")).to_be_focused()
    flawless(elsewhere, "a code is asked for")
    elsewhere.expects("403")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("#banner-stepup-code").fill(TOTP(key).now())
    page.keyboard.press("Enter")
    expect(page.locator("#banner-stepup-code")).to_have_count(0)
    assert elsewhere.context.request.get("/api/account/standing").json()["at_home"]


def test_a_passkey_makes_a_new_place_a_home_from_the_banner(meet: Meet, house: RunningService, busy: None) -> None:
    elsewhere, at_home = away(house, meet, "flies", **PHONE)
    at_home.close()
    page = elsewhere.page
    devtools = elsewhere.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/settings#passkeys")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_focused()
    page.goto("/")
    # A factor of today may be that of whoever has nothing but the password.
    expect(page.get_by_text("This place is new to your account.")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    long_ago(house, "UPDATE passkeys SET created_s = 0")
    page.reload()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    flawless(elsewhere, "away from home")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("You are signed in from a place that is new to your account.")).to_have_count(0)
    assert elsewhere.context.request.get("/api/account/standing").json()["at_home"]
