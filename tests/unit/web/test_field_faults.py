"""A wrong field is told in words that whoever sent it can act on."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from seawall.web.bodies import KeyChange
from seawall.web.conversations.answers import After
from seawall.web.conversations.conversation_bodies import ChatMessage
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
