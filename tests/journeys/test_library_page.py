"""Conversations kept, found, shared and moved at the page, as an ordinary member does it. Knows no HTTP."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Locator, expect

from reader import Meet, Reader
from running_service import RunningService

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NOTES: FilePayload = {"name": "quay.md", "mimeType": "text/markdown", "buffer": b"# Notes\nThe quay is 600 m long."}
CHATGPT = Path(__file__).parents[1] / "recorded" / "elsewhere" / "chatgpt_conversations.json"
PROGRAM: FilePayload = {"name": "program.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ\x00\x01\x02\x03"}


def held(reader: Reader, words: str) -> str:
    """Holds a conversation of one question and returns its address."""
    reader.page.goto("/")
    reader.says(words)
    expect(reader.page).to_have_url(re.compile("/c/[^/]+$"))
    reader.hears_the_end()
    return reader.page.url


def listed(reader: Reader) -> Locator:
    """The list beside the page."""
    return reader.page.get_by_role("navigation", name="Conversations")


def chooses(reader: Reader, title: str, deed: str) -> None:
    """Opens the menu of a row by keyboard and chooses from it."""
    button = listed(reader).get_by_role("button", name=f"What you can do with “{title}”").first
    button.focus()
    button.press("Enter")
    reader.page.get_by_role("menuitem", name=deed).click()


def rows(reader: Reader, section: str) -> Locator:
    """The rows of a part of the list."""
    return listed(reader).get_by_role("list", name=section, exact=True).get_by_role("link")


def test_what_was_said_is_found_and_opens_at_its_message(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick, viewport={"width": 1280, "height": 500}).as_member()
    held(reader, "the lamprey in the lock")
    for number in range(4):
        reader.says(f"and what then, number {number}?\n" + "line\n" * 12)
        expect(reader.page.get_by_role("heading", name="You said")).to_have_count(number + 2)
        reader.hears_the_end()
    held(reader, "nothing of the kind")

    reader.composer.press("Control+k")
    expect(reader.page.get_by_label("Search your conversations")).to_be_focused()
    reader.page.keyboard.type("lamprey lock")
    hits = reader.page.get_by_role("list", name="What was found")
    expect(hits.locator("mark").first).to_have_text(re.compile("lamprey", re.IGNORECASE))
    assert reader.findings() == []
    reader.page.keyboard.press("ArrowDown")
    expect(hits.get_by_role("link").first).to_be_focused()
    hits.get_by_role("link").filter(has_text="You ·").press("Enter")
    message = reader.page.get_by_text("the lamprey in the lock", exact=True).last
    expect(message).to_be_in_viewport()
    expect(reader.page.get_by_text("number 3?").last).not_to_be_in_viewport()

    reader.page.get_by_label("Search your conversations").fill("a word that nobody said")
    expect(listed(reader).get_by_text("Nothing was found.").last).to_be_visible()
    reader.page.get_by_label("Search your conversations").press("Escape")
    expect(rows(reader, "Recent").first).to_be_visible()


def test_conversations_are_pinned_foldered_archived_and_had_back(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    for words in ("keep the oldest", "sort the next", "store the last"):
        held(reader, words)
    onlooker = meet(quick).as_member()
    onlooker.page.goto("/")

    chooses(reader, "keep the oldest", "Pin to the top")
    expect(rows(reader, "Pinned")).to_have_text(["keep the oldest"])
    expect(rows(onlooker, "Pinned")).to_have_text(["keep the oldest"])

    chooses(reader, "sort the next", "Move to a folder")
    reader.page.get_by_label("A new folder").fill("Quays")
    assert reader.findings() == []
    reader.page.get_by_role("button", name="Make and move").click()
    folder = listed(reader).get_by_role("button", name="Quays", exact=True)
    folder.click()
    expect(rows(reader, "Quays")).to_have_text(["sort the next"])
    expect(listed(onlooker).get_by_role("button", name="Quays", exact=True)).to_be_visible()
    reader.page.reload()
    expect(rows(reader, "Quays")).to_have_text(["sort the next"])

    chooses(reader, "store the last", "Archive")
    expect(rows(reader, "Recent").filter(has_text="store the last")).to_have_count(0)
    listed(reader).get_by_role("button", name="Archive", exact=True).click()
    expect(rows(reader, "Archive")).to_have_text(["store the last"])
    assert reader.findings() == []
    rows(reader, "Archive").click()
    reader.page.get_by_role("banner").get_by_role("button", name="Take out of the archive").click()
    expect(listed(reader).get_by_text("Nothing is archived.")).to_be_visible()
    listed(reader).get_by_role("button", name="Back to the list").click()
    expect(rows(reader, "Recent").filter(has_text="store the last")).to_have_count(1)

    button = listed(reader).get_by_role("button", name="the folder “Quays”")
    button.click()
    reader.page.get_by_role("menuitem", name="Delete the folder").click()
    expect(rows(reader, "Recent").filter(has_text="sort the next")).to_have_count(1)


def test_a_deleted_conversation_comes_back_with_one_press_of_a_key(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    address = held(reader, "deleted by mistake")
    chooses(reader, "deleted by mistake", "Delete")
    expect(reader.page.get_by_role("button", name="Undo")).to_be_visible()
    assert reader.findings() == []
    expect(reader.page).to_have_url(f"{quick.url}/")
    reader.page.keyboard.press("Control+z")
    expect(reader.page).to_have_url(address)
    expect(reader.answers).to_contain_text("deleted by mistake")
    expect(reader.page.get_by_role("button", name="Undo")).to_have_count(0)


def test_a_stranger_reads_what_is_shared_until_the_link_is_taken_back(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    held(reader, "share the chart of the bay")
    reader.page.get_by_role("banner").get_by_role("button", name="What you can do").click()
    reader.page.get_by_role("menuitem", name="Share by link").click()
    expect(reader.page.get_by_text("Whoever has the link can read")).to_be_visible()
    expect(reader.page.get_by_text("It is not shared.")).to_be_visible()
    reader.page.get_by_role("button", name="Make a link").click()
    link = reader.page.get_by_label("Link of").input_value()
    assert reader.findings() == []
    reader.page.keyboard.press("Escape")
    reader.says("said after it was shared")
    reader.hears_the_end()

    stranger = meet(quick, **PHONE, color_scheme="dark")
    stranger.page.goto(link)
    expect(stranger.page.get_by_role("heading", name="share the chart of the bay", level=1)).to_be_visible()
    expect(stranger.page.get_by_text("Shared, as it was on")).to_be_visible()
    expect(stranger.answers).to_have_count(1)
    expect(stranger.page.get_by_label("Your message")).to_have_count(0)
    assert (stranger.findings(), stranger.overflow_px()) == ([], 0)

    reader.page.goto("/settings")
    expect(reader.page.get_by_text("share the chart of the bay").last).to_be_visible()
    assert reader.findings() == []
    reader.page.get_by_role("button", name="Take back the link to “share the chart of the bay”").click()
    expect(reader.page.get_by_text("You share nothing.")).to_be_visible()
    stranger.expects("404")
    stranger.page.reload()
    expect(stranger.page.get_by_role("heading", name="Nothing is shared by this link")).to_be_visible()


def test_a_conversation_goes_out_as_a_file_and_comes_in_again(
    meet: Meet, quick: RunningService, tmp_path: Path
) -> None:
    reader = meet(quick).as_member()
    held(reader, "carry me over the sea")
    reader.page.get_by_role("banner").get_by_role("button", name="What you can do").click()
    with reader.page.expect_download() as download:
        reader.page.get_by_role("menuitem", name="Export as JSON").click()
    file = tmp_path / "conversation.json"
    download.value.save_as(file)
    assert "carry me over the sea" in file.read_text(encoding="utf-8")
    half = tmp_path / "half.json"
    half.write_bytes(CHATGPT.read_bytes()[:2000])

    reader.page.goto("/settings")
    chosen, send = reader.page.get_by_label("File", exact=True), reader.page.get_by_role("button", name="Import")
    expect(reader.page.get_by_text("None chosen yet")).to_be_visible()
    chosen.set_input_files(file)
    expect(reader.page.get_by_text("conversation.json", exact=True)).to_be_visible()
    send.click()
    told = reader.page.get_by_role("main").get_by_role("status")
    told.get_by_text("Which, and why").click()
    expect(told.get_by_text("It is here already.")).to_be_visible()
    assert reader.findings() == []
    before = rows(reader, "Recent").count()
    chosen.set_input_files(half)
    send.click()
    expect(reader.page.get_by_role("main").get_by_role("alert")).to_be_visible()
    assert rows(reader, "Recent").count() == before
    chosen.set_input_files(CHATGPT)
    send.click()
    # Left at once: it goes on, and the page that comes back tells how it went.
    expect(reader.page.get_by_text("You can leave this page")).to_be_visible()
    reader.page.reload()
    expect(told.get_by_text(re.compile(r"conversations? (was|were) brought in"))).to_be_visible()
    assert reader.findings() == []
    reader.page.wait_for_function("before => document.querySelectorAll('nav li a').length > before", arg=before)


def test_files_go_with_a_message_and_a_refused_one_says_why(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.expects("415")
    reader.page.goto("/")
    reader.page.locator("form.composer input[type=file]").set_input_files([NOTES, PROGRAM])
    carried = reader.page.get_by_role("list", name="Attached")
    expect(carried.get_by_text("quay.md")).to_be_visible()
    expect(carried.get_by_role("alert")).to_contain_text("This kind of file cannot be read.")
    assert reader.findings() == []
    carried.get_by_role("button", name="Remove program.exe").click()
    expect(reader.composer).to_be_focused()
    reader.page.reload()
    expect(carried.get_by_text("quay.md")).to_be_visible()
    reader.says("how long is the quay?")
    expect(reader.answers).to_contain_text("The quay is 600 m long.")
    reader.hears_the_end()
    reader.page.reload()
    expect(reader.page.get_by_role("main").get_by_role("link", name="quay.md")).to_be_visible()
    assert reader.findings() == []


def test_a_saved_prompt_is_chosen_by_keys_alone(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.page.goto("/settings")
    for title, text in (("Proofread", "Proofread this, gently:"), ("Translate", "Say this in Chinese:")):
        reader.page.get_by_label("Name", exact=True).fill(title)
        reader.page.get_by_label("Text", exact=True).fill(text)
        reader.page.get_by_role("button", name="Save the prompt").click()
        expect(reader.page.get_by_role("button", name=f"Change the prompt “{title}”")).to_be_visible()
    reader.page.goto("/")
    expect(reader.composer).to_be_focused()
    reader.page.keyboard.type("/")
    expect(reader.page.get_by_role("option")).to_have_count(2)
    assert reader.findings() == []
    reader.page.keyboard.press("ArrowDown")
    expect(reader.page.get_by_role("option", selected=True)).to_contain_text("Translate")
    reader.page.keyboard.press("Escape")
    expect(reader.page.get_by_role("option")).to_have_count(0)
    reader.page.keyboard.type("proof")
    expect(reader.page.get_by_role("option")).to_have_count(1)
    reader.page.keyboard.press("Enter")
    expect(reader.composer).to_have_value("Proofread this, gently:")


def test_a_conversations_own_instructions_and_settings_are_kept_and_reset(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.page.goto("/")
    reader.page.get_by_role("button", name="Instructions and settings").click()
    reader.page.get_by_label("Instructions", exact=True).fill("Speak like a pilot.")
    reader.page.get_by_label("Temperature").fill("0.3")
    assert reader.findings() == []
    reader.page.get_by_role("button", name="Save").click()
    reader.says("with instructions of its own")
    reader.hears_the_end()
    reader.page.reload()
    chooses(reader, "with instructions of its own", "Instructions and settings")
    expect(reader.page.get_by_label("Instructions", exact=True)).to_have_value("Speak like a pilot.")
    expect(reader.page.get_by_label("Temperature")).to_have_value("0.3")
    reader.page.get_by_role("button", name="Reset to defaults").click()
    reader.page.get_by_role("button", name="Save").click()
    expect(reader.page.get_by_role("dialog")).to_have_count(0)
    chooses(reader, "with instructions of its own", "Instructions and settings")
    expect(reader.page.get_by_label("Temperature")).to_have_value("")


def test_all_of_it_is_there_on_a_phone_in_chinese(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick, **PHONE, color_scheme="dark", locale="zh-CN").as_member()
    reader.page.goto("/")
    reader.page.get_by_label("你的消息").fill("港口的夜晚有灯塔")
    reader.page.get_by_role("button", name="发送").tap()
    expect(reader.answers).to_contain_text("港口的夜晚")
    expect(reader.page.get_by_role("button", name="停止回答")).to_have_count(0)
    reader.page.get_by_role("button", name="展开列表").tap()
    reader.page.get_by_label("搜索对话").fill("灯塔")
    hits = reader.page.get_by_role("list", name="搜索结果")
    expect(hits.locator("mark").first).to_have_text("灯塔")
    assert (reader.findings(), reader.overflow_px()) == ([], 0)
    hits.get_by_role("link").first.tap()
    expect(hits).to_have_count(0)
    reader.page.get_by_role("banner").get_by_role("button", name="的操作").tap()
    menu = reader.page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="用链接分享")).to_be_visible()
    assert (reader.findings(), reader.overflow_px()) == ([], 0)
    for target in menu.get_by_role("menuitem").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 40
    menu.get_by_role("menuitem", name="指令与参数").tap()
    expect(reader.page.get_by_label("温度")).to_be_visible()
    assert (reader.findings(), reader.overflow_px()) == ([], 0)


def test_the_app_opens_without_a_network_and_says_so(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    reader.expects("ERR_INTERNET_DISCONNECTED")
    reader.expects("Failed to load resource")
    reader.page.goto("/")
    reader.composer.fill("a draft that waits")
    reader.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    kept = "caches.keys().then(async ([name]) => (await (await caches.open(name)).keys()).map(each => each.url))"
    assert not [url for url in reader.page.evaluate(kept) if "/api/" in url]
    reader.page.reload()
    expect(reader.composer).to_have_value("a draft that waits")
    reader.context.set_offline(True)
    reader.page.reload()
    expect(reader.page.get_by_role("alert")).to_contain_text("The service did not answer.")
    reader.context.set_offline(False)
    expect(reader.composer).to_have_value("a draft that waits")
    reader.composer.fill("")
