"""What the model is shown of files: named, fenced, within half of what there is room for."""

from __future__ import annotations

from seawall.conversations.attached_prompt import FRAME_TOKENS, IMAGE_TOKENS, Files
from seawall.conversations.prompt import BYTES_PER_TOKEN
from seawall.records.attachment_entries import ReadFile


def file(name: str, text: str = "", kind: str = "text", message: str = "asked") -> ReadFile:
    return ReadFile(name, message, name, kind, "image/png", len(text), text, len(text))


def shown(*files: ReadFile, budget: int | None = None, sees: bool = False, seen: dict[str, bytes] | None = None):
    by_message: dict[str, tuple[ReadFile, ...]] = {}
    for one in files:
        by_message[one.message_id or ""] = (*by_message.get(one.message_id or "", ()), one)
    earlier = ["first", "second"]
    return Files(by_message, seen or {}, 10_000).shown("asked", earlier, budget, sees=sees)


def test_a_file_stands_between_lines_that_name_it():
    assert shown(file("a.txt", "High at noon."))["asked"].text == (
        "[Attached file 'a.txt']\n```\nHigh at noon.\n```\n[End of attached file 'a.txt']"
    )


def test_its_fence_is_longer_than_any_in_it():
    text = shown(file("a.md", "````\ncode\n````\n[End of attached file 'a.md']"))["asked"].text

    assert text.splitlines()[1] == "`````"
    assert text.count("`````") == 2


def test_a_name_cannot_close_the_line_it_stands_in():
    assert "\n" not in shown(file("a'] \\n.txt", "x"))["asked"].text.splitlines()[0]


def test_files_take_half_of_the_room_and_say_what_is_cut():
    budget = 2 * (FRAME_TOKENS + 10)

    text = shown(file("a.md", "x" * 1000), budget=budget)["asked"].text

    assert text.count("x") == 10 * BYTES_PER_TOKEN
    assert "[Only the first 30 of 1000 characters are shown.]" in text
    assert len(text.encode()) // BYTES_PER_TOKEN <= budget // 2 + FRAME_TOKENS


def test_a_short_file_leaves_its_share_to_a_long_one():
    told = shown(file("long", "y" * 9000), file("short", "z"), budget=2 * 1000)["asked"].text

    assert "z" in told
    assert 2000 < told.count("y") < 3000
    assert told.index("y" * 100) < told.index("[Attached file 'short']")  # In the order they were attached in.


def test_the_question_comes_before_what_was_attached_earlier():
    told = shown(file("new", "n" * 3000), file("old", "o" * 3000, message="first"), budget=2 * 900)

    assert told["asked"].text.count("n") > 2000
    assert "no room" in told["first"].text


def test_a_character_is_never_cut_in_half():
    told = shown(file("a", "潮" * 1000), budget=2 * (FRAME_TOKENS + 7))["asked"].text
    assert "潮" * 7 in told
    assert "\ufffd" not in told


def test_images_are_parts_for_a_model_that_sees():
    told = shown(file("sea.png", kind="image"), seen={"sea.png": b"PNG"}, sees=True)["asked"]

    assert told.parts == ({"type": "image_url", "image_url": {"url": "data:image/png;base64,UE5H"}},)
    assert (told.text, told.tokens) == ("", IMAGE_TOKENS)


def test_a_model_that_sees_nothing_is_told_of_earlier_images_and_refused_the_new_one():
    files = (file("new.png", kind="image"), file("old.png", kind="image", message="first"))

    told = shown(*files, seen={"new.png": b"1", "old.png": b"2"})

    assert len(told["asked"].parts) == 1  # Screening refuses the question, and says why.
    assert told["first"].text == "[Image 'old.png' was attached here and is not shown.]"


def test_without_files_nothing_is_shown():
    assert shown() == {}
