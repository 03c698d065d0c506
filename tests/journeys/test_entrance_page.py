"""At the gate: a puzzle that the browser solves, a place that is kept, a room to wait in. Knows it as newcomers do."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from reader import Meet, launched
from running_service import RunningService, Serve

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
# A name that no browser holds for secure without TLS, for this machine.
PLAIN = "http://seawall.test"


@pytest.fixture(scope="module")
def puzzling(web_app: None, serve_for_all: Serve) -> RunningService:
    """A service that asks every newcomer for a solved puzzle."""
    return serve_for_all("--engine", "echo", environment={"SEAWALL_ENTRANCE_CHALLENGE": "always"})


@pytest.fixture(scope="module")
def besieged(web_app: None, serve_for_all: Serve) -> RunningService:
    """A service that lets in one at once and then hardly anybody."""
    narrow = {
        "SEAWALL_ENTRANCE_CHALLENGE": "off",
        "SEAWALL_ENTRANCE_SIGNUPS_SIEGE": "0.01",
        "SEAWALL_ENTRANCE_TICKET_S": "0",
    }
    service = serve_for_all("--engine", "echo", environment=narrow)
    pin(service, "siege")
    with service.client() as first:
        assert first.post("/api/auth/signup", json=person("first")).status_code == 201
    return service


@pytest.fixture(scope="module")
def elsewhere(browser: Browser) -> Generator[Browser]:
    """A browser for which this machine has another name."""
    other = launched(browser.browser_type, "--host-resolver-rules=MAP seawall.test 127.0.0.1")
    yield other
    other.close()


def pin(service: RunningService, posture: str) -> None:
    with service.owner() as owner:
        assert owner.post("/api/operator/shield/posture", json={"posture": posture}).is_success


def person(name: str) -> dict[str, str]:
    return {"email": f"{name}@example.org", "password": "a good password"}


def fill_in(page: Page, name: str) -> None:
    page.get_by_label("Email").fill(person(name)["email"])
    page.get_by_label("Password", exact=True).fill(person(name)["password"])


def test_the_browser_solves_the_puzzle_by_itself(meet: Meet, puzzling: RunningService) -> None:
    newcomer = meet(puzzling)
    newcomer.page.goto("/signup")
    fill_in(newcomer.page, "secure")
    newcomer.page.get_by_role("button", name="Create account").click()
    expect(newcomer.page.locator("#composer")).to_be_visible()


def test_the_puzzle_is_solved_where_the_page_is_on_plain_http(elsewhere: Browser, puzzling: RunningService) -> None:
    context = elsewhere.new_context(base_url=f"{PLAIN}:{puzzling.url.rpartition(':')[2]}", locale="en-GB")
    page = context.new_page()
    page.goto("/signup")
    assert page.evaluate("[isSecureContext, typeof crypto.subtle]") == [False, "undefined"]
    fill_in(page, "plain")
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#composer")).to_be_visible()
    context.close()


def test_nothing_of_the_puzzle_is_loaded_before_it_is_asked(meet: Meet, puzzling: RunningService) -> None:
    newcomer = meet(puzzling)
    asked: list[str] = []
    newcomer.page.on("request", lambda request: asked.append(request.url))
    newcomer.page.goto("/signup")
    expect(newcomer.page.get_by_label("Email")).to_be_visible()
    assert not [url for url in asked if "scrypt" in url or "pbkdf2" in url]


def test_a_place_is_kept_through_a_reload_and_starts_by_itself(meet: Meet, web_app: None, serve_for_all: Serve) -> None:
    service = serve_for_all(
        "--engine",
        "echo",
        environment={"SEAWALL_ENTRANCE_CHALLENGE": "off", "SEAWALL_ENTRANCE_SIGNUPS_SIEGE": "6"},
    )
    pin(service, "siege")
    with service.client() as others:
        for number in range(6):  # A minute's worth enters at once.
            assert others.post("/api/auth/signup", json=person(f"early{number}")).status_code == 201
    newcomer = meet(service)
    newcomer.expects("503")
    page = newcomer.page
    page.goto("/signup")
    fill_in(page, "patient")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your place is kept.")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value(person("patient")["email"])
    page.reload()
    expect(page.get_by_text("Your place is kept.").or_(page.get_by_text("It is your turn."))).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value(person("patient")["email"])
    page.get_by_label("Password", exact=True).fill(person("patient")["password"])
    page.keyboard.press("Enter")
    expect(page.locator("#composer")).to_be_visible()  # When the turn comes, with no further deed.


def test_waiting_is_stopped_and_taken_up_by_keyboard(meet: Meet, besieged: RunningService) -> None:
    newcomer = meet(besieged)
    newcomer.expects("503")
    page = newcomer.page
    page.goto("/signup")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type(person("keys")["email"])
    page.keyboard.press("Tab")
    page.keyboard.type(person("keys")["password"])
    page.keyboard.press("Enter")
    stop = page.get_by_role("button", name="Stop waiting")
    stop.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Create account")).to_be_enabled()
    expect(page.get_by_label("Password", exact=True)).to_have_value(person("keys")["password"])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("shape", [{}, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_who_waits_finds_no_barrier(
    meet: Meet, besieged: RunningService, theme: str, shape: dict[str, Any], locale: str
) -> None:
    newcomer = meet(besieged, color_scheme=theme, locale=locale, **shape)
    newcomer.page.goto("/waiting-room")
    assert ("ask", newcomer.findings(), newcomer.overflow_px()) == ("ask", [], 0)
    newcomer.page.locator("form button").click()
    expect(newcomer.page.locator(".when")).to_be_visible()
    assert ("place", newcomer.findings(), newcomer.overflow_px()) == ("place", [], 0)
    newcomer.page.goto("/signup")
    expect(newcomer.page.locator(".place")).to_be_visible()  # The same place, as it is the same browser.
    assert ("signup", newcomer.findings(), newcomer.overflow_px()) == ("signup", [], 0)
    newcomer.page.goto("/waiting-room/why")
    assert ("why", newcomer.findings(), newcomer.overflow_px()) == ("why", [], 0)


def test_the_waiting_room_goes_on_by_itself_without_javascript(meet: Meet, besieged: RunningService) -> None:
    newcomer = meet(besieged, java_script_enabled=False)
    page = newcomer.page
    page.goto("/waiting-room")
    page.get_by_role("button", name="Take a place").click()
    expect(page.get_by_role("heading", name="Registration is busy")).to_be_visible()
    pin(besieged, "normal")
    try:
        # The page asks again within half a minute; the reload of a person is as good.
        page.reload()
        expect(page.get_by_role("heading", name="It is your turn")).to_be_visible()
        page.get_by_label("Mail address").fill(person("noscript")["email"])
        page.get_by_label("Password").fill(person("noscript")["password"])
        page.get_by_role("button", name="Register").click()
        expect(page).to_have_url(f"{besieged.url}/")
        assert any(cookie.get("name") == "seawall_session" for cookie in newcomer.context.cookies())
    finally:
        pin(besieged, "siege")


def test_a_registered_user_signs_in_past_the_line(meet: Meet, besieged: RunningService) -> None:
    member = meet(besieged)
    page = member.page
    page.goto("/login")
    expect(page.get_by_text("Registered users can sign in and chat as usual.")).to_be_visible()
    fill_in(page, "first")
    page.keyboard.press("Enter")
    expect(page.locator("#composer")).to_be_visible()
    expect(page.get_by_text("Registration is busy because of high demand.")).to_be_visible()


def test_a_queued_question_tells_its_place_and_is_not_lost_by_leaving(meet: Meet, slow: RunningService) -> None:
    first, second = meet(slow).signed_in(), meet(slow).signed_in()
    first.page.goto("/")
    first.says("hold the only slot")
    expect(first.answers).not_to_be_empty()
    second.page.goto("/")
    second.says("what about me")
    leave = second.page.get_by_role("button", name="Leave the line")
    expect(leave).to_be_visible()
    leave.click()
    expect(second.page.locator("#composer")).to_have_value("what about me")
    first.page.keyboard.press("Escape")
