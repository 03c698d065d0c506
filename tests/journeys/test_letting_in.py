"""How people come in: by a mail's link and an operator's word, by an invite, and back after a lost password."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any

import pytest
from playwright.sync_api import expect

from mail_server import MailServer
from mail_thread import environment_for, link_in_mail, mail_thread
from reader import Meet, Reader
from running_service import RunningService, Serve

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DARK_CHINESE: dict[str, Any] = {**PHONE, "locale": "zh-CN", "color_scheme": "dark"}
PASSWORD = "a good long password"


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Generator[MailServer]:
    with mail_thread(tmp_path_factory.mktemp("mail")) as server:
        yield server


@pytest.fixture(scope="module")
def careful(
    web_app: None, post: MailServer, serve_for_all: Serve, tmp_path_factory: pytest.TempPathFactory
) -> RunningService:
    """A service with terms, where an address is confirmed and an operator lets people in."""
    terms = tmp_path_factory.mktemp("terms") / "terms.md"
    terms.write_text("# Terms\n\nBe kind.\n")
    environment = {"SEAWALL_ACCOUNTS_SIGNUP": "approval", "SEAWALL_ACCOUNTS_TERMS_FILE": str(terms)}
    service = serve_for_all("--engine", "echo", environment={**environment, **environment_for(post)})
    with service.owner() as owner:
        assert owner.post("/api/account/terms", json={"version": "1"}).is_success
    return service


def flawless(reader: Reader, where: str) -> None:
    assert (where, reader.findings(), reader.overflow_px()) == (where, [], 0)


def fill_in(reader: Reader, email: str) -> None:
    reader.page.locator("#email").fill(email)
    reader.page.locator("#password").fill(PASSWORD)
    reader.page.locator("#accept-terms").check()


def test_a_newcomer_confirms_the_address_is_let_in_and_comes_back_after_losing_the_password(
    meet: Meet, careful: RunningService, post: MailServer
) -> None:
    email = "anna@example.org"
    newcomer = meet(careful)
    page = newcomer.page
    page.goto("/signup")
    expect(page.get_by_text("an operator of this service looks at it")).to_be_visible()
    flawless(newcomer, "sign-up")
    fill_in(newcomer, email)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    flawless(newcomer, "mail awaited")

    page.goto(link_in_mail(post, email, "/verify#"))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    assert page.url == f"{careful.url}/verify"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Waiting for approval")).to_be_visible()
    flawless(newcomer, "approval awaited")

    # Before the operator's word, signing in says the same, calmly.
    newcomer.expects("403")
    page.get_by_role("link", name="To the sign-in").click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Waiting for approval")).to_be_visible()

    operator = meet(careful, **DARK_CHINESE).signed_in()
    operator.page.goto("/operator/accounts")
    let_in = operator.page.get_by_role("button", name=f"通过 {email}")
    expect(let_in).to_be_visible()
    flawless(operator, "somebody waits")
    let_in.tap()
    expect(operator.page.get_by_role("link", name=email)).to_be_visible()

    link_in_mail(post, email, "/login")
    page.get_by_role("link", name="To the sign-in").click()
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill(email)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"If {email} has an account here")).to_be_visible()
    flawless(newcomer, "link asked for")
    reset = link_in_mail(post, email, "/reset#")
    page.goto(reset)
    page.get_by_label("New password").fill("another good password")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your new password stands.")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill("another good password")
    page.keyboard.press("Enter")
    newcomer.says("let in at last")
    expect(newcomer.answers).to_contain_text("let in at last")
    newcomer.hears_the_end()

    # The same link opens nothing a second time, and says what helps.
    newcomer.expects("410")
    page.goto(reset)
    page.get_by_label("New password").fill("a third good password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("link", name="Ask for another link")).to_be_visible()


def test_an_invite_is_made_on_one_desk_and_used_on_a_chinese_phone(
    meet: Meet, careful: RunningService, post: MailServer
) -> None:
    email = "wei@example.org"
    operator = meet(careful).signed_in()
    operator.page.goto("/operator/accounts")
    operator.page.get_by_role("button", name="Make an invite").click()
    link = operator.page.get_by_label("The link of the invite").input_value()

    newcomer = meet(careful, **DARK_CHINESE)
    page = newcomer.page
    page.goto(link[link.index("/signup#") :])
    expect(page.get_by_text("你已收到邀请")).to_be_visible()
    assert page.url == f"{careful.url}/signup"
    page.reload()
    expect(page.get_by_text("你已收到邀请")).to_be_visible()
    flawless(newcomer, "invited")
    fill_in(newcomer, email)
    page.get_by_role("button", name="注册").tap()
    expect(page.get_by_role("heading", name="请查收邮件")).to_be_visible()
    page.goto(link_in_mail(post, email, "/verify#"))
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    flawless(newcomer, "verify")
    page.get_by_role("button", name="确认").tap()
    page.locator("#composer").fill("被邀请来的")  # Nobody's further word is needed.
    page.get_by_role("button", name="发送").tap()
    expect(newcomer.answers).to_contain_text("被邀请来的")
    flawless(newcomer, "first answer")

    operator.page.reload()
    expect(operator.page.get_by_text("used up")).to_be_visible()
    operator.page.get_by_label("For one address only (optional)").fill("lin@example.org")
    expect(operator.page.get_by_role("checkbox", name="Send it there by mail")).to_be_checked()
    flawless(operator, "an invite for one address")
    operator.page.get_by_role("button", name="Make an invite").click()
    expect(operator.page.get_by_text("The invite is on its way to lin@example.org.")).to_be_visible()
    assert link_in_mail(post, "lin@example.org", "/signup#")
    late = meet(careful, **PHONE)
    late.expects("410")
    late.page.goto(link[link.index("/signup#") :])
    fill_in(late, "late@example.org")
    late.page.get_by_role("button", name="Create account").tap()
    expect(late.page.get_by_role("alert")).to_be_visible()
    expect(late.page.get_by_text("You are invited.")).to_have_count(0)


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("invite", "Registration here is by invite."),
        ("domain", "Registration is for mail addresses that end in @example.net."),
        ("closed", "Registration is closed here."),
    ],
)
def test_who_may_not_register_reads_why_and_what_helps(
    meet: Meet, web_app: None, serve_for_all: Serve, mode: str, told: str
) -> None:
    environment = {"SEAWALL_ACCOUNTS_SIGNUP": mode, "SEAWALL_ACCOUNTS_SIGNUP_DOMAINS": "example.net"}
    service = serve_for_all("--engine", "echo", environment=environment)
    service.owner().close()
    visitor = meet(service, **PHONE)
    visitor.page.goto("/signup")
    expect(visitor.page.get_by_text(told)).to_be_visible()
    flawless(visitor, mode)
    if mode == "invite":
        # The browser loads nothing anew for a link that differs behind the # alone.
        visitor.page.goto("/signup#an-invite")
        expect(visitor.page.get_by_text("You are invited.")).to_be_visible()
        return
    visitor.page.get_by_role("link", name=re.compile("Sign in")).tap()
    expect(visitor.page.get_by_role("heading", name="Sign in")).to_be_visible()
