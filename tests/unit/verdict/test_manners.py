"""What of an asker's doings is told, and what is let pass."""

from __future__ import annotations

import pytest

from passers_by import BROWSER, PROGRAM, Street
from seawall.verdict.manner import GUESSES, ONLY, Circumstances, manner_of


@pytest.fixture
def street() -> Street:
    return Street()


def of(street: Street, number: int) -> dict[str, str]:
    asker = street.signals.crowd.find(number)
    assert asker is not None
    return dict(manner_of(asker, Circumstances(street.clock.now_s, 500.0)))


def test_a_key_is_for_programs_and_a_session_is_not(street: Street) -> None:
    key, session = {b"authorization": b"Bearer sw-1"}, {b"cookie": b"session=1"}
    client = posing = 0
    for _ in range(5):
        client = street.signals.request("10.0.0.1", "/v1/messages", PROGRAM | key, known=True)
        posing = street.signals.request("10.0.0.2", "/api/chat", PROGRAM | session, known=True)
    assert of(street, client)["headers"] == "client"
    assert {"files", "depth"}.isdisjoint(of(street, client))
    assert [of(street, posing)[trait] for trait in ("headers", "files", "depth")] == ["program", "no_page", "single"]


def test_programs_with_keys_are_brisk_and_browsers_are_not(street: Street) -> None:
    client = reader = 0
    for _ in range(4):
        client = street.signals.request("10.0.0.1", "/v1/messages", PROGRAM | {b"x-api-key": b"1"}, known=True)
        reader = street.signals.request("10.0.0.2", "/", BROWSER, known=False)
    assert [of(street, number)["rate"] for number in (client, reader)] == ["light", "brisk"]


def test_a_flood_in_a_programs_headers_is_told_from_many_browsers_behind_one_address(street: Street) -> None:
    tool = school = 0
    for _ in range(40):
        tool = street.signals.request("10.0.0.1", "/", PROGRAM, known=False)
        school = street.signals.request("10.0.0.2", "/", BROWSER, known=False)
    assert [of(street, number)["rate"] for number in (tool, school)] == ["hammering", "heavy"]


def test_forms_and_questions_without_a_page_are_sent_blindly(street: Street) -> None:
    blind = asks = person = 0
    street.signals.request("10.0.0.3", "/", BROWSER, known=False)
    for _ in range(2):
        street.passes(15)
        blind = street.signals.request("10.0.0.1", "/api/auth/login", BROWSER, known=False)
        asks = street.signals.request("10.0.0.2", "/api/chat", BROWSER, known=False)
        street.signals.asked(asks, "why is the sky blue", 500, "stranger")
        person = street.signals.request("10.0.0.3", "/api/auth/login", BROWSER, known=False)
    assert [of(street, number).get("form") for number in (blind, asks, person)] == ["blind", "blind", None]


def test_who_guesses_on_and_on_is_told_from_who_has_forgotten(street: Street) -> None:
    guessing = forgetful = 0
    for attempt in range(GUESSES):
        guessing = street.signals.request("10.0.0.1", "/api/auth/login", BROWSER, known=False)
        street.signals.answered(guessing, "/api/auth/login", 401)
        if attempt:
            forgetful = street.signals.request("10.0.0.2", "/api/auth/login", BROWSER, known=False)
            street.signals.answered(forgetful, "/api/auth/login", 401)
    assert [of(street, number)["logins"] for number in (guessing, forgetful)] == ["guessing", "failing"]


def test_who_hears_nothing_but_refusals_is_told_from_who_mistyped(street: Street) -> None:
    lister = mistaken = 0
    for one in range(ONLY):
        lister = street.signals.request("10.0.0.1", "/v1/messages", PROGRAM, known=False)
        street.signals.answered(lister, "/v1/messages", 401)
        if one < 3:
            mistaken = street.signals.request("10.0.0.2", "/v1/messages", PROGRAM, known=False)
            street.signals.answered(mistaken, "/v1/messages", 401)
    assert [of(street, number)["answers"] for number in (lister, mistaken)] == ["only_misses", "misses"]


def test_reading_on_after_a_refusal_is_not_trying_again(street: Street) -> None:
    """Of two behind one address one was told to come again, and the other opens a page."""
    number = street.signals.request("10.0.0.1", "/api/auth/signup", BROWSER, known=False)
    for _ in range(4):
        street.signals.answered(number, "/api/auth/signup", 503, 20.0)
        street.passes(3)
        street.signals.request("10.0.0.1", "/", BROWSER, known=False)
    assert "retry" not in of(street, number)


def test_a_plug_ins_words_are_told_from_a_template_that_is_worked_through(street: Street) -> None:
    words = "You are a careful assistant in an editor; go on with the following text and say nothing else: "
    asked: list[int] = []
    for turn in range(6):
        asked.clear()
        for address, key in (("10.0.0.1", b"1"), ("10.0.9.1", b"2")):
            number = street.signals.request(address, "/v1/messages", PROGRAM | {b"x-api-key": key}, known=True)
            street.signals.asked(number, f"{words} line {turn} of {turn * 7} in file {key.decode()}", 500, "away")
            asked.append(number)
            if address == "10.0.0.1":
                street.passes((9, 21, 14, 33, 11, 17)[turn])
    assert [of(street, number)["prompts"] for number in asked] == ["shared", "shared"]
    number = 0
    for turn in range(12):
        number = street.signals.request("10.0.0.1", "/v1/messages", PROGRAM | {b"x-api-key": b"1"}, known=True)
        street.signals.asked(number, f"{words} entry {turn} of {turn * 3}", 500, "away")
        street.signals.sketches.is_alike(words + "whatever comes", 9)
        street.passes(0.3)
    assert of(street, number)["prompts"] == "templated"


def test_one_browser_at_one_address_rises_nowhere_and_at_a_hundred_it_does() -> None:
    order = {name: PROGRAM.get(name, b"v") for name in (b"accept", b"host", b"user-agent", b"dnt")}
    risen: list[bool] = []
    for spread in (False, True):
        street = Street()
        street.quiet()
        for number in range(60):
            street.person(1000 + number, home=False)
            address = f"203.0.{number}.1" if spread else "203.0.113.7"
            headers = order | {b"cookie": b"session=%d" % number}
            street.signals.request(address, "/api/chat", headers, known=True)
        street.window()
        told = [dict(manner) for _, manner in street.lookout.closing.manners]
        risen.append(any(one.get("order") == "risen" for one in told))
    assert risen == [False, True]
