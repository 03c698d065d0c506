"""How people come in is counted by whose fault it was that they did not."""

from __future__ import annotations

import asyncio

import pytest

from account_house import House
from records_that_fail import SwitchedRecords
from seawall.accounts.comings import IN_TIME_S, Coming, Comings, End, Way
from seawall.accounts.passwords.passwords import NO_ROOM, Lane
from seawall.records.port import RecordsUnavailable
from seawall.values.arrival import Place
from seawall.values.refusal import Reason, Refusal
from settable_clock import SettableClock

HOME = Place("192.0.2.7", "00")


async def sign_in(house: House, password: str = "a good password", place: Place | None = None) -> object:
    return await house.entrance.sign_in("ada@example.org", password, "net", place=place)


async def test_a_wrong_password_is_its_askers_own_and_a_right_one_is_told_by_where_it_came_from(house: House) -> None:
    who = (await house.member()).identity
    await house.homes.settle(who.account_id, HOME)
    await sign_in(house)
    await sign_in(house, place=HOME)
    await sign_in(house, "a bad password", HOME)
    counts = house.entrance.comings.counts()
    assert counts == {("away", "served"): 1, ("home", "served"): 1, ("home", "refused"): 1}


async def test_no_room_to_hash_is_the_services_fault(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    who = (await house.member()).identity
    await house.homes.settle(who.account_id, HOME)
    monkeypatch.setattr(house.passwords, "full", lambda lane: NO_ROOM if lane is Lane.STRANGER else None)
    assert await sign_in(house) is NO_ROOM
    await sign_in(house, place=HOME)
    assert house.entrance.comings.counts() == {("away", "failed"): 1, ("home", "served"): 1}


async def test_records_that_are_away_are_the_services_fault(house: House, records: SwitchedRecords) -> None:
    records.away = True
    with pytest.raises(RecordsUnavailable):
        await sign_in(house)
    assert house.entrance.comings.counts() == {("away", "failed"): 1}


@pytest.mark.parametrize(
    ("result", "took_s", "end"),
    [
        (object(), 0.1, End.SERVED),
        (object(), IN_TIME_S + 0.1, End.LATE),
        (NO_ROOM, 0.1, End.FAILED),
        (Refusal(Reason.RECORDS_UNAVAILABLE, ""), 0.1, End.FAILED),
        (Refusal(Reason.TOO_MANY_ATTEMPTS, "Too many wrong ones."), 0.1, End.REFUSED),
        (Refusal(Reason.WAITING_ROOM, ""), 0.1, End.REFUSED),
        (Refusal(Reason.WRONG_CREDENTIALS, ""), IN_TIME_S + 0.1, End.REFUSED),
    ],
)
def test_each_end_is_told_by_its_result_and_its_time(result: object, took_s: float, end: End) -> None:
    assert Coming(Way.SIGN_UP, result).end(took_s) is end


def test_who_is_gone_before_the_answer_is_not_counted() -> None:
    comings = Comings(clock=SettableClock())
    with pytest.raises(asyncio.CancelledError), comings.watch(Way.AWAY):
        raise asyncio.CancelledError
    assert comings.counts() == {}
    assert {count for *_, count, _ in comings.readings()} == {0}
