"""The page for everyone: keyboard, screen reader, phone, language, theme. Knows the page as a person meets it."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any

import pytest
from playwright.sync_api import expect

from eloquent_upstream import eloquent_upstream
from reader import Meet
from running_service import OWNER, RunningService, Serve

Shape = dict[str, Any]
PHONE: Shape = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
WIDE = f"| a | b |\n|---|---|\n| 1 | {'wide ' * 40} |\n\n```py\nprint('{'x' * 200}')\n```"
MARKDOWN = f"# Title\n\n- one\n- two\n\n{WIDE}"


@pytest.fixture(scope="module")
def eloquent(web_app: None, serve_for_all: Serve) -> Generator[RunningService]:
    """A service whose model answers in Markdown, after some thought."""
    with eloquent_upstream(MARKDOWN, reasoning="It needs a table.") as url:
        yield serve_for_all("--engine", url)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("shape", [{}, PHONE], ids=["desk", "phone"])
def test_every_screen_is_free_of_findings_and_fits(meet: Meet, quick: RunningService, theme: str, shape: Shape) -> None:
    stranger = meet(quick, color_scheme=theme, **shape)
    stranger.expects("404")
    for address, heading in (("/login", "Sign in"), ("/signup", "Create an account")):
        stranger.page.goto(address)
        expect(stranger.page.get_by_role("heading", name=heading)).to_be_visible()
        assert (address, stranger.findings(), stranger.overflow_px()) == (address, [], 0)

    reader = meet(quick, color_scheme=theme, **shape).signed_in()
    screens = (("/", "#composer"), ("/settings", "#key-name"), ("/operator", "table"), ("/operator/accounts", "table"))
    for address, sight in screens:
        reader.page.goto(address)
        expect(reader.page.locator(sight).last).to_be_visible()
        assert (address, reader.findings(), reader.overflow_px()) == (address, [], 0)


@pytest.mark.parametrize("shape", [{}, PHONE], ids=["desk", "phone"])
def test_an_answer_of_many_forms_is_free_of_findings_and_fits(
    meet: Meet, eloquent: RunningService, shape: Shape
) -> None:
    reader = meet(eloquent, **shape).signed_in()
    reader.page.goto("/")
    reader.says("say it in many forms")
    reader.hears_the_end()
    for form in ("table", "pre", "ul"):
        expect(reader.answers.locator(form)).to_be_visible()
    reader.page.locator("summary").click()
    expect(reader.page.get_by_text("It needs a table.")).to_be_visible()
    reader.answers.get_by_role("button", name="Copy").focus()
    reader.page.evaluate("scrollTo(0, 0)")
    # A control that is half under the composer would count as too small: only what can be scrolled to is looked at.
    found = [each for each in reader.findings() if not each.startswith("target-size")]
    assert (found, reader.overflow_px()) == ([], 0)


def test_all_is_reached_by_keyboard_alone(meet: Meet, quick: RunningService) -> None:
    quick.owner().close()
    reader = meet(quick)
    keyboard = reader.page.keyboard
    reader.page.goto("/login")
    expect(reader.page.get_by_label("Email")).to_be_focused()
    keyboard.press("Shift+Tab")
    expect(reader.page.get_by_label("Language")).to_be_focused()
    keyboard.press("Shift+Tab")
    expect(reader.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keyboard.press("Enter")
    expect(reader.page.get_by_role("main")).to_be_focused()
    keyboard.press("Tab")
    keyboard.type(OWNER["email"])
    keyboard.press("Tab")
    keyboard.type(OWNER["password"])
    keyboard.press("Enter")

    expect(reader.composer).to_be_focused()
    keyboard.type("by keyboard alone")
    keyboard.press("Enter")
    expect(reader.answers).to_contain_text("by keyboard alone")
    reader.hears_the_end()
    expect(reader.composer).to_be_focused()
    for action in ("Details of the answer", "Another answer", "Copy the answer"):
        keyboard.press("Shift+Tab")
        expect(reader.page.get_by_role("button", name=action)).to_be_focused()
    keyboard.press("?")
    expect(reader.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    keyboard.press("Escape")
    expect(reader.page.get_by_role("dialog", name="Keyboard shortcuts")).to_have_count(0)
    keyboard.press("Control+b")
    expect(reader.page.get_by_role("button", name="Show the list")).to_be_focused()
    keyboard.press("Control+Shift+o")
    expect(reader.page).to_have_url(f"{quick.url}/")
    expect(reader.composer).to_be_focused()


def test_a_screen_reader_hears_the_end_and_not_every_token(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).signed_in()
    reader.page.goto("/")
    reader.says("quietly")
    expect(reader.page.locator("[aria-live=polite]")).to_have_text("The answer is complete.")
    assert reader.page.locator("[aria-live] .prose, [role=log] .prose, [role=status] .prose").count() == 0


def test_the_list_is_a_drawer_on_a_phone(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick, **PHONE).signed_in()
    reader.page.goto("/")
    reader.says("from a phone")
    reader.hears_the_end()
    reader.page.get_by_role("button", name="Show the list").tap()
    conversations = reader.page.get_by_role("navigation", name="Conversations")
    expect(conversations).to_be_visible()
    assert reader.findings() == []
    for target in conversations.locator("a, button").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert box["width"] >= 40
    reader.page.keyboard.press("Escape")
    expect(conversations).to_have_count(0)
    expect(reader.page.get_by_role("button", name="Show the list")).to_be_focused()


def test_the_browsers_language_is_spoken_and_another_can_be_chosen(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick, locale="zh-CN").signed_in()
    reader.page.goto("/settings")
    expect(reader.page.get_by_role("heading", name="设置")).to_be_visible()
    expect(reader.page.get_by_text("选择文件")).to_be_visible()
    expect(reader.page.locator("html")).to_have_attribute("lang", "zh-CN")
    reader.page.get_by_label("语言", exact=True).select_option("en")
    expect(reader.page.get_by_role("heading", name="Settings")).to_be_visible()
    reader.page.reload()
    expect(reader.page.get_by_role("heading", name="Settings")).to_be_visible()
    expect(reader.page.locator("html")).to_have_attribute("lang", "en")


def test_a_chosen_theme_stands_before_the_first_paint(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick, color_scheme="light").signed_in()
    reader.page.goto("/settings")
    reader.page.get_by_label("Dark").check()
    expect(reader.page.locator("html")).to_have_css("background-color", "rgb(14, 21, 26)")
    reader.page.reload(wait_until="commit")
    first = reader.page.wait_for_function("document.body && getComputedStyle(document.documentElement).colorScheme")
    assert first.json_value() == "dark"


def test_the_page_comes_with_a_strict_policy_and_at_most_150_kb(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).signed_in()
    sizes: list[int] = []
    reader.page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    answer = reader.page.goto("/")
    # What comes last: Markdown, beside the first screen. The stream of what happens elsewhere never ends.
    fetched = (
        "() => performance.getEntriesByType('resource').filter((each) => /blocks|purify/.test(each.name)).length > 1"
    )
    reader.page.wait_for_function(fetched)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert re.search(r"default-src 'none'.*script-src 'self';", policy)
    assert "unsafe" not in policy
    assert 20_000 < sum(sizes) < 150_000
