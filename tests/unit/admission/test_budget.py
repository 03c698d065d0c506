"""Budgets refuse when a bound is passed, never later than by one question, and begin anew with day and month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from seawall.admission import budget as budget_room
from seawall.admission.bounds import Spent
from seawall.admission.budget import Budgets, Spending
from seawall.settings.shield import BudgetSettings
from seawall.values.budget import Budget
from seawall.values.identity import Identity, Role
from seawall.values.piece import Outcome, Usage
from seawall.values.refusal import Reason, Refusal
from seawall.values.served import Served
from seawall.values.ticket import Price
from settable_clock import SettableClock

EVENING_S = datetime(2026, 11, 30, 23, 0, tzinfo=UTC).timestamp()
ADA = Identity("ada", "", Role.MEMBER, 0.0, key_id="k")
PRICE = Price(1000.0, 100, 50)
ANSWERED = Served(Outcome.COMPLETE, Usage(100, 50, 20), None, 0.0, 1.0, 2000.0)
REFUSED = Served(Outcome.FAILED, Usage(), Refusal(Reason.NO_ROOM, "", 1.0), 5.0, None, 0.0)


def budgets_of(clock: Callable[[], float] | None = None, **bounds: float) -> Budgets:
    return Budgets(BudgetSettings(**bounds), unix_time=clock or SettableClock(EVENING_S))


def ask(budgets: Budgets, who: Identity = ADA, served: Served = ANSWERED) -> Refusal | None:
    refusal = budgets.objection(who)
    if refusal is None:
        budgets.reserve(who, PRICE)
        budgets.settle(who, PRICE, served)
    return refusal


def test_nothing_is_bounded_or_remembered_by_default():
    budgets = budgets_of()
    assert [ask(budgets) for _ in range(3)] == [None] * 3
    assert budgets.wanted() == ()
    assert budgets.bounds(ADA) == ()


@pytest.mark.parametrize(
    ("bounds", "questions"),
    [
        ({"requests_per_day": 3}, 3),
        ({"requests_per_month": 3}, 3),
        ({"tokens_per_day": 450}, 3),
        ({"tokens_per_month": 301}, 3),
        ({"engine_s_per_day": 4}, 2),
        ({"engine_s_per_month": 6}, 3),
        ({"money_per_day": 0.0003, "price_completion": 2}, 3),
        ({"money_per_month": 0.5, "price_engine_hour": 360}, 3),
    ],
)
def test_each_bound_refuses_once_it_is_reached(bounds: dict[str, float], questions: int):
    budgets = budgets_of(None, **bounds)
    told = [ask(budgets) for _ in range(questions + 1)]
    assert told[:-1] == [None] * questions
    refusal = told[-1]
    assert refusal is not None
    assert refusal.reason is Reason.BUDGET_SPENT
    assert refusal.retry_after_s == 3600.0  # The day and the month end in an hour.


def test_a_month_ends_when_it_ends():
    budgets = budgets_of(SettableClock(datetime(2026, 2, 27, tzinfo=UTC).timestamp()), requests_per_month=1)
    ask(budgets)
    refusal = ask(budgets)
    assert refusal is not None
    assert refusal.retry_after_s == 2 * 86_400.0


def test_questions_at_once_do_not_slip_through():
    budgets = budgets_of(requests_per_day=2)
    told: list[Refusal | None] = []
    for _ in range(5):
        told.append(budgets.objection(ADA))
        if told[-1] is None:
            budgets.reserve(ADA, PRICE)
    assert [refusal is None for refusal in told] == [True, True, False, False, False]
    for _ in range(2):
        budgets.settle(ADA, PRICE, REFUSED)
    assert budgets.objection(ADA) is None


def test_a_refused_question_costs_nothing():
    budgets = budgets_of(requests_per_day=1, tokens_per_day=10)
    assert [ask(budgets, served=REFUSED) for _ in range(5)] == [None] * 5


def test_a_new_day_begins_anew_and_a_new_month_too():
    clock = SettableClock(EVENING_S - 86_400)
    budgets = budgets_of(clock, requests_per_day=1, requests_per_month=2)
    assert ask(budgets) is None
    assert ask(budgets) is not None
    clock.advance(86_400)
    assert ask(budgets) is None
    refusal = ask(budgets)
    assert refusal is not None
    assert "month" in refusal.message or "day" in refusal.message
    clock.advance(3600)
    assert ask(budgets) is None


def test_an_accounts_own_budget_goes_before_the_default():
    budgets = budgets_of(requests_per_day=1)
    generous = replace(ADA, budget=Budget(requests_per_day=2))
    unbounded = replace(ADA, account_id="bob", budget=Budget(requests_per_day=0))
    assert [ask(budgets, generous) is None for _ in range(3)] == [True, True, False]
    assert [ask(budgets, unbounded) for _ in range(3)] == [None] * 3


def test_a_key_has_a_budget_within_its_accounts():
    budgets = budgets_of(requests_per_day=3)
    bounded = replace(ADA, key_budget=Budget(requests_per_day=1))
    other = replace(ADA, key_id="other")
    assert ask(budgets, bounded) is None
    refusal = ask(budgets, bounded)
    assert refusal is not None
    assert "key" in refusal.message
    assert [ask(budgets, other) is None for _ in range(3)] == [True, True, False]


def test_what_the_records_know_counts_once_they_told():
    budgets = budgets_of(requests_per_day=5, requests_per_month=10)
    assert ask(budgets) is None
    assert budgets.wanted() == ("ada",)
    budgets.learned("ada", {"": Spending(Spent(requests=3), Spent(requests=4))}, "2026-11-30")
    assert budgets.wanted() == ()
    assert [(bound.name, bound.used) for bound in budgets.bounds(ADA)] == [
        ("requests_per_day", 4),
        ("requests_per_month", 5),
    ]


def test_what_the_records_tell_of_yesterday_does_not_count_today():
    clock = SettableClock(EVENING_S)
    budgets = budgets_of(clock, requests_per_day=5)
    budgets.objection(ADA)
    clock.advance(3601)
    budgets.objection(ADA)
    budgets.learned("ada", {"": Spending(Spent(requests=5), Spent(requests=5))}, "2026-11-30")
    assert ask(budgets) is None


def test_memory_is_bounded_and_who_was_forgotten_is_asked_for_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(budget_room, "MOST_ACCOUNTS", 2)
    budgets = budgets_of(requests_per_day=5)
    for name in ("a", "b", "c"):
        ask(budgets, replace(ADA, account_id=name))
    assert budgets.wanted() == ("b", "c")
    ask(budgets, replace(ADA, account_id="a"))
    assert budgets.wanted() == ("c", "a")


def test_the_tighter_of_account_and_key_is_told():
    budgets = budgets_of(requests_per_day=10)
    (bound,) = budgets.bounds(replace(ADA, key_budget=Budget(requests_per_day=4)))
    assert (bound.quota, bound.used, bound.resets_s) == (4, 0, 3600.0)


def test_a_guest_has_no_budget():
    assert budgets_of(requests_per_day=1).bounds(Identity("g", "", Role.GUEST, 0.0)) == ()
