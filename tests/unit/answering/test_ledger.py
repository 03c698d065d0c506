"""Budgets over real records: what was used before a start counts after it, for however many come at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fresh_records import FreshRecords
from records_that_fail import SwitchedRecords
from seawall.admission.budget import Budgets
from seawall.answering.ledger import AT_ONCE, Ledger
from seawall.records.entries import AccountRow, AddAccount, AddUsage, UsageCount
from seawall.settings.shield import BudgetSettings
from seawall.values.budget import Budget
from seawall.values.identity import Identity, Role
from seawall.values.piece import Outcome, Usage
from seawall.values.refusal import Reason
from seawall.values.served import Served
from seawall.values.ticket import Price
from settable_clock import SettableClock

NOON_S = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
PRICE = Price(1000.0, 100, 50)
ANSWERED = Served(Outcome.COMPLETE, Usage(100, 50), None, 0.0, 1.0, 1000.0)


@pytest.fixture
async def records(tmp_path: Path, fresh_records: FreshRecords) -> AsyncIterator[SwitchedRecords]:
    kept = fresh_records(tmp_path)
    await kept.start()
    yield kept
    await kept.close()


def somebody(number: int) -> Identity:
    return Identity(f"a{number}", "", Role.MEMBER, 0.0, key_id=f"k{number}")


async def used(records: SwitchedRecords, number: int, day: str, requests: int, *, model: str = "m") -> None:
    await records.write(AddUsage((UsageCount(f"a{number}", f"k{number}", model, day, requests, 10, 0, 5, 1000),)))


async def add(records: SwitchedRecords, number: int) -> None:
    await records.write(AddAccount(AccountRow(f"a{number}", f"a{number}@example.org", Role.MEMBER, "", NOON_S)))


def started(records: SwitchedRecords, clock: SettableClock, **bounds: float) -> tuple[Budgets, Ledger]:
    """As a process finds them: it remembers nothing."""
    budgets = Budgets(BudgetSettings(**bounds), unix_time=clock)
    return budgets, Ledger(records, budgets, unix_time=clock)


def allowed(budgets: Budgets, who: Identity, attempts: int) -> int:
    """How many of so many questions at once are let in."""
    let_in = 0
    for _ in range(attempts):
        if budgets.objection(who) is None:
            budgets.reserve(who, PRICE)
            let_in += 1
    return let_in


async def test_a_restart_goes_on_counting_where_the_last_process_ended(records: SwitchedRecords):
    await add(records, 1)
    await used(records, 1, "2026-11-20", 3)
    await used(records, 1, "2026-11-20", 1, model="other")
    await used(records, 1, "2026-11-02", 5)
    await used(records, 1, "2026-10-31", 100)
    budgets, ledger = started(records, SettableClock(NOON_S), requests_per_day=6, requests_per_month=100)
    assert budgets.objection(somebody(1)) is None

    await ledger.catch_up()

    assert {bound.name: bound.used for bound in budgets.bounds(somebody(1))} == {
        "requests_per_day": 4,
        "requests_per_month": 9,
    }
    assert allowed(budgets, somebody(1), attempts=10) == 2
    refusal = budgets.objection(somebody(1))
    assert refusal is not None
    assert refusal.reason is Reason.BUDGET_SPENT


async def test_a_keys_own_budget_counts_over_a_restart_too(records: SwitchedRecords):
    await add(records, 1)
    await used(records, 1, "2026-11-20", 3)
    await records.write(AddUsage((UsageCount("a1", "another", "m", "2026-11-20", 50, 0, 0, 0, 0),)))
    bounded = Identity("a1", "", Role.MEMBER, 0.0, key_id="k1", key_budget=Budget(requests_per_day=4))
    budgets, ledger = started(records, SettableClock(NOON_S))
    budgets.objection(bounded)

    await ledger.catch_up()

    assert allowed(budgets, bounded, attempts=10) == 1


async def test_what_is_asked_before_the_records_tell_is_counted_with_it_and_not_forgiven(records: SwitchedRecords):
    await add(records, 1)
    await used(records, 1, "2026-11-20", 3)
    budgets, ledger = started(records, SettableClock(NOON_S), requests_per_day=5)
    assert allowed(budgets, somebody(1), attempts=2) == 2
    budgets.settle(somebody(1), PRICE, ANSWERED)

    await ledger.catch_up()

    assert [bound.used for bound in budgets.bounds(somebody(1))] == [5]
    assert allowed(budgets, somebody(1), attempts=10) == 0


async def test_hundreds_that_come_at_once_after_a_start_are_one_question(records: SwitchedRecords):
    for number in range(3):
        await add(records, number)
        await used(records, number, "2026-11-20", number)
    budgets, ledger = started(records, SettableClock(NOON_S), requests_per_day=2)
    for number in range(AT_ONCE):
        budgets.objection(somebody(number))
    asked = records.asked

    await ledger.catch_up()

    assert records.asked - asked == 1
    assert budgets.wanted() == ()
    assert [allowed(budgets, somebody(number), attempts=5) for number in range(4)] == [2, 1, 0, 2]


async def test_records_that_are_away_are_asked_again(records: SwitchedRecords):
    await add(records, 1)
    await used(records, 1, "2026-11-20", 5)
    budgets, ledger = started(records, SettableClock(NOON_S), requests_per_day=5)
    assert budgets.objection(somebody(1)) is None
    records.away = True
    await ledger.catch_up()
    assert budgets.objection(somebody(1)) is None
    records.away = False
    await ledger.catch_up()
    assert budgets.objection(somebody(1)) is not None
