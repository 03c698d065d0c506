"""A wrong field is told in words that whoever sent it can act on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from seawall import web
from seawall.web.bodies import KeyChange
from seawall.web.conversations.answers import After
from seawall.web.conversations.conversation_bodies import ChatMessage
from seawall.web.field_faults import WRITTEN
from seawall.web.people.account_bodies import Preferences
from seawall.web.validation import explain


def told(model: Any, sent: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(model).validate_python(sent)
    return explain([{**fault, "loc": ("body", *fault["loc"])} for fault in caught.value.errors()]).message


def test_a_long_text_has_characters_and_a_long_list_entries() -> None:
    assert told(KeyChange, {"name": "x" * 101}) == "'name' may have at most 100 characters."
    assert told(KeyChange, {"models": ["m"] * 65}) == "'models' may have at most 64 entries."


def test_a_bound_above_one_is_told_in_the_plural() -> None:
    assert told(ChatMessage, {"message_id": "short", "text": "x"}) == "'message_id' needs at least 8 characters."


@pytest.mark.parametrize("sent", ["x", ""])
def test_what_stands_in_an_address_and_is_no_number_is_told_plainly(sent: str) -> None:
    assert "must be a whole number" in explain(_query(sent)).message


def _query(sent: str) -> list[dict[str, Any]]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(After).validate_python(sent)
    return [{**fault, "loc": ("query", "after")} for fault in caught.value.errors()]


def test_bounds_are_told_without_a_fraction_that_says_nothing() -> None:
    assert told(KeyChange, {"expires_in_s": 1e300}) == "'expires_in_s' must be at most 316224000."
    assert told(KeyChange, {"expires_in_s": -1}) == "'expires_in_s' must be greater than 0."


@pytest.mark.parametrize(
    ("model", "sent", "words"),
    [
        (KeyChange, {"models": ["two words"]}, "'models.0' must have no spaces."),
        (ChatMessage, {"message_id": "not an id", "text": "x"}, "'message_id' may hold letters, digits, hyphens"),
        (Preferences, {"language": "klingon!"}, "'language' must be the code of a language"),
    ],
)
def test_a_pattern_is_told_in_words(model: Any, sent: Any, words: str) -> None:
    assert told(model, sent).startswith(words)


def test_every_pattern_of_our_bodies_has_its_words() -> None:
    sources = Path(web.__path__[0]).rglob("*.py")
    patterns = {found for source in sources for found in re.findall(r'pattern=r"([^"]+)"', source.read_text("utf-8"))}
    assert patterns
    assert patterns - set(WRITTEN) == set()


@pytest.mark.parametrize("sent", [5, "", "x" * 10_000_000, [""], [5], [[]]])
def test_no_fault_tells_names_that_only_the_parser_knows(sent: Any) -> None:
    short = Annotated[str, StringConstraints(min_length=1, max_length=9)]
    union: TypeAdapter[Any] = TypeAdapter(short | list[Annotated[str, Field(min_length=1)]])
    with pytest.raises(ValidationError) as caught:
        union.validate_python(sent)
    for fault in caught.value.errors():
        sentence = explain([{**fault, "loc": ("body", "input", *fault["loc"])}]).message
        assert sentence.startswith("'input"), sentence
        assert "constrained" not in sentence
        assert "[" not in sentence.partition("' ")[0]
