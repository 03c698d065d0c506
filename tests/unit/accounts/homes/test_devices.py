"""The device cookie: cheap to read, worthless when it is not ours."""

from __future__ import annotations

import pytest

from seawall.accounts.homes.devices import COOKIE, MOST_MARKS, Devices, marks_in
from seawall.values.arrival import Place

DEVICES = Devices(b"s" * 32)


def header(value: str, before: str = "", after: str = "") -> bytes:
    return f"{before}{COOKIE}={value}{after}".encode()


@pytest.mark.parametrize(("before", "after"), [("", ""), ("a=1; ", ""), ("a=1;", "; seawall_session=v1.x.y")])
def test_a_device_is_known_by_the_cookie_it_was_given(before: str, after: str):
    device = DEVICES.new_id()
    assert DEVICES.named_by(header(DEVICES.cookie(device), before, after)) == device


def test_devices_differ():
    assert len({DEVICES.new_id() for _ in range(50)}) == 50


def test_nobody_names_a_device_that_was_not_signed_here():
    device = DEVICES.new_id()
    signed = DEVICES.cookie(device)
    forged = [
        Devices(b"t" * 32).cookie(device),
        signed[:-1] + ("0" if signed[-1] != "0" else "1"),
        "f" * 16 + signed[16:],
        device,
        "",
        ".",
        signed + "x",
        "é" * 40,
    ]
    assert [DEVICES.named_by(header(value)) for value in forged] == [None] * len(forged)


def test_no_cookie_is_no_device():
    assert DEVICES.named_by(None) is None
    assert DEVICES.named_by(b"seawall_session=v1.a.b") is None
    assert DEVICES.named_by(b"x" + header(DEVICES.cookie(DEVICES.new_id()))) is None


def test_a_device_is_known_to_the_accounts_that_signed_in_on_it_and_to_no_other():
    marks = DEVICES.marked("d" * 16, DEVICES.marked("d" * 16, (), "ada"), "eve")
    cookie = DEVICES.cookie("d" * 16, marks)
    place = Place(device_id=DEVICES.named_by(header(cookie)), marks=marks_in(cookie))
    assert place == Place(device_id="d" * 16, marks=marks)
    assert [DEVICES.has_signed_in(place, name) for name in ("ada", "eve", "bob")] == [True, True, False]
    assert not DEVICES.has_signed_in(Place(marks=marks), "ada")
    assert not DEVICES.has_signed_in(Place(device_id="e" * 16, marks=marks), "ada")
    assert not Devices(b"t" * 32).has_signed_in(place, "ada")


def test_a_device_remembers_the_accounts_of_a_family_and_the_newest_of_more():
    marks: tuple[str, ...] = ()
    for number in range(MOST_MARKS + 1):
        marks = DEVICES.marked("d" * 16, marks, f"account-{number}")
    again = DEVICES.marked("d" * 16, marks, f"account-{MOST_MARKS}")
    place = Place(device_id="d" * 16, marks=again)
    assert len(again) == len(marks) == MOST_MARKS
    assert not DEVICES.has_signed_in(place, "account-0")
    assert all(DEVICES.has_signed_in(place, f"account-{number}") for number in range(1, MOST_MARKS + 1))


@pytest.mark.parametrize("cookie", [None, "", "a", "a.b", "a.b.c", "a.b." + "é" * 16, "a.b" + "." * 1000])
def test_what_is_no_mark_is_none(cookie: str | None):
    assert marks_in(cookie) == ()
