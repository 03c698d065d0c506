"""Homes and budgets on both databases: when a place is a home, how many there are, and what a verdict is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from record_rows import NOW_S, a_count, a_key, a_session, add_account
from seawall.records.entries import (
    AccountById,
    AddKey,
    AddSession,
    AddUsage,
    KeyByHash,
    SessionByHash,
    TrackRecord,
    UsageCount,
)
from seawall.records.port import Records, RecordsConflict
from seawall.records.standing_entries import (
    BeginFirstDay,
    BudgetsOf,
    ForgetHome,
    HomeRow,
    HomesOf,
    SetBudget,
    SpentBy,
    UsePlace,
)
from seawall.values.budget import Budget
from seawall.values.home import (
    DAY_S,
    FIRST_DAY_PLACES,
    FORGOTTEN_AFTER_S,
    MOST_HOMES,
    MOST_SIGHTINGS,
    SETTLES_AFTER_S,
)

LATER_S = NOW_S + 30 * DAY_S
"""After the first day of an account whose first use was at ``NOW_S``."""


@pytest.fixture
async def ada(records: Records) -> Records:
    """An account with a session and a key, whose first day was at home."""
    await records.write(add_account("ada"))
    await records.write(AddSession(a_session("here", expires_s=LATER_S * 2)))
    await records.write(AddKey(a_key("laptop")))
    await use(records, "net:home", at_s=NOW_S)
    return records


async def use(records: Records, *names: str, at_s: float, settled: bool = False) -> None:
    await records.write(UsePlace("account-ada", names, at_s, settled))


async def homes_at(records: Records, at_s: float) -> set[str]:
    found = await records.read(KeyByHash("hash-laptop", at_s))
    assert found is not None
    return set(found[2].homes)


async def rows(records: Records) -> dict[str, HomeRow]:
    return {row.name: row for row in await records.read(HomesOf("account-ada"))}


async def test_the_first_use_begins_the_first_day_and_its_places_are_homes_at_once(ada: Records):
    account = await ada.read(AccountById("account-ada"))
    assert account is not None
    assert account.first_day_s == NOW_S
    await use(ada, "net:work", "dev:phone", at_s=NOW_S + DAY_S - 1)
    assert await homes_at(ada, NOW_S + DAY_S) == {"net:home", "net:work", "dev:phone"}


async def test_the_first_day_makes_so_many_homes_and_no_more(ada: Records):
    for number in range(2 * FIRST_DAY_PLACES):
        await use(ada, f"net:{number}", f"dev:{number}", at_s=NOW_S + 60 + number)
    found = await homes_at(ada, NOW_S + 600)
    assert sum(name.startswith("net:") for name in found) == FIRST_DAY_PLACES
    assert sum(name.startswith("dev:") for name in found) == FIRST_DAY_PLACES


async def test_a_new_place_is_a_home_on_another_day(ada: Records):
    await use(ada, "net:cafe", at_s=LATER_S)
    await use(ada, "net:home", at_s=LATER_S)
    assert await homes_at(ada, LATER_S + SETTLES_AFTER_S - 1) == {"net:home"}
    assert await homes_at(ada, LATER_S + SETTLES_AFTER_S) == {"net:home", "net:cafe"}


async def test_much_use_on_one_day_makes_no_home_earlier(ada: Records):
    for minute in range(30):
        await use(ada, "net:cafe", at_s=LATER_S + 60 * minute)
    assert "net:cafe" not in await homes_at(ada, LATER_S + 3600)
    assert (await rows(ada))["net:cafe"].days == 1


async def test_a_step_up_makes_a_home_at_once(ada: Records):
    await use(ada, "net:cafe", at_s=LATER_S)
    await use(ada, "net:cafe", "dev:phone", at_s=LATER_S + 5, settled=True)
    assert {"net:cafe", "dev:phone"} <= await homes_at(ada, LATER_S + 5)


async def test_a_place_that_was_not_used_for_a_season_is_new_again(ada: Records):
    late_s = NOW_S + FORGOTTEN_AFTER_S + 1
    assert await homes_at(ada, late_s) == set()
    await use(ada, "net:home", at_s=late_s)
    assert await homes_at(ada, late_s) == set()
    assert (await rows(ada))["net:home"].first_used_s == late_s


async def test_many_places_on_one_day_push_out_no_home(ada: Records):
    for number in range(3 * MOST_SIGHTINGS):
        await use(ada, f"net:attacker-{number}", at_s=LATER_S + number)
    kept = await rows(ada)
    assert "net:home" in kept
    assert len(kept) == MOST_SIGHTINGS + 1


async def test_the_home_that_was_used_longest_ago_gives_way(ada: Records):
    for number in range(MOST_HOMES):
        await use(ada, f"net:{number}", at_s=NOW_S + 60 + number, settled=True)
    kept = await rows(ada)
    assert len(kept) == MOST_HOMES
    assert "net:home" not in kept


async def test_a_vouching_takes_the_places_of_the_day_before_and_opens_another_first_day(ada: Records):
    await use(ada, "net:cafe", at_s=LATER_S - DAY_S - 60)
    await use(ada, "net:hotel", at_s=LATER_S - 60)
    assert await ada.write(BeginFirstDay("account-ada", LATER_S))
    assert "net:hotel" in await homes_at(ada, LATER_S)
    await use(ada, "net:train", at_s=LATER_S + 3 * DAY_S)
    assert "net:train" in await homes_at(ada, LATER_S + 3 * DAY_S)
    assert not await ada.write(BeginFirstDay("account-nobody", LATER_S))


async def test_a_home_is_forgotten_by_its_own_account_alone(ada: Records):
    await ada.write(add_account("eve"))
    assert not await ada.write(ForgetHome("account-eve", "net:home"))
    assert await ada.write(ForgetHome("account-ada", "net:home"))
    assert await homes_at(ada, NOW_S) == set()


async def test_a_use_by_an_account_that_is_gone_changes_nothing(records: Records):
    await records.write(UsePlace("account-nobody", ("net:home",), NOW_S))
    assert await records.read(HomesOf("account-nobody")) == ()


async def test_good_days_are_days_and_not_turns(ada: Records):
    counts = [a_count(f"2026-11-{day:02}", key_id) for day in range(1, 4) for key_id in ("", "key-laptop")]
    await ada.write(AddUsage(tuple(replace(count, requests=1000) for count in counts)))
    found = await ada.read(SessionByHash("session-here", NOW_S))
    assert found is not None
    assert found[2].good_days == 3


async def test_engine_time_is_added_up(ada: Records):
    from seawall.records.entries import UsageOf

    for _ in range(2):
        await ada.write(AddUsage((replace(a_count(), engine_ms=1500),)))
    assert [count.engine_ms for count in await ada.read(UsageOf("account-ada", ""))] == [3000]


async def test_a_verdict_brings_the_budgets_of_account_and_key(ada: Records):
    of_account, of_key = Budget(requests_per_day=100), Budget(money_per_month=2.5)
    await ada.write(SetBudget("account-ada", "", Budget(requests_per_day=7)))
    await ada.write(SetBudget("account-ada", "", of_account))
    await ada.write(SetBudget("account-ada", "key-laptop", of_key))
    by_key, by_session = await ada.read(KeyByHash("hash-laptop")), await ada.read(SessionByHash("session-here"))
    assert by_key is not None
    assert by_session is not None
    assert by_key[2] == TrackRecord(budget=of_account, key_budget=of_key)
    assert by_session[2] == TrackRecord(budget=of_account)
    assert await ada.read(BudgetsOf("account-ada")) == {"": of_account, "key-laptop": of_key}


async def test_a_budget_without_bounds_is_taken_away(ada: Records):
    await ada.write(SetBudget("account-ada", "", Budget(requests_per_day=7)))
    await ada.write(SetBudget("account-ada", "", Budget()))
    assert await ada.read(BudgetsOf("account-ada")) == {}


async def test_nobody_has_a_budget_who_has_no_account(records: Records):
    with pytest.raises(RecordsConflict):
        await records.write(SetBudget("account-nobody", "", Budget(requests_per_day=7)))


async def test_what_many_accounts_used_of_a_month_is_told_at_once(ada: Records):
    await ada.write(add_account("bob"))

    def count(account: str, key: str, model: str, day: str) -> UsageCount:
        return UsageCount(f"account-{account}", key, model, day, 1, 10, 2, 5, 1000)

    counts = [count("ada", "k", "m", "2026-11-22"), count("ada", "k", "other", "2026-11-22")]
    counts += [count("ada", "", "m", "2026-11-01"), count("bob", "", "m", "2026-11-03")]
    counts += [count("bob", "", "m", "2026-11-04"), count("bob", "", "m", "2026-10-31")]
    await ada.write(AddUsage(tuple(counts)))

    told = await ada.read(SpentBy(("account-ada", "account-bob", "account-nobody"), "2026-11-22"))

    assert sorted(told, key=repr) == [
        UsageCount("account-ada", "", "", "2026-11-01", 1, 10, 2, 5, 1000),
        UsageCount("account-ada", "k", "", "2026-11-22", 2, 20, 4, 10, 2000),
        UsageCount("account-bob", "", "", "2026-11-04", 2, 20, 4, 10, 2000),
    ]
