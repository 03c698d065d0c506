"""What the waiting room says: alike in both languages, honest in its times, and the same as its page in the docs."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from string import Formatter

import pytest

from seawall.values.place import PlaceTold
from seawall.web.newcomers.waiting_page import WaitingPage
from seawall.web.newcomers.waiting_words import CHINESE, ENGLISH, Words, language_of

DOCS = Path(__file__).parents[4] / "docs" / "user" / "why-am-i-waiting.md"


def figures(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("name", [field.name for field in fields(Words) if field.name != "answers"])
def test_both_languages_tell_the_same_figures(name: str) -> None:
    assert figures(getattr(ENGLISH, name)) == figures(getattr(CHINESE, name))
    assert getattr(CHINESE, name)


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: words.lang)
def test_the_page_for_the_person_at_the_gate_says_the_same(words: Words) -> None:
    page = DOCS.read_text(encoding="utf-8")
    assert [told for question in words.answers for told in question if told not in page] == []


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: words.lang)
def test_nothing_claims_an_attack(words: Words) -> None:
    said = " ".join(str(getattr(words, field.name)) for field in fields(Words)).casefold()
    assert not [claim for claim in ("attack", "bot", "攻击", "黑客") if claim in said]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "a moment"),
        (11, "about 20 seconds"),
        (61, "about 2 minutes"),
        (5400, "about 1.5 hours"),
        (5401, "about 2 hours"),
    ],
)
def test_a_time_is_never_told_shorter_than_it_is(seconds: float, told: str) -> None:
    assert ENGLISH.span(seconds) == told


def test_the_place_is_told_as_a_range_and_the_last_one_as_next() -> None:
    assert ENGLISH.before((40, 57)) == "Between 40 and 57 people are before you."
    assert ENGLISH.before((0, 1)) == "One person is before you."
    assert ENGLISH.before((0, 0)) == "You are next."


@pytest.mark.parametrize(
    ("asked", "accepted", "lang"),
    [
        ("", "", "en"),
        ("", "fr-FR,fr", "en"),
        ("", "zh-TW,en;q=0.5", "zh"),
        ("en", "zh-CN", "en"),
        ("xx", "de,zh;q=0.3", "zh"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_browsers(asked: str, accepted: str, lang: str) -> None:
    assert language_of(asked, accepted).lang == lang


def test_a_later_time_is_said_and_only_then() -> None:
    page = WaitingPage(ENGLISH, "/style", "/script")
    sooner = PlaceTold("waiting", "ticket", (1, 2), 60.0)
    later = PlaceTold("waiting", "ticket", (1, 2), 60.0, later=True)
    assert "longer than you were told" in page.waiting(later, guest=False)
    assert "longer than you were told" not in page.waiting(sooner, guest=False)


def test_a_place_is_said_to_be_kept_only_once_it_stands_in_the_line() -> None:
    page = WaitingPage(ENGLISH, "/style", "/script")
    standing = PlaceTold("waiting", "ticket", (1, 2), 60.0)
    young = PlaceTold("waiting", "ticket", (1, 2), 60.0, numbered=False)
    assert ENGLISH.kept in page.waiting(standing, guest=False)
    told = page.waiting(young, guest=False)
    assert ENGLISH.kept not in told
    assert ENGLISH.joins in told


def test_what_is_typed_is_shown_as_text() -> None:
    page = WaitingPage(ENGLISH, "/style", "/script").form(None, email='"><script>x', refusal="<b>no</b>")
    assert "<script>x" not in page
    assert "<b>no" not in page
