"""What a budget comes to when it is held against what was used. Knows units, days and months; counts nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from seawall.settings.shield import BudgetSettings
from seawall.values.budget import Budget

_MS_PER_HOUR = 3_600_000.0


@dataclass(frozen=True, slots=True)
class Spent:
    """Sums in the units of a budget; ``money`` is in the unit of the settings' prices."""

    requests: float = 0.0
    tokens: float = 0.0
    engine_s: float = 0.0
    money: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.requests + other.requests,
            self.tokens + other.tokens,
            self.engine_s + other.engine_s,
            self.money + other.money,
        )

    def __sub__(self, other: Spent) -> Spent:
        return self + Spent(-other.requests, -other.tokens, -other.engine_s, -other.money)


UNITS = ("requests", "tokens", "engine_s", "money")


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound as its holder is told of it, such as ``requests_per_day``; ``resets_s`` is from now."""

    name: str
    quota: float
    used: float
    resets_s: float


def spent(
    prices: BudgetSettings, requests: int, prompt: int, cached: int, completion: int, *, engine_ms: float
) -> Spent:
    """These counts in the units of a budget, by these prices."""
    money = (
        (prompt - cached) * prices.price_prompt + cached * prices.price_cached + completion * prices.price_completion
    ) / 1e6 + engine_ms * prices.price_engine_hour / _MS_PER_HOUR
    return Spent(requests, prompt + completion, engine_ms / 1000, money)


def bounds_of(budget: Budget, day: Spent, month: Spent, now: datetime) -> Iterator[Bound]:
    """Each bound that the budget has, with what was used of it; ``now`` is in UTC."""
    for unit in UNITS:
        for period, used, rest_s in (("day", day, rest_of_day), ("month", month, rest_of_month)):
            name = f"{unit}_per_{period}"
            quota: float | None = getattr(budget, name)
            if quota:
                yield Bound(name, quota, getattr(used, unit), rest_s(now))


def rest_of_day(now: datetime) -> float:
    """Seconds until the next UTC day."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - now).total_seconds()


def rest_of_month(now: datetime) -> float:
    """Seconds until the next UTC month."""
    # The 28th and four days is in the next month, whichever month it is.
    first = (now.replace(day=28) + timedelta(days=4)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first - now).total_seconds()
