"""Conversations as they are held at the page: streamed, stopped, kept, found again. Knows what a person sees."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from reader import Meet
from running_service import RunningService


def test_an_answer_is_there_again_after_a_reload(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.page.goto("/")
    reader.says("remember the harbour")
    expect(reader.page).to_have_url(re.compile("/c/[^/]+$"))
    reader.hears_the_end()
    said = reader.answers.inner_text()
    assert "remember the harbour" in said
    reader.page.reload()
    expect(reader.answers).to_have_text(re.compile(re.escape(said.split()[0])))
    assert reader.answers.inner_text() == said


def test_back_and_forward_walk_through_conversations(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.page.goto("/")
    reader.says("first walk")
    reader.hears_the_end()
    reader.page.keyboard.press("Control+Shift+o")
    expect(reader.answers).to_have_count(0)
    reader.says("second walk")
    reader.hears_the_end()
    reader.page.go_back()
    expect(reader.page.get_by_role("heading", name="What would you like")).to_be_visible()
    reader.page.go_back()
    expect(reader.answers).to_contain_text("first walk")
    reader.page.go_forward()
    reader.page.go_forward()
    expect(reader.answers).to_contain_text("second walk")


def test_a_stopped_answer_keeps_what_was_said_and_says_so(meet: Meet, slow: RunningService) -> None:
    reader = meet(slow).as_member()
    reader.page.goto("/")
    reader.says("speak slowly")
    expect(reader.answers).to_contain_text("speak")
    reader.page.get_by_role("button", name="Stop the answer").click()
    expect(reader.page.get_by_text("Stopped. What was said is kept.", exact=True).first).to_be_visible()
    said = reader.answers.inner_text().strip()
    reader.page.reload()
    expect(reader.answers).to_contain_text(said.split()[0])
    expect(reader.page.get_by_text("Stopped. What was said is kept.")).to_be_visible()


def test_who_waits_is_told_their_place_and_may_leave(meet: Meet, slow: RunningService) -> None:
    first = meet(slow).as_member()
    first.page.goto("/")
    first.says("taking the only place")
    expect(first.answers).to_be_visible()
    second = meet(slow).as_member()
    second.page.goto("/")
    second.says("waiting in line")
    expect(second.page.get_by_text("You are next in line").first).to_be_visible()
    second.composer.press("Escape")
    second.hears_the_end()
    expect(second.page.get_by_text("Stopped before the answer began. Your question is kept.").first).to_be_visible()
    first.composer.press("Escape")
    first.hears_the_end()


def test_a_conversation_is_renamed_and_deleted_in_place(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.page.goto("/")
    reader.says("a title to change")
    reader.hears_the_end()
    conversations = reader.page.get_by_role("navigation", name="Conversations")
    row = conversations.get_by_role("listitem").filter(has_text="a title to change")
    row.hover()
    row.get_by_role("button", name="What you can do").click()
    reader.page.get_by_role("menuitem", name="Rename").click()
    conversations.get_by_label("New title").fill("Harbour notes")
    conversations.get_by_label("New title").press("Enter")
    expect(reader.page.get_by_role("heading", name="Harbour notes", level=1)).to_be_visible()

    row = conversations.get_by_role("listitem").filter(has_text="Harbour notes")
    row.hover()
    row.get_by_role("button", name="What you can do").click()
    reader.page.get_by_role("menuitem", name="Delete").click()
    expect(row).to_have_count(0)
    expect(reader.page).to_have_url(f"{quick.url}/")
    reader.page.reload()
    expect(reader.composer).to_be_visible()
    expect(row).to_have_count(0)


def test_a_conversation_that_is_not_there_says_so(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.expects("404")
    reader.page.goto("/c/there-is-none")
    expect(reader.page.get_by_role("main").get_by_text("This conversation is not here")).to_be_visible()
    expect(reader.page).to_have_title("This conversation is not here · Seawall")


def test_an_address_of_nothing_says_so_and_leads_back(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.expects("404")
    reader.page.goto("/nowhere")
    expect(reader.page.get_by_role("main").get_by_text("There is nothing at this address")).to_be_visible()
    reader.page.get_by_role("link", name="Go to the chat").click()
    expect(reader.composer).to_be_visible()


def test_text_that_found_no_network_is_back_in_the_composer_and_survives(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.page.goto("/")
    expect(reader.composer).to_be_visible()
    reader.expects("ERR_INTERNET_DISCONNECTED")
    reader.context.set_offline(True)
    reader.says("not to be lost")
    expect(reader.page.get_by_role("alert")).to_contain_text("Your text is kept")
    expect(reader.composer).to_have_value("not to be lost")

    reader.context.set_offline(False)
    reader.page.reload()
    expect(reader.composer).to_have_value("not to be lost")
    reader.composer.press("Enter")
    expect(reader.answers).to_contain_text("not to be lost")
    reader.hears_the_end()
    reader.page.goto("/")
    expect(reader.composer).to_have_value("")


def test_an_answer_cannot_act_on_the_page(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.page.goto("/")
    reader.says(
        "**bold** <img src=x onerror=document.title='owned'> [l](javascript:alert(1)) ![p](https://a.example/p)"
    )
    reader.hears_the_end()
    expect(reader.answers.locator("strong").first).to_have_text("bold")
    assert reader.answers.locator("img, script, [onerror]").count() == 0
    assert reader.answers.locator("a:not([href^='https://'])").count() == 0
    assert reader.page.title() != "owned"  # What was said stands in it, as text.


def test_shift_enter_starts_a_line_and_enter_while_composing_sends_nothing(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.page.goto("/")
    reader.composer.fill("one")
    reader.composer.press("Shift+Enter")
    reader.page.keyboard.type("two")
    expect(reader.composer).to_have_value("one\ntwo")
    reader.composer.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(reader.composer).to_have_value("one\ntwo")


def test_the_page_follows_the_answer_until_its_reader_scrolls_up(meet: Meet, slow: RunningService) -> None:
    reader = meet(slow, viewport={"width": 1280, "height": 420}).as_member()
    reader.page.goto("/")
    reader.says("\n".join(f"line {number}" for number in range(40)))
    expect(reader.answers).to_contain_text("line 1")
    reader.page.mouse.move(700, 200)
    reader.page.mouse.wheel(0, -600)
    latest = reader.page.get_by_role("button", name="To the latest")
    expect(latest).to_be_visible()
    top = reader.page.evaluate("scrollY")
    heard = len(reader.answers.inner_text())
    reader.page.wait_for_function("heard => document.querySelector('.prose').innerText.length > heard + 20", arg=heard)
    assert reader.page.evaluate("scrollY") == top
    latest.click()
    expect(latest).to_have_count(0)
    reader.composer.press("Escape")
    reader.hears_the_end()


def test_an_answer_that_is_written_elsewhere_grows_here_and_is_stopped_from_here(
    meet: Meet, slow: RunningService
) -> None:
    writer = meet(slow).as_member()
    writer.page.goto("/")
    writer.says("written on one page")
    expect(writer.answers).to_contain_text("written")
    onlooker = meet(slow).as_member()
    onlooker.page.goto(writer.page.url)
    expect(onlooker.answers).to_contain_text("written")
    heard = len(onlooker.answers.inner_text())
    onlooker.page.wait_for_function(
        "heard => document.querySelector('.prose').innerText.length > heard + 20", arg=heard
    )
    onlooker.composer.press("Escape")
    for reader in (onlooker, writer):
        reader.hears_the_end()
        expect(reader.page.get_by_role("listitem").filter(has_text="Stopped. What was said is kept.")).to_be_visible()
    assert writer.answers.inner_text() == onlooker.answers.inner_text()


def test_a_question_that_failed_is_asked_again_with_one_press(meet: Meet, frail: RunningService) -> None:
    reader = meet(frail).as_member()
    reader.page.goto("/")
    reader.says("break in the middle")
    failures = reader.page.get_by_role("listitem").filter(has_text="The answer failed here.")
    expect(failures).to_have_count(1)
    reader.composer.fill("a thought in the meantime")
    reader.page.get_by_role("button", name="Try again").click()
    expect(reader.page.get_by_text("Version 2 of 2")).to_be_attached()
    expect(reader.page.get_by_role("heading", name="You said")).to_have_count(1)
    expect(reader.composer).to_have_value("a thought in the meantime")


def test_a_message_that_is_too_long_comes_back_to_be_changed(meet: Meet, frail: RunningService) -> None:
    reader = meet(frail).as_member()
    reader.page.goto("/")
    words = "long " * 300
    reader.says(words)
    reader.page.get_by_role("button", name="Change the message").click()
    expect(reader.composer).to_have_value(words.strip())
    expect(reader.composer).to_be_focused()


def test_a_draft_stays_with_the_conversation_in_which_it_was_typed(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.page.goto("/")
    reader.says("where a draft waits")
    reader.hears_the_end()
    here = reader.page.url
    reader.composer.fill("for this conversation")
    reader.page.keyboard.press("Control+Shift+o")
    reader.composer.fill("for a new one")
    reader.page.goto(here)
    expect(reader.composer).to_have_value("for this conversation")
    reader.page.goto("/")
    expect(reader.composer).to_have_value("for a new one")
    reader.composer.fill("")


def test_what_was_begun_on_another_page_is_listed_once_one_comes_back(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.page.goto("/")
    expect(reader.composer).to_be_visible()
    elsewhere = meet(quick).as_member()
    elsewhere.page.goto("/")
    elsewhere.says("begun elsewhere")
    elsewhere.hears_the_end()
    reader.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    conversations = reader.page.get_by_role("navigation", name="Conversations")
    expect(conversations.get_by_text("begun elsewhere")).to_be_visible()
