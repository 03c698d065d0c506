"""Standing belongs to an account at a home: who is served first, and from where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seawall.admission.classes import class_of, standing_of
from seawall.values.arrival import Place
from seawall.values.home import DAY_S, keyed_names, names_of
from seawall.values.identity import Identity, Role
from seawall.values.ticket import ServiceClass

NOW_S = 1_790_000_000.0
DESK = Place("192.0.2.7", "desk")
CAFE = Place("198.51.100.9")
REGULAR = Identity("ada", "", Role.MEMBER, NOW_S - 30 * DAY_S, key_id="k", homes=frozenset(names_of(DESK)), good_days=3)


def class_at(identity: Identity, place: Place = DESK) -> ServiceClass:
    return class_of(identity, place, NOW_S)


def test_a_regular_at_home_is_promised_service():
    assert class_at(REGULAR) is ServiceClass.C1


def test_a_stolen_password_brings_no_standing_along():
    assert class_at(REGULAR, CAFE) is ServiceClass.C2


def test_the_known_device_is_at_home_in_any_network():
    assert class_at(REGULAR, replace(CAFE, device_id="desk")) is ServiceClass.C1


def test_the_known_network_is_a_home_for_any_device_and_address_in_it():
    assert class_at(REGULAR, Place("192.0.2.200", "phone")) is ServiceClass.C1


@pytest.mark.parametrize("address", ["2001:db8:7:1::5", "2001:db8:7:ffff::9"])
def test_a_site_of_ipv6_is_one_home(address: str):
    at_home = replace(REGULAR, homes=frozenset(names_of(Place("2001:db8:7::1"))))
    assert class_at(at_home, Place(address)) is ServiceClass.C1
    assert class_at(at_home, Place("2001:db8:8::1")) is ServiceClass.C2


def test_an_account_younger_than_a_week_is_new_however_much_it_is_used():
    assert class_at(replace(REGULAR, since_unix_s=NOW_S - 7 * DAY_S + 1, good_days=10)) is ServiceClass.C2
    assert class_at(replace(REGULAR, since_unix_s=NOW_S - 7 * DAY_S)) is ServiceClass.C1


def test_an_old_account_that_slept_is_new():
    assert class_at(replace(REGULAR, good_days=2)) is ServiceClass.C2


def test_a_vouching_stands_for_the_week_but_not_for_the_home():
    vouched = replace(REGULAR, since_unix_s=NOW_S, good_days=0, vouched=True)
    assert class_at(vouched) is ServiceClass.C1
    assert class_at(vouched, CAFE) is ServiceClass.C2


def test_on_its_first_day_an_account_is_at_home_everywhere_and_not_after_it():
    first = replace(REGULAR, homes=frozenset(), vouched=True, first_day_ends_s=NOW_S + 1)
    assert class_at(first, CAFE) is ServiceClass.C1
    assert class_at(replace(first, first_day_ends_s=NOW_S), CAFE) is ServiceClass.C2


@pytest.mark.parametrize("role", [Role.OWNER, Role.OPERATOR])
def test_an_operators_lane_is_his_at_home_alone(role: Role):
    operator = replace(REGULAR, role=role, since_unix_s=NOW_S, good_days=0)
    assert class_at(operator) is ServiceClass.C0
    assert class_at(operator, CAFE) is ServiceClass.C2


def test_guests_are_told_apart_by_a_solved_challenge_alone():
    guest = Identity("guest", "", Role.GUEST, NOW_S, first_day_ends_s=NOW_S + DAY_S)
    assert class_at(guest) is ServiceClass.C4
    assert class_at(replace(guest, solved=True)) is ServiceClass.C3


def test_homes_are_kept_under_names_that_tell_no_address():
    keyed = keyed_names(b"s" * 32)
    hidden = replace(REGULAR, homes=frozenset(keyed(DESK)))
    assert not any("192.0.2" in name or "desk" in name for name in hidden.homes)
    assert class_of(hidden, DESK, NOW_S, keyed) is ServiceClass.C1
    assert class_of(hidden, DESK, NOW_S, keyed_names(b"t" * 32)) is ServiceClass.C2


@pytest.mark.parametrize(
    ("identity", "place", "why"),
    [
        (REGULAR, DESK, "home"),
        (REGULAR, CAFE, "away"),
        (replace(REGULAR, good_days=0), DESK, "new"),
        (replace(REGULAR, first_day_ends_s=NOW_S + 1), CAFE, "first_day"),
    ],
)
def test_an_account_is_told_why_it_stands_as_it_does(identity: Identity, place: Place, why: str):
    assert standing_of(identity, place, NOW_S).why == why
