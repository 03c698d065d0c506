"""What an account and a key may use of a day and a month. Knows counts in memory; knows neither records nor the clock.

A question is reserved when it is admitted and settled when it has ended, so that many at once pass a bound by no more
than the last of them takes. Who has no bound costs nothing here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from seawall.admission.bounds import UNITS, Bound, Spent, bounds_of, spent
from seawall.settings.shield import BudgetSettings
from seawall.values.budget import Budget
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal
from seawall.values.served import Served
from seawall.values.ticket import Price

# Of those used longest ago the counts are forgotten, and asked for again at their next use. 1 kB each.
MOST_ACCOUNTS = 4_096
_IN_WORDS = {"requests": "requests", "tokens": "tokens", "engine_s": "engine time", "money": "money"}
_NOTHING = Spent()


@dataclass(frozen=True, slots=True)
class Spending:
    """What one holder has used in the day and month that are named, as the records tell it."""

    day: Spent = _NOTHING
    month: Spent = _NOTHING


@dataclass(slots=True)
class _Holder:
    """An account or a key: what it used, and what is reserved for questions under way."""

    day_name: str
    month_name: str
    day: Spent = _NOTHING
    month: Spent = _NOTHING
    reserved: Spent = _NOTHING

    def turn(self, day_name: str) -> None:
        """Begins a new day, and a new month with its first."""
        if day_name == self.day_name:
            return
        self.day_name, self.day = day_name, _NOTHING
        if day_name[:7] != self.month_name:
            self.month_name, self.month = day_name[:7], _NOTHING

    def add(self, spent: Spent) -> None:
        self.day += spent
        self.month += spent


@dataclass(slots=True)
class _Account:
    """Its holders by key id; "" is the account itself."""

    holders: dict[str, _Holder] = field(default_factory=dict[str, _Holder])


class Budgets:
    """Bounds checked in memory. Whose counts of before are not known is ``wanted``, until ``learned`` brings them.

    Meanwhile what was used in this process counts, so that no request waits for the records; a restart thus forgives
    what is asked in the moment before they answer.
    """

    def __init__(self, settings: BudgetSettings, *, unix_time: Callable[[], float]) -> None:
        self._default = settings.budget()
        self._settings = settings
        self._unix_time = unix_time
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._wanted: dict[str, None] = {}
        self._refused = 0

    def objection(self, identity: Identity) -> Refusal | None:
        """The refusal of whom a bound is passed for, by the account's budget or the key's."""
        for key_id, budget in self._budgets_of(identity):
            passed = [bound for bound in self._bounds(identity, key_id, budget) if bound.used >= bound.quota]
            if passed:
                self._refused += 1
                # Waiting for the day is of no use where the month is passed too.
                return _spent(max(passed, key=lambda bound: bound.resets_s), by_key=bool(key_id))
        return None

    def reserve(self, identity: Identity, price: Price) -> None:
        """Counts a question that is admitted. Each is to be settled."""
        for key_id, _ in self._budgets_of(identity):
            self._holder(identity.account_id, key_id).reserved += self._predicted(price)

    def settle(self, identity: Identity, price: Price, served: Served) -> None:
        """Counts what it came to; one that was refused counts for nothing."""
        budgets = self._budgets_of(identity)
        if not budgets:
            return
        usage = served.usage
        used = _NOTHING
        if usage.prompt_tokens or usage.completion_tokens:
            used = self.spent(
                1, usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens, engine_ms=served.held_ms
            )
        for key_id, _ in budgets:
            holder = self._holder(identity.account_id, key_id)
            holder.reserved = _no_less_than_nothing(holder.reserved - self._predicted(price))
            holder.add(used)

    @property
    def refused(self) -> int:
        """Questions refused because a bound was passed, since the start."""
        return self._refused

    @property
    def counted(self) -> int:
        """Accounts whose counts are in memory."""
        return len(self._accounts)

    def wanted(self) -> tuple[str, ...]:
        """The accounts of which the records are to be asked, oldest first."""
        return tuple(self._wanted)

    def learned(self, account_id: str, spendings: Mapping[str, Spending], day_name: str) -> None:
        """Adds what the records tell of the account, by key id, on the day of that name; "" is all of it."""
        self._wanted.pop(account_id, None)
        for key_id, spending in spendings.items():
            holder = self._holder(account_id, key_id)
            if holder.day_name == day_name:
                holder.day += spending.day
            if holder.month_name == day_name[:7]:
                holder.month += spending.month

    def bounds(self, identity: Identity) -> tuple[Bound, ...]:
        """What the identity is told of its budget, the tighter of account and key where both bound the same."""
        told: dict[str, Bound] = {}
        for key_id, budget in self._budgets_of(identity):
            for bound in self._bounds(identity, key_id, budget):
                known = told.get(bound.name)
                if known is None or bound.quota - bound.used < known.quota - known.used:
                    told[bound.name] = bound
        return tuple(told.values())

    def spent(self, requests: int, prompt: int, cached: int, completion: int, *, engine_ms: float) -> Spent:
        """These counts in the units of a budget."""
        return spent(self._settings, requests, prompt, cached, completion, engine_ms=engine_ms)

    def over_default(self, own: Budget | None) -> Budget:
        """An account's own, with the settings' bounds where it has none of its own."""
        return self._default if own is None else own.over(self._default)

    def _predicted(self, price: Price) -> Spent:
        return self.spent(1, price.prompt_tokens, 0, price.output_tokens, engine_ms=price.engine_ms)

    def _budgets_of(self, identity: Identity) -> list[tuple[str, Budget]]:
        """The budgets that bound anything, with the id of the key that each is about; "" is the account's."""
        if identity.role is Role.GUEST:
            return []
        account = self.over_default(identity.budget)
        budgets = [("", account)] if account.bounds_anything else []
        if identity.key_id and identity.key_budget is not None and identity.key_budget.bounds_anything:
            budgets.append((identity.key_id, identity.key_budget))
        return budgets

    def _bounds(self, identity: Identity, key_id: str, budget: Budget) -> Iterator[Bound]:
        now = datetime.fromtimestamp(self._unix_time(), UTC)
        holder = self._holder(identity.account_id, key_id)
        return bounds_of(budget, holder.day + holder.reserved, holder.month + holder.reserved, now)

    def _holder(self, account_id: str, key_id: str) -> _Holder:
        day_name = datetime.fromtimestamp(self._unix_time(), UTC).date().isoformat()
        account = self._accounts.get(account_id)
        if account is None:
            account = self._accounts[account_id] = _Account()
            if len(self._accounts) > MOST_ACCOUNTS:
                forgotten, _ = self._accounts.popitem(last=False)
                self._wanted.pop(forgotten, None)
            self._wanted[account_id] = None
        self._accounts.move_to_end(account_id)
        holder = account.holders.get(key_id)
        if holder is None:
            holder = account.holders[key_id] = _Holder(day_name, day_name[:7])
        holder.turn(day_name)
        return holder


def _spent(bound: Bound, *, by_key: bool) -> Refusal:
    unit, _, period = bound.name.partition("_per_")
    whose = "This key's" if by_key else "Your account's"
    return Refusal(
        Reason.BUDGET_SPENT,
        f"{whose} {_IN_WORDS[unit]} for this {period} {'are' if unit in ('requests', 'tokens') else 'is'} used up. "
        f"The next {period} begins at 00:00 UTC; an operator can allow more.",
        retry_after_s=bound.resets_s,
    )


def _no_less_than_nothing(spent: Spent) -> Spent:
    """Sums of floats end beside nothing; and what was evicted while a question ran was never reserved."""
    return Spent(*(max(0.0, getattr(spent, unit)) for unit in UNITS))
