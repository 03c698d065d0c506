"""Who used how much of the engine lately. Knows accounts, amounts and time; knows no order."""

from __future__ import annotations

from collections import OrderedDict
from math import log, log2

# What an account used counts half after five minutes: long against an answer, short against a working day.
HALF_LIFE_S = 300.0
# What somebody has used who holds a fifth of a slot on the average, as the settings take an ordinary account to do
# (`admission.norm_share`). Up to it all use is alike: one question more or less is nobody's fault.
ORDINARY_MS = 0.2 * 1000 * HALF_LIFE_S / log(2)
# Who has used nothing lately stands one step behind who is in a conversation: what is begun is to be finished first
# (Cherkasova and Phaal, "Session-based admission control", IEEE Trans. Computers 2002), and accounts that wake up
# together are more often an attack than accounts that were here all along.
UNSEEN_LEVEL = 1
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
        """How many times it has doubled what is ordinary; who has used nothing stands at ``UNSEEN_LEVEL``."""
        used_ms = self.of(account, now_s)
        if used_ms < 1:
            return UNSEEN_LEVEL
        return max(0, int(log2(used_ms / ORDINARY_MS))) if used_ms > ORDINARY_MS else 0
