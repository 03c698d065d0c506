"""What the askers of one address or network tell together."""

from __future__ import annotations

import pytest

from passers_by import BROWSER, PROGRAM, Street
from seawall.verdict.manner import Circumstances, manner_of
from seawall.verdict.places import FARM, places_of


@pytest.fixture
def street() -> Street:
    return Street()


def of(street: Street, number: int) -> dict[str, str]:
    asker = street.signals.crowd.find(number)
    assert asker is not None
    now_s = street.clock.now_s
    return dict(manner_of(asker, Circumstances(now_s, 500.0, places=places_of(street.signals.crowd, now_s))))


def client(street: Street, address: str, key: int) -> int:
    """Somebody's program, with a key of ours and a question."""
    headers = {**PROGRAM, b"authorization": b"Bearer sw-%d" % key}
    number = street.signals.request(address, "/v1/messages", headers, known=True)
    street.signals.asked(number, f"a question of number {key} that is like no other", 500, "away")
    return number


def test_rented_addresses_are_neighbours_and_a_telephone_networks_customers_are_not(street: Street) -> None:
    rented = [street.signals.request(f"203.0.{one}.7", "/", PROGRAM, known=False) for one in range(20)]
    shared = [street.signals.request(f"198.51.{one % 5}.{one}", "/", BROWSER, known=False) for one in range(100)]
    assert {of(street, number).get("neighbours") for number in rented} == {"many"}
    assert {of(street, number).get("neighbours") for number in shared} == {None}


def test_accounts_by_the_dozen_of_whom_none_opened_the_page_are_a_farm(street: Street) -> None:
    farm = [client(street, "203.0.113.7", key) for key in range(FARM)]
    office = [client(street, "198.51.100.7", 100 + key) for key in range(FARM - 1)]
    assert {of(street, number).get("neighbours") for number in farm} == {"accounts"}
    assert {of(street, number).get("neighbours") for number in office} == {None}


def test_a_workshop_whose_people_opened_the_page_is_no_farm(street: Street) -> None:
    for one in range(4):
        address = f"203.0.113.{one}"
        street.signals.request(address, "/", BROWSER, known=False)
        street.signals.request(address, "/static/a.js", BROWSER, known=False)
    people = [client(street, "203.0.113.9", key) for key in range(FARM)]
    assert {of(street, number).get("neighbours") for number in people} == {None}


def test_what_comes_from_one_address_is_divided_by_who_lives_under_its_roof(street: Street) -> None:
    crowded = alone = 0
    for key in range(20):
        client(street, "203.0.113.7", key)
    for _ in range(40):
        crowded = street.signals.request("203.0.113.7", "/", BROWSER, known=False)
        alone = street.signals.request("198.51.100.7", "/", BROWSER, known=False)
        for number in (crowded, alone):
            street.signals.answered(number, "/api/auth/login", 401)
        street.passes(0.2)
    assert (of(street, crowded)["rate"], of(street, crowded)["logins"]) == ("light", "failing")
    assert (of(street, alone)["rate"], of(street, alone)["logins"]) == ("heavy", "guessing")
    assert "pace" not in of(street, crowded)
    assert of(street, alone)["pace"] == "fast"


def test_who_left_a_minute_ago_lives_under_no_roof(street: Street) -> None:
    for key in range(20):
        client(street, "203.0.113.7", key)
    street.passes(61)
    assert not places_of(street.signals.crowd, street.clock.now_s).accounts
