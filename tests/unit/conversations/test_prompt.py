"""What the model is shown: whole turns, the newest, within the budget."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.conversations.prompt import Asked, Attached, characters_of, prompt_of
from seawall.conversations.titles import LONGEST, title_of
from seawall.records.conversation_entries import MessageRow, MessageStatus


def said(*texts: str) -> list[MessageRow]:
    """User and assistant in turn."""
    return [
        MessageRow(f"m{at}", "c", at, "assistant" if at % 2 else "user", text, 0.0) for at, text in enumerate(texts)
    ]


def shown(history: list[MessageRow], text: str, budget: int | None) -> list[str]:
    return [message["content"] for message in prompt_of(history, Asked("new", text), budget)]


def test_without_a_budget_everything_is_shown() -> None:
    assert shown(said("a", "b", "c", "d"), "e", None) == ["a", "b", "c", "d", "e"]


def test_the_oldest_turns_go_first_and_whole() -> None:
    long = "x" * 300
    assert shown(said(long, long, "c", "d"), "e", 100) == ["c", "d", "e"]
    assert shown(said("a", long, "c", "d"), "e", 100) == ["c", "d", "e"]


def test_the_new_message_is_shown_however_long() -> None:
    long = "x" * 3000
    assert shown(said("a", "b"), long, 100) == [long]


def test_chinese_counts_by_its_tokens_and_not_its_characters() -> None:
    assert shown(said("海" * 60, "墙" * 60), "好", 100) == ["好"]


@pytest.mark.parametrize("status", [MessageStatus.STOPPED, MessageStatus.INTERRUPTED, MessageStatus.FAILED])
def test_what_was_said_before_an_answer_broke_off_is_shown(status: MessageStatus) -> None:
    history = said("a", "b")
    history[1] = MessageRow("m1", "c", 1, "assistant", "half", 0.0, status)
    assert shown(history, "e", None) == ["a", "half", "e"]


def test_a_turn_without_an_answer_is_left_out() -> None:
    assert shown(said("a", "", "c", "d"), "e", None) == ["c", "d", "e"]


@settings(max_examples=50)
@given(st.lists(st.text(max_size=20), max_size=8), st.text(max_size=20), st.integers(0, 150))
def test_speakers_always_alternate_and_the_user_is_first_and_last(texts: list[str], text: str, budget: int) -> None:
    roles = [message["role"] for message in prompt_of(said(*texts), Asked("new", text), budget)]
    assert len(roles) % 2 == 1
    assert all(role == ("assistant" if at % 2 else "user") for at, role in enumerate(roles))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello", "Hello"),
        ("  a\n\tb  ", "a b"),
        ("word " * 30, "word word word word word word word word word…"),
        ("潮" * 100, "潮" * 47 + "…"),
    ],
)
def test_a_title_is_the_first_words(text: str, title: str) -> None:
    assert title_of(text) == title


@given(st.text(min_size=1))
def test_a_title_is_never_too_long(text: str) -> None:
    assert len(title_of(text)) <= LONGEST


def test_instructions_come_first_and_are_never_left_out() -> None:
    prompt = prompt_of(said("a", "b"), Asked("new", "c"), 20, instructions="Be brief. " * 9)
    assert [(message["role"], message["content"]) for message in prompt] == [
        ("system", "Be brief. " * 9),
        ("user", "c"),
    ]


def test_what_is_attached_stands_before_the_words_that_it_came_with() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:,"}}
    attached = {"m0": Attached("The file."), "new": Attached(parts=(image,))}
    earlier, _, question = prompt_of(said("a", "b"), Asked("new", "c"), None, attached=attached)
    assert earlier["content"] == "The file.\n\na"
    assert question["content"] == [image, {"type": "text", "text": "c"}]
    assert characters_of([earlier]) == len("The file.\n\na")


def test_attachments_count_against_the_budget() -> None:
    attached = {"m0": Attached(tokens=1000)}
    assert len(prompt_of(said("a", "b"), Asked("new", "c"), 500, attached=attached)) == 1
    assert len(prompt_of(said("a", "b"), Asked("new", "c"), 1500, attached=attached)) == 3


def test_a_title_has_no_marks_of_markdown_and_is_never_empty():
    assert title_of("## **High tide** in `Husum`, see [it](https://example.org)") == "High tide in Husum, see it"
    assert title_of("```") == "```"
