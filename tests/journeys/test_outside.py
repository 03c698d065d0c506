"""Signing in through a real provider of identities, in a real browser. Knows the provider's form; knows no protocol."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from identity_provider import Provider, running_provider
from reader import Meet, Reader
from running_service import RunningService, Serve

# The provider of the tests is built on a part of Authlib that is going to move.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
EMAIL, PASSWORD = "ada@example.org", "a good long password"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with running_provider() as running:
        running.knows("ada", email=EMAIL, email_verified=True)
        running.knows("grace", email="grace@example.org", email_verified=True)
        yield running


@pytest.fixture(scope="module")
def federated(web_app: None, provider: Provider, serve_for_all: Serve) -> RunningService:
    """A service that knows the provider, and makes accounts for its people."""
    acme = {"name": "acme", "title": "Acme", "issuer": provider.issuer, "client_id": "seawall", "allow_signup": True}
    environment = {"SEAWALL_OIDC_PROVIDERS": json.dumps([{**acme, "client_secret": "secret"}])}
    service = serve_for_all("--engine", "echo", environment=environment)
    service.owner().close()
    return service


def at_the_provider(reader: Reader, subject: str) -> None:
    reader.page.locator("input[name=sub]").fill(subject)
    reader.page.locator("input[name=sub]").press("Enter")


def goes_to(reader: Reader, provider: Provider) -> None:
    """The way there is the one call to somebody else that a page makes."""
    reader.complaints[:] = [each for each in reader.complaints if provider.issuer not in each]


def test_a_member_of_the_organisation_has_an_account_by_one_press(
    meet: Meet, federated: RunningService, provider: Provider
) -> None:
    newcomer = meet(federated)
    page = newcomer.page
    page.goto("/login")
    way = page.get_by_role("link", name="Go on with Acme")
    expect(way).to_be_visible()
    assert newcomer.findings() == []
    way.click()
    at_the_provider(newcomer, "grace")
    expect(page.locator("#composer")).to_be_visible()
    assert page.url == f"{federated.url}/"
    page.goto("/settings")
    expect(page.get_by_role("button", name="Disconnect Acme")).to_be_visible()
    assert newcomer.findings() == []
    goes_to(newcomer, provider)


def test_who_has_an_account_already_connects_it_and_comes_in_that_way_from_then_on(
    meet: Meet, federated: RunningService, provider: Provider
) -> None:
    with federated.client() as door:
        assert door.post("/api/auth/signup", json={"email": EMAIL, "password": PASSWORD}).status_code == 201
    member = meet(federated, locale="zh-CN")
    page = member.page
    page.goto("/login")
    page.get_by_role("link", name="使用 Acme 登录").click()
    at_the_provider(member, "ada")
    expect(page.get_by_text("你的邮箱在这里已有账号")).to_be_visible()  # It is theirs to say, not the provider's.
    assert "#" not in page.url
    page.locator("#email").fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    expect(page.locator("#composer")).to_be_visible()
    page.goto("/settings")
    page.get_by_role("button", name="关联 Acme").click()
    at_the_provider(member, "ada")
    expect(page.get_by_role("button", name="取消关联 Acme")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("link", name="使用 Acme 登录").click()
    at_the_provider(member, "ada")
    expect(page.locator("#composer")).to_be_visible()
    goes_to(member, provider)
