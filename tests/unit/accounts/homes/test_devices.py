"""The device cookie: cheap to read, worthless when it is not ours."""

from __future__ import annotations

import pytest

from seawall.accounts.homes.devices import COOKIE, Devices

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
