"""How often a password may be guessed. Knows failures by account and network; knows no password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from seawall.accounts.bounded import Bounded
from seawall.values.refusal import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Allowance:
    """``burst`` wrong guesses at once, then one more every ``refill_s``."""

    burst: float
    refill_s: float


# Per account from one network: room for a person who tries all their passwords, 2,900 guesses a day for a machine.
PER_ACCOUNT = Allowance(burst=10, refill_s=30.0)
# Per network over all accounts: stops the trying of one password on many.
PER_NETWORK = Allowance(burst=100, refill_s=6.0)
MOST_BUCKETS = 50_000


class Throttle:
    """Token buckets that only wrong guesses empty.

    The account's bucket is always that of one network, never of the account alone: so nobody can lock the owner out
    by guessing from elsewhere.
    """

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: Bounded[tuple[str, str], tuple[float, float]] = Bounded(MOST_BUCKETS)

    def take(self, email: str, network: str) -> Refusal | None:
        """Charges an attempt before it is made, so that many at once cannot slip through."""
        buckets = ((email, network), PER_ACCOUNT), (("", network), PER_NETWORK)
        wait_s = max(self._wait_s(name, allowance) for name, allowance in buckets)
        if wait_s > 0:
            return Refusal(
                Reason.TOO_MANY_ATTEMPTS,
                f"Too many wrong passwords from your network. Please try again in {_in_words(wait_s)}; "
                "from elsewhere you can sign in as usual.",
                retry_after_s=wait_s,
            )
        for name, allowance in buckets:
            self._add(name, allowance, -1)
        return None

    def give_back(self, email: str, network: str) -> None:
        """The attempt was right, or was not made."""
        self._add((email, network), PER_ACCOUNT, 1)
        self._add(("", network), PER_NETWORK, 1)

    def _level(self, name: tuple[str, str], allowance: Allowance) -> float:
        level, since_s = self._buckets.get(name) or (allowance.burst, -inf)
        if since_s == -inf:
            return level
        return min(allowance.burst, level + (self._clock() - since_s) / allowance.refill_s)

    def _wait_s(self, name: tuple[str, str], allowance: Allowance) -> float:
        return max(0.0, (1 - self._level(name, allowance)) * allowance.refill_s)

    def _add(self, name: tuple[str, str], allowance: Allowance, amount: float) -> None:
        level = min(allowance.burst, self._level(name, allowance) + amount)
        self._buckets.put(name, (level, self._clock()))


def _in_words(seconds: float) -> str:
    return f"{max(1, round(seconds))} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"
