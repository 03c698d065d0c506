"""What an account has used, day by day, and what is left to it. Knows records, prices and bounds; knows no HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from seawall.admission.bounds import Bound, Spent, bounds_of
from seawall.admission.budget import Budgets
from seawall.answering.meter import UsageMeter
from seawall.records.entries import UsageCount, UsageOf
from seawall.records.port import Records
from seawall.records.standing_entries import BudgetsOf
from seawall.values.budget import Budget


@dataclass(frozen=True, slots=True)
class Line:
    """One day's use of one model by one key; ``money`` is by the prices of now."""

    count: UsageCount
    money: float


@dataclass(frozen=True, slots=True)
class Statement:
    """From ``since`` to ``until``, both included. ``bounds`` are by key id; "" is the account's."""

    since: date
    until: date
    lines: tuple[Line, ...]
    bounds: Mapping[str, tuple[Bound, ...]]


class Statements:
    """Read from the records, once the ``meter`` has told them all of the account's."""

    def __init__(
        self, records: Records, budgets: Budgets, meter: UsageMeter, *, unix_time: Callable[[], float]
    ) -> None:
        self._records = records
        self._meter = meter
        self._budgets = budgets
        self._unix_time = unix_time

    async def of(self, account_id: str, days: int) -> Statement:
        """The last ``days`` days, today included. Raises RecordsUnavailable."""
        await self._meter.settle(account_id)
        now = datetime.fromtimestamp(self._unix_time(), UTC)
        today = now.date()
        since = today - timedelta(days=days - 1)
        # A bound of the month looks back to its first day, however few days are asked for.
        oldest = min(since, today.replace(day=1))
        counts = await self._records.read(UsageOf(account_id, oldest.isoformat()))
        own = await self._records.read(BudgetsOf(account_id))
        budgets = {**own, "": self._budgets.over_default(own.get(""))}
        return Statement(
            since,
            today,
            tuple(Line(one, self._spent(one).money) for one in counts if one.day >= since.isoformat()),
            {key_id: tuple(self._bounds(key_id, budget, counts, now)) for key_id, budget in budgets.items()},
        )

    def _bounds(self, key_id: str, budget: Budget, counts: Iterable[UsageCount], now: datetime) -> Iterable[Bound]:
        day_name = now.date().isoformat()
        of_day, of_month = Spent(), Spent()
        for one in counts:
            if key_id in ("", one.key_id) and one.day[:7] == day_name[:7]:
                of_month += self._spent(one)
                of_day += self._spent(one) if one.day == day_name else Spent()
        return bounds_of(budget, of_day, of_month, now)

    def _spent(self, one: UsageCount) -> Spent:
        return self._budgets.spent(
            one.requests, one.prompt_tokens, one.cached_tokens, one.completion_tokens, engine_ms=one.engine_ms
        )
