"""An address is everybody's, or it is asked by nobody."""

from __future__ import annotations

import pytest

from seawall.webhooks.addresses import is_public


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "2001:4860:4860::8888"])
def test_what_anybody_could_reach_is_public(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # Where clouds keep their machines' secrets.
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "",
        "localhost",
        "2130706433",
        "127.1",
    ],
)
def test_what_lies_in_somebodys_own_network_is_not(address: str):
    assert not is_public(address)


def test_an_address_that_carries_a_public_one_is_public():
    assert is_public("64:ff9b::808:808")
    assert is_public("::ffff:8.8.8.8")
