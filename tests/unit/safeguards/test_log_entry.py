"""Entries say what happened in one spelling, and nothing by which a person could be found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from seawall.safeguards.log_entry import LONGEST_BYTES, WITHHELD, BadEntry, LogEntry, entry_of, new_entry

JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


@given(some.dictionaries(some.text(max_size=8), JSON, max_size=5))
def test_an_entry_is_read_back_from_its_text_and_spelt_the_same(facts: dict[str, object]):
    entry = new_entry(1_790_000_000.1234, "posture", facts)
    text = entry.text()

    assert entry_of(text).text() == text
    assert text.encode()  # No half surrogate pair, and no NUL that a database would not take.
    assert "\0" not in text


@pytest.mark.parametrize(
    "told",
    [
        "ada@example.org",
        "Ask Ada <ada.lovelace+seawall@mail.example.org>, please.",
        "203.0.113.7",
        "from 203.0.113.7, twice",
        "[2001:db8::17]",
        "2001:db8:1:2::/64",
        "203.0.113.0/25",
        "::ffff:203.0.113.7",
        "http://203.0.113.7:8080/",
    ],
)
def test_what_leads_to_a_person_or_a_machine_is_withheld(told: str):
    text = new_entry(1.0, "incident", {"text": told, told: [{"deep": told}]}).text()

    assert WITHHELD in text
    for secret in ("ada@", "lovelace", "113.7", "db8::17", "db8:1:2", "/25"):
        assert secret not in text


@pytest.mark.parametrize("told", ["203.0.113.0/24", "2001:db8::/48", "198.51.0.0/16", "at 14:05:00", "1.2.3", "a: b"])
def test_wide_networks_and_times_are_told(told: str):
    assert new_entry(1.0, "incident", {"text": told}).facts == {"text": told}


def test_what_json_does_not_know_does_not_stop_an_entry():
    facts = new_entry(
        1.0, "posture", {"all": [float("inf"), float("nan"), 1.5, True, None, Path("a@b.org"), (1, 2)]}
    ).facts

    assert facts == {"all": [None, None, 1.5, True, None, WITHHELD, [1, 2]]}


def test_facts_that_are_too_long_are_told_by_their_length():
    entry = new_entry(1.0, "incident", {"text": "x" * LONGEST_BYTES})

    assert list(entry.facts) == ["too_long_bytes"]


@given(some.text(max_size=100))
def test_what_is_no_entry_is_said_to_be_none(text: str):
    with pytest.raises(BadEntry):
        entry_of(text)


def test_an_entry_without_its_parts_is_none():
    with pytest.raises(BadEntry):
        entry_of('{"at_s":1,"kind":"posture"}')
    assert entry_of('{"at_s":1,"kind":"posture","facts":{}}') == LogEntry(1.0, "posture", {})
