"""Whose address counts, under the ways to lie about it."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from seawall.edge.address import AddressResolver

PROXIES = AddressResolver([ip_network("10.0.0.0/8"), ip_network("::1/128")])


def forwarded(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"x-forwarded-for", value.encode()) for value in values]


@pytest.mark.parametrize(
    ("peer", "values", "address"),
    [
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.7, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7, 203.0.113.9:4711"], "203.0.113.9"),
        ("10.0.0.1", ["[2001:db8::5]:4711"], "2001:db8::5"),
        ("10.0.0.1", ["203.0.113.9, 10.0.0.2:80"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9, ::ffff:10.0.0.2"], "203.0.113.9"),
        ("::1", ["2001:db8::5"], "2001:db8::5"),
        ("not-an-address", ["203.0.113.9"], "not-an-address"),
    ],
)
def test_only_what_a_trusted_hop_wrote_is_believed(peer: str, values: list[str], address: str):
    assert PROXIES.client(peer, forwarded(*values))[0] == address


def test_the_scheme_is_told_by_a_trusted_proxy_alone():
    headers = [(b"x-forwarded-proto", b"https")]
    assert PROXIES.client("10.0.0.1", headers)[1] == "https"
    assert PROXIES.client("192.0.2.1", headers)[1] is None
    assert PROXIES.client("10.0.0.1", [(b"x-forwarded-proto", b"javascript")])[1] is None
