"""Who used how much of the engine lately. Knows accounts, amounts and time; knows no order."""

from __future__ import annotations

from collections import OrderedDict
from math import log2

# What an account used counts half after five minutes: long against an answer, short against a working day.
HALF_LIFE_S = 300.0
# The accounts that asked last; who is not among them has no recent use.
MOST_ACCOUNTS = 4_096


class RecentUse:
    """Engine-milliseconds by account, fading. Costs one look-up each way; no sweep."""

    def __init__(self) -> None:
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def add(self, account: str, ms: float, now_s: float) -> None:
        """``ms`` may be negative where less was used than charged."""
        self._used[account] = (max(0.0, self.of(account, now_s) + ms), now_s)
        self._used.move_to_end(account)
        if len(self._used) > MOST_ACCOUNTS:
            self._used.popitem(last=False)

    def of(self, account: str, now_s: float) -> float:
        """What counts of it now."""
        used = self._used.get(account)
        if used is None:
            return 0.0
        ms, then_s = used
        return ms * 0.5 ** ((now_s - then_s) / HALF_LIFE_S)

    def level(self, account: str, now_s: float) -> int:
        """The same as a power of two, 0 for less than a millisecond."""
        return int(log2(1 + self.of(account, now_s)))
