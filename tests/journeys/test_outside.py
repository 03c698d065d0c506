"""Signing in through a real provider of identities, in a real browser. Knows the provider's form; knows no protocol."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from identity_provider import Provider, running_provider
from reader import Meet, Reader
from running_service import RunningService, Serve

# The provider of the tests is built on a part of Authlib that is going to move.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
DARK_CHINESE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "locale": "zh-CN",
    "color_scheme": "dark",
}
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


def signs_in_there(reader: Reader, way: Locator, subject: str) -> None:
    """Goes there, signs in and comes back. What the provider's page calls or complains of is not ours."""
    ours = list(reader.complaints)
    reader.context.route(re.compile("^https:"), lambda route: route.fulfill(content_type="text/css", body=""))
    way.click()
    reader.page.locator("input[name=sub]").fill(subject)
    reader.page.locator("input[name=sub]").press("Enter")
    reader.page.wait_for_url(f"{reader.service.url}/**")
    reader.complaints[:] = ours


def test_a_member_of_the_organisation_has_an_account_by_one_press(meet: Meet, federated: RunningService) -> None:
    newcomer = meet(federated)
    page = newcomer.page
    page.goto("/login")
    way = page.get_by_role("link", name="Go on with Acme")
    expect(way).to_be_visible()
    assert newcomer.findings() == []
    signs_in_there(newcomer, way, "grace")
    expect(page.locator("#composer")).to_be_visible()
    assert page.url == f"{federated.url}/"
    page.goto("/settings")
    expect(page.get_by_role("button", name="Disconnect Acme")).to_be_visible()
    assert newcomer.findings() == []


def test_who_has_an_account_already_connects_it_and_comes_in_that_way_from_then_on(
    meet: Meet, federated: RunningService
) -> None:
    with federated.client() as door:
        assert door.post("/api/auth/signup", json={"email": EMAIL, "password": PASSWORD}).status_code == 201
    member = meet(federated, **DARK_CHINESE)
    page = member.page
    page.goto("/login")
    signs_in_there(member, page.get_by_role("link", name="使用 Acme 登录"), "ada")
    expect(page.get_by_text("你的邮箱在这里已有账号")).to_be_visible()  # It is theirs to say, not the provider's.
    assert "#" not in page.url
    assert (member.findings(), member.overflow_px()) == ([], 0)
    page.locator("#email").fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    expect(page.locator("#composer")).to_be_visible()
    page.goto("/settings")
    signs_in_there(member, page.get_by_role("button", name="关联 Acme"), "ada")
    expect(page.get_by_role("button", name="取消关联 Acme")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    signs_in_there(member, page.get_by_role("link", name="使用 Acme 登录"), "ada")
    expect(page.locator("#composer")).to_be_visible()
