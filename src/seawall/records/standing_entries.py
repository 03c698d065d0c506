"""What is kept of places and budgets: rows, changes, queries. Values only; knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.records.entries import Change, Query, UsageCount
from seawall.values.budget import Budget

# Homes.


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A place that an account has used; a home from ``settled_s`` on. ``days`` counts those on which it was used."""

    account_id: str
    name: str
    first_used_s: float
    last_used_s: float
    settled_s: float
    days: int = 1


@dataclass(frozen=True, slots=True)
class UsePlace(Change[None]):
    """The account was answered at a place of these names; it begins the account's first day where there is none.

    ``settled`` makes them homes at once, as after a step-up. Without effect where there is no such account.
    """

    account_id: str
    names: tuple[str, ...]
    at_s: float
    settled: bool = False

    @property
    def can_wait(self) -> bool:
        """A step-up is waited for; what is noted after an answer is not."""
        return not self.settled


@dataclass(frozen=True, slots=True)
class BeginFirstDay(Change[bool]):
    """What the account used in the day before is a home now, and so is what it uses in the day from its next use on.

    False when there is no such account.
    """

    account_id: str
    at_s: float


@dataclass(frozen=True, slots=True)
class ForgetHome(Change[bool]):
    """False when the account has no such place."""

    account_id: str
    name: str


@dataclass(frozen=True, slots=True)
class HomesOf(Query[tuple[HomeRow, ...]]):
    """Last used first, with those that are not settled yet and those that are forgotten."""

    account_id: str


# Budgets.


@dataclass(frozen=True, slots=True)
class SetBudget(Change[None]):
    """Replaces the account's, or its key's for a ``key_id``; one without any bound is taken away.

    Raises RecordsConflict("account") when there is no such account.
    """

    account_id: str
    key_id: str
    budget: Budget


@dataclass(frozen=True, slots=True)
class BudgetsOf(Query[dict[str, Budget]]):
    """The account's own budgets by key id; "" is the account's."""

    account_id: str


@dataclass(frozen=True, slots=True)
class AllBudgets(Query[dict[tuple[str, str], Budget]]):
    """Every budget of an account's or key's own, by account and key id; "" is the account's."""


@dataclass(frozen=True, slots=True)
class SpentBy(Query[tuple[UsageCount, ...]]):
    """What these accounts used in the month of ``day``, by key: the day itself, and the days before it summed up.

    Models are summed up too, and have no name here.
    """

    account_ids: tuple[str, ...]
    day: str
