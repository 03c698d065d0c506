"""How often a password or a code may be guessed. Knows failures by account and network; knows neither secret."""

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
# 400 bytes each. To push one out takes as many further guesses, which are minutes of hashing.
MOST_BUCKETS = 4_096
# Looks at whether a sign-in comes from its account's home network, while strangers' sign-ins are turned away unseen. Of
# one network: whose people are at home nowhere or mistype their address. Of all: a look is two reads, so a tenth of a
# core at most. What finds a home is free.
LOOKS_OF_ONE = Allowance(burst=10, refill_s=6.0)
LOOKS_OF_ALL = Allowance(burst=400, refill_s=0.005)
# Sign-ins from a device that the account was signed in to on before, in the lane of those at home. Its people need a
# few; whoever has made an account to flood that lane with right passwords gets no more.
FIRST_OF_ONE = Allowance(burst=10, refill_s=6.0)

# By (mail address, network): how full, and when that was.
_Levels = Bounded[tuple[str, str], tuple[float, float]]


class Throttle:
    """Token buckets that only wrong guesses empty; and, apart from them, what strangers may make us look up.

    The account's bucket is always that of one place, never of the account alone: so nobody can lock the owner out by
    guessing from elsewhere. ``where`` is the asker's network; or what only the owner can be at, such as a device that
    signed in before, on which no stranger's guesses count. Only where ``overall`` is given, one more is the account's
    alone.

    ``guessed`` is what the refusal calls them.
    """

    def __init__(
        self, *, clock: Callable[[], float], guessed: str = "passwords", overall: Allowance | None = None
    ) -> None:
        self._clock = clock
        self._guessed = guessed
        self._overall = overall
        self._buckets = _Levels(MOST_BUCKETS)
        self._looks = _Levels(MOST_BUCKETS)

    def take(self, email: str, where: str, *, at_home: bool = False) -> Refusal | None:
        """Charges an attempt before it is made, so that many at once cannot slip through."""
        buckets = self._charged(email, where, at_home)
        wait_s = max(self._wait_s(self._buckets, name, allowance) for name, allowance in buckets)
        if wait_s > 0:
            return Refusal(
                Reason.TOO_MANY_ATTEMPTS,
                f"Too many wrong {self._guessed} came from where you are. Please try again in {_in_words(wait_s)}; "
                "from elsewhere you can sign in as usual.",
                retry_after_s=wait_s,
            )
        for name, allowance in buckets:
            self._add(self._buckets, name, allowance, -1)
        return None

    def give_back(self, email: str, where: str, *, at_home: bool = False) -> None:
        """The attempt was right, or was not made."""
        for name, allowance in self._charged(email, where, at_home):
            self._add(self._buckets, name, allowance, 1)

    def _charged(self, email: str, where: str, at_home: bool) -> list[tuple[tuple[str, str], Allowance]]:
        buckets = [((email, where), PER_ACCOUNT), (("", where), PER_NETWORK)]
        if self._overall is not None and not at_home:
            buckets.append(((email, ""), self._overall))
        return buckets

    def may_look(self, network: str) -> bool:
        """Whether an account may be looked up for this network though the strangers' lane is full; charges the look."""
        buckets = (("", network), LOOKS_OF_ONE), (("", ""), LOOKS_OF_ALL)
        if any(self._wait_s(self._looks, name, allowance) > 0 for name, allowance in buckets):
            return False
        for name, allowance in buckets:
            self._add(self._looks, name, allowance, -1)
        return True

    def give_look_back(self, network: str) -> None:
        """It was a home: an office that signs in there uses nothing up."""
        self._add(self._looks, ("", network), LOOKS_OF_ONE, 1)
        self._add(self._looks, ("", ""), LOOKS_OF_ALL, 1)

    def may_go_first(self, device: str) -> bool:
        """Whether a sign-in of this device may go beside those at home; charges it."""
        name = ("device", device)
        if self._wait_s(self._looks, name, FIRST_OF_ONE) > 0:
            return False
        self._add(self._looks, name, FIRST_OF_ONE, -1)
        return True

    def _level(self, among: _Levels, name: tuple[str, str], allowance: Allowance) -> float:
        level, since_s = among.get(name) or (allowance.burst, -inf)
        if since_s == -inf:
            return level
        return min(allowance.burst, level + (self._clock() - since_s) / allowance.refill_s)

    def _wait_s(self, among: _Levels, name: tuple[str, str], allowance: Allowance) -> float:
        return max(0.0, (1 - self._level(among, name, allowance)) * allowance.refill_s)

    def _add(self, among: _Levels, name: tuple[str, str], allowance: Allowance, amount: float) -> None:
        level = min(allowance.burst, self._level(among, name, allowance) + amount)
        among.put(name, (level, self._clock()))


def _in_words(seconds: float) -> str:
    return f"{max(1, round(seconds))} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"
