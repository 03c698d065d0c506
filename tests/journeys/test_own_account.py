"""What an ordinary member does with their own account: factors, keys, use, sessions, and leaving. Knows no operator."""

from __future__ import annotations

import copy
import time
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from playwright.sync_api import Page, expect
from pyotp.totp import TOTP

from reader import Meet, Reader
from running_service import RunningService, Serve, until

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PASSWORD = "a good long password"
STEP_S = 30


@pytest.fixture(scope="module")
def named(web_app: None, serve_for_all: Serve) -> RunningService:
    """A service that has an owner, at an address with a name: at others browsers know no passkeys."""
    environment = {"SEAWALL_BUDGET_TOKENS_PER_DAY": "1000"}
    service = copy.copy(serve_for_all("--engine", "echo:token_ms=5,tokens=20", environment=environment))
    service.owner().close()
    service.url = service.url.replace("127.0.0.1", "localhost")
    return service


def joined(reader: Reader, email: str) -> Page:
    """A new member, at the first screen."""
    with reader.service.client() as door:
        answer = door.post("/api/auth/signup", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
    sign_in(reader, email)
    expect(reader.page.locator("#composer")).to_be_visible()
    return reader.page


def sign_in(reader: Reader, email: str) -> None:
    reader.page.goto("/login")
    reader.page.locator("#email").fill(email)
    reader.page.locator("#password").fill(PASSWORD)
    reader.page.locator("#password").press("Enter")


def flawless(reader: Reader, where: str) -> None:
    assert (where, reader.findings(), reader.overflow_px()) == (where, [], 0)


def with_authenticator(reader: Reader) -> None:
    """As if the machine could tell its owner's finger."""
    devtools = reader.context.new_cdp_session(reader.page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_an_app_guards_the_account_and_a_recovery_code_stands_in_for_it(meet: Meet, named: RunningService) -> None:
    member = meet(named, **PHONE)
    page = joined(member, "totp@example.org")
    page.goto("/settings")
    page.get_by_role("button", name="Turn it on").tap()
    key = page.locator(".key code").inner_text().replace(" ", "")
    expect(page.get_by_role("img", name="QR code of the key below")).to_be_visible()
    flawless(member, "a new app")
    page.get_by_label("Code from the app").fill(TOTP(key).at(int(time.time()) - STEP_S))
    page.get_by_role("button", name="Confirm").tap()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_focused()
    flawless(member, "recovery codes")
    codes = page.locator("#recovery ~ ol code").all_inner_texts()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Keep as a file").tap()
    assert codes[0] in kept.value.path().read_text()
    page.get_by_role("button", name="I have kept them").tap()
    page.get_by_role("button", name="Sign out", exact=True).tap()

    sign_in(member, "totp@example.org")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    flawless(member, "second step")
    member.expects("403")
    page.get_by_label("Code", exact=True).fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Code", exact=True).fill(TOTP(key).now())
    page.keyboard.press("Enter")
    expect(page.locator("#composer")).to_be_visible()

    other = meet(named, **PHONE)
    sign_in(other, "totp@example.org")
    other.page.get_by_role("button", name="Use a recovery code instead").tap()
    other.page.get_by_label("Recovery code").fill(codes[0])
    other.page.keyboard.press("Enter")
    expect(other.page.locator("#composer")).to_be_visible()
    other.page.goto("/settings")
    expect(other.page.get_by_text("You have 9 recovery codes left.")).to_be_visible()
    other.page.get_by_role("button", name="Turn it off").tap()
    expect(other.page.get_by_text("Show that it is you")).to_be_visible()
    flawless(other, "proof")
    other.page.locator("#factor-proof").fill(PASSWORD)
    other.page.get_by_role("button", name="Go on").tap()
    expect(other.page.get_by_role("button", name="Turn it on")).to_be_visible()


def test_a_passkey_signs_in_by_a_touch_in_chinese(meet: Meet, named: RunningService) -> None:
    member = meet(named, locale="zh-CN", color_scheme="dark")
    page = joined(member, "passkey@example.org")
    with_authenticator(member)
    page.goto("/settings#passkeys")
    page.get_by_label("新通行密钥的名称").fill("办公电脑")
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_role("heading", name="你的恢复码")).to_be_focused()
    page.get_by_role("button", name="通行密钥“办公电脑”的名称").click()
    page.get_by_label("通行密钥“办公电脑”的名称").fill("家里的电脑")
    page.keyboard.press("Enter")
    expect(page.get_by_text("家里的电脑")).to_be_visible()
    flawless(member, "settings in Chinese")
    page.get_by_role("button", name="退出登录").click()

    page.get_by_role("button", name="使用通行密钥登录").click()
    expect(page.locator("#composer")).to_be_visible()
    page.goto("/settings")
    page.get_by_role("button", name="退出登录").click()
    # After the password it is the second step.
    sign_in(member, "passkey@example.org")
    expect(page.get_by_role("heading", name="还差一步")).to_be_visible()
    page.get_by_role("button", name="使用通行密钥", exact=True).click()
    expect(page.locator("#composer")).to_be_visible()

    page.goto("/settings")
    page.get_by_role("button", name="移除通行密钥“家里的电脑”").click()
    page.get_by_role("button", name="永久移除").click()
    page.locator("#passkey-proof").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("你还没有通行密钥。")).to_be_visible()


def test_a_narrow_key_is_used_and_its_use_shows_beside_what_is_left(meet: Meet, named: RunningService) -> None:
    member = meet(named)
    page = joined(member, "keys@example.org")
    page.goto("/settings")
    page.get_by_label("What the key is for").fill("Notebook")
    page.get_by_text("What it may do").click()
    page.get_by_label("Ends").select_option(label="after 30 days")
    page.get_by_role("checkbox", name="Answers").check()
    page.get_by_role("button", name="Create a key").click()
    key = page.get_by_label("The new key “Notebook”").input_value()
    expect(page.get_by_text("Answers · ends")).to_be_visible()
    assert asked(named, key) == 200
    models = httpx.get(f"{named.url}/v1/models", headers={"authorization": f"Bearer {key}"}, trust_env=False)
    assert models.status_code == 403
    page.get_by_role("button", name="Change the key “Notebook”").click()
    expect(page.get_by_label("What the key is for").last).to_be_focused()
    page.get_by_label("Ends", exact=True).last.select_option(label="Never")
    page.get_by_role("checkbox", name="The list of models").last.check()
    flawless(member, "a key is changed")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Answers, The list of models")).to_be_visible()
    expect(page.get_by_role("button", name="Change the key “Notebook”")).to_be_focused()
    assert asked(named, key) == 200

    with named.signed_in("keys@example.org", PASSWORD) as browser:
        until(lambda: browser.get("/api/usage").json()["lines"])  # What was used is kept after the answer.
    page.reload()
    usage = page.get_by_role("region", name="By key")
    expect(usage).to_contain_text("Notebook")
    expect(page.get_by_text("left", exact=False).filter(has_text="of 1,000 left")).to_be_visible()
    expect(page.locator(".plot canvas")).to_have_count(2)
    page.locator("summary", has_text="Each day in numbers").click()
    expect(page.get_by_role("region", name="Each day in numbers (UTC)").get_by_role("row")).to_have_count(2)
    flawless(member, "usage")


def test_other_sessions_are_ended_and_the_choice_of_language_follows_the_account(
    meet: Meet, named: RunningService
) -> None:
    member, elsewhere = meet(named), meet(named, locale="zh-CN")
    page = joined(member, "two@example.org")
    page.goto("/settings")
    page.get_by_label("Language").select_option("en")
    page.get_by_label("Dark").check()
    sign_in(elsewhere, "two@example.org")
    expect(elsewhere.page.locator("html")).to_have_attribute("lang", "en")
    expect(elsewhere.page.locator("html")).to_have_attribute("data-theme", "dark")

    page.reload()
    expect(page.get_by_text("This browser", exact=True)).to_have_count(1)
    page.get_by_role("button", name="End all others").click()
    expect(page.get_by_role("button", name="End all others")).to_have_count(0)
    elsewhere.expects("401")
    elsewhere.page.goto("/settings")
    expect(elsewhere.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_one_registers_and_sets_things_by_keyboard_alone(meet: Meet, named: RunningService) -> None:
    member = meet(named)
    page = member.page
    page.goto("/signup")
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.type("keyboard@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show password")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Create account")).to_be_focused()
    page.keyboard.press("Enter")
    expect(member.composer).to_be_focused()
    page.get_by_role("link", name="Settings").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_focused()
    sections = page.get_by_role("navigation", name="Sections").get_by_role("link")
    sections.first.focus()
    for _ in range(6):
        page.keyboard.press("Tab")
    expect(sections.filter(has_text="API keys")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("What the key is for")).to_be_focused()
    expect(page.locator("[aria-current=true]")).to_have_text("API keys")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_label("The new key “By keyboard”")).to_be_focused()


def test_what_one_said_is_taken_along_as_a_file(meet: Meet, named: RunningService) -> None:
    member = meet(named)
    page = joined(member, "moving@example.org")
    member.says("words to take along")
    member.hears_the_end()
    page.goto("/settings")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Export my data").click()
    with ZipFile(taken.value.path()) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".md")]
    assert any("words to take along" in text for text in texts)


def test_an_account_is_deleted_with_password_and_word_and_is_gone(meet: Meet, named: RunningService) -> None:
    member = meet(named, **PHONE)
    page = joined(member, "leaving@example.org")
    page.goto("/settings")
    page.get_by_role("button", name="Delete my account…").tap()
    expect(page.get_by_label("type “delete”")).to_be_focused()
    sure = page.get_by_role("button", name="Delete it for good")
    expect(sure).to_be_disabled()
    page.keyboard.type("delete")
    flawless(member, "leaving")
    member.expects("400")
    page.locator("#leave-password").fill("not my password")
    sure.tap()
    expect(page.get_by_text("The password is not right.")).to_be_visible()
    page.locator("#leave-password").fill(PASSWORD)
    sure.tap()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    member.expects("401")
    sign_in(member, "leaving@example.org")
    expect(page.get_by_role("alert")).to_be_visible()


def asked(service: RunningService, key: str) -> int:
    with service.program(key) as program:
        body = {"model": "echo", "messages": [{"role": "user", "content": "Hello"}]}
        return program.post("/v1/chat/completions", json=body).status_code
