"""Into which line a stranger goes. Knows names of networks; knows nothing of what waits."""

from __future__ import annotations

from hashlib import blake2b

from seawall.values.ticket import ServiceClass

STRANGE = (ServiceClass.C3, ServiceClass.C4)
"""Whose askers cost nothing to make, so that each of them may cost us no memory."""

# 512 lines and hands of 6: a flood from one network spoils at most six lines, and two networks share all six in
# one of 2e13 cases. Kubernetes' API Priority and Fairness deals the same way, for far fewer callers from 64 lines.
QUEUES = 512
HAND = 6


class Dealer:
    """Deals a network the same hand for the life of the process. ``secret`` keeps a flood from choosing its hands."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def hand(self, network: str) -> list[int]:
        """``HAND`` different numbers below ``QUEUES``."""
        digest = blake2b(network.encode(), key=self._secret, digest_size=8).digest()
        entropy = int.from_bytes(digest, "big")
        hand: list[int] = []
        # As Fisher and Yates shuffle: where a card was drawn lies the last of those that are left.
        moved: dict[int, int] = {}
        for left in range(QUEUES, QUEUES - HAND, -1):
            entropy, place = divmod(entropy, left)
            hand.append(moved.get(place, place))
            moved[place] = moved.get(left - 1, left - 1)
        return hand
