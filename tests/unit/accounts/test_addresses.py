"""Addresses as they are compared."""

from __future__ import annotations

import pytest

from seawall.accounts.addresses import mail_address
from seawall.values.network import network_of


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Ada@Example.ORG\n", "ada@example.org"),
        ("a.b+c@sub.example.org", "a.b+c@sub.example.org"),
        ("owner@localhost", "owner@localhost"),
        ("ａｄａ@example.org", "ada@example.org"),
        ("用户@例子.中国", "用户@例子.中国"),
    ],
)
def test_an_address_has_one_form(given: str, kept: str) -> None:
    assert mail_address(given) == kept


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        ("a unix socket", "a unix socket"),
    ],
)
def test_a_network_is_what_one_household_can_change_its_address_in(address: str, network: str) -> None:
    assert network_of(address) == network
