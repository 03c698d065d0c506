"""Networks as they are published."""

from __future__ import annotations

import pytest

from seawall.values.network import as_published


@pytest.mark.parametrize(
    ("network", "published"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.128/25", "203.0.113.0/24"),
        ("203.0.0.0/16", "203.0.0.0/16"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("nobody", "nobody"),
    ],
)
def test_no_network_is_published_that_is_somebodys_own(network: str, published: str):
    assert as_published(network) == published
