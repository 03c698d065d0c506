"""Hands of lines, dealt by network."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.scheduling.sharding import HAND, QUEUES, Dealer


@settings(deadline=None)
@given(st.text(), st.binary(min_size=1, max_size=16))
def test_a_hand_is_of_different_lines_and_always_the_same(network: str, secret: bytes):
    hand = Dealer(secret).hand(network)
    assert len(set(hand)) == HAND
    assert all(0 <= one < QUEUES for one in hand)
    assert hand == Dealer(secret).hand(network)


def test_hands_are_spread_over_all_lines():
    dealer = Dealer(b"secret")
    dealt = [one for network in range(3000) for one in dealer.hand(str(network))]
    counts = [dealt.count(one) for one in range(QUEUES)]
    assert min(counts) > 0
    assert max(counts) < 3 * len(dealt) / QUEUES


def test_hands_cannot_be_told_without_the_secret():
    one, other = Dealer(b"one"), Dealer(b"other")
    assert sum(one.hand(str(n)) == other.hand(str(n)) for n in range(100)) == 0
