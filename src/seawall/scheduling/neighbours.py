"""What one account leaves to the others. Knows who holds how many slots; knows no class and nobody who waits.

Fair turns are not enough beside a neighbour that asks fifty times as much: its answers hold every slot that it may
have, and whoever asks now and then waits for one of them to end, each time. So who holds much leaves free what those
who hold little have used lately, with its fluctuation; who is alone leaves nothing.
"""

from __future__ import annotations

from collections import Counter
from math import ceil, exp, sqrt

from seawall.scheduling.rules import Rules

# More than this part of the slots is much, and less than two slots never are.
_MUCH, _LEAST_MUCH = 1 / 8, 2
# No more than this part is ever left free for others.
_MOST_LEFT = 1 / 4
# Demand is believed as it comes and doubted slowly: it costs little to leave too much for a minute.
_RISES_S = 5.0


class Neighbours:
    """Counts slots by account; as large as the slots are many."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._held: Counter[str] = Counter()
        self._modest = 0.0

    def leaves(self, account: str, slots: int) -> int:
        """How many of ``slots`` the account must leave free when it takes one more; 0 for who holds little."""
        # Read without a Counter's own way to say 0, which costs as much as the rest: it runs five times a decision.
        held = self._held.get(account, 0)
        if held < _LEAST_MUCH or held < _much(slots) or not self._rules.neighbours:
            return 0
        wanted = self._modest + self._rules.reserve_deviations * sqrt(self._modest)
        return min(ceil(wanted), int(slots * _MOST_LEFT))

    def hold(self, account: str) -> None:
        """The account has one slot more."""
        self._held[account] += 1

    def free(self, account: str) -> None:
        """And one less."""
        self._held[account] -= 1
        if not self._held[account]:
            del self._held[account]

    def observe(self, slots: int, elapsed_s: float) -> None:
        """Looks at what those who hold little hold together, ``elapsed_s`` after the last look."""
        much = _much(slots)
        modest = sum(held for held in self._held.values() if held < much)
        over_s = _RISES_S if modest > self._modest else self._rules.demand_s
        self._modest += (1 - exp(-elapsed_s / over_s)) * (modest - self._modest)


def _much(slots: int) -> int:
    return max(_LEAST_MUCH, int(slots * _MUCH))
