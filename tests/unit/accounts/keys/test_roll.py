"""The roll of keys: a flood of invented ones is bundled, and crowds nobody out."""

from __future__ import annotations

import asyncio

import pytest

from account_house import House
from records_that_fail import SwitchedRecords
from seawall.accounts.keys import roll, strikes
from seawall.accounts.keys.keys import NewKey, drawn_key
from seawall.accounts.keys.roll import Roll
from seawall.accounts.keys.strikes import Strikes
from seawall.records.port import RecordsUnavailable
from seawall.values.identity import Identity
from seawall.values.recognition import Recognition
from seawall.values.refusal import Reason, Refusal
from settable_clock import SettableClock


def invented(number: int) -> str:
    """A key as an attacker draws it: its form and checksum are right."""
    return drawn_key(lambda size: number.to_bytes(size, "big"))


async def a_key(house: House) -> NewKey:
    session = await house.member()
    return await house.keys.create(session.identity.account_id, "laptop")


async def test_a_valid_key_gets_in_among_a_thousand_invented_ones_of_its_own_network(house: House):
    key = await a_key(house)
    asked = house.records.asked
    flood = [asyncio.create_task(house.keys.identify(invented(n), "192.0.2.0/24")) for n in range(1000)]
    said = await house.keys.identify(key.secret, "192.0.2.0/24")
    assert isinstance(said, Identity)
    refused = await asyncio.gather(*flood)
    assert {each.reason for each in refused if isinstance(each, Refusal)} == {
        Reason.UNKNOWN_KEY,
        Reason.TOO_MANY_ATTEMPTS,
    }
    assert house.records.asked - asked < 15


async def test_a_flood_from_one_network_takes_no_place_from_another(records: SwitchedRecords):
    kept = Roll(records, clock=SettableClock())
    await kept.holds("the first is asked for at once", "192.0.2.0/24")
    flood = [asyncio.create_task(kept.holds(f"{n}", "192.0.2.0/24")) for n in range(3 * roll.MOST_WAITING)]
    others = [asyncio.create_task(kept.holds(f"other {n}", f"198.51.{n}.0/24")) for n in range(100)]
    assert await asyncio.gather(*others) == [False] * 100
    turned_away = [each for each in await asyncio.gather(*flood) if isinstance(each, Refusal)]
    assert len(turned_away) >= 2 * roll.MOST_WAITING
    assert all(each.retry_after_s for each in turned_away)


async def test_a_key_that_comes_alone_needs_no_roll(records: SwitchedRecords):
    kept = Roll(records, clock=SettableClock())
    assert await kept.holds("alone", "192.0.2.0/24") is True
    assert records.asked == 0


async def test_records_that_are_away_are_told_to_all_who_wait(records: SwitchedRecords):
    kept = Roll(records, clock=SettableClock())
    await kept.holds("the first is asked for at once", "")
    records.away = True
    waiting = [kept.holds(f"{n}", "192.0.2.0/24") for n in range(3)]
    told = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in told] == [RecordsUnavailable] * 3
    records.away = False
    assert await kept.holds("after them", "192.0.2.0/24") is False


async def test_one_who_leaves_keeps_nobody_from_the_answer(records: SwitchedRecords):
    kept = Roll(records, clock=SettableClock())
    await kept.holds("the first is asked for at once", "")
    leaving = asyncio.create_task(kept.holds("same", "192.0.2.0/24"))
    staying = asyncio.create_task(kept.holds("same", "192.0.2.0/24"))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying is False
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_unknown_keys_are_told_plainly_until_there_are_too_many_of_them(house: House):
    reasons: list[Reason] = []
    for _ in range(strikes.BURST + 50):
        said = await house.keys.identify("sw-mistyped", "192.0.2.0/24")
        assert isinstance(said, Refusal)
        reasons.append(said.reason)
    assert reasons == [Reason.UNKNOWN_KEY] * strikes.BURST + [Reason.TOO_MANY_ATTEMPTS] * 50
    elsewhere = await house.keys.identify("sw-mistyped", "198.51.100.0/24")
    assert isinstance(elsewhere, Refusal)
    assert elsewhere.reason is Reason.UNKNOWN_KEY


async def test_a_valid_key_is_identified_however_many_unknown_ones_its_network_showed(house: House):
    key = await a_key(house)
    for _ in range(2 * strikes.BURST):
        await house.keys.identify("sw-mistyped", "192.0.2.0/24")
    assert isinstance(await house.keys.identify(key.secret, "192.0.2.0/24"), Identity)


def test_strikes_are_forgotten_with_time():
    clock = SettableClock()
    kept = Strikes(clock=clock)
    while (refusal := kept.strike("192.0.2.0/24")) is None:
        pass
    clock.advance(refusal.retry_after_s or 0)
    assert kept.strike("192.0.2.0/24") is None


async def test_a_key_is_recognised_for_what_it_is_worth(house: House, restarted: House):
    key = await a_key(house)
    assert restarted.keys.recognise("sw-mistyped") is Recognition.STRANGER
    assert restarted.keys.recognise(invented(7)) is Recognition.CLAIMANT
    assert restarted.keys.recognise(key.secret) is Recognition.CLAIMANT
    await restarted.keys.identify(key.secret)
    assert restarted.keys.recognise(key.secret) is Recognition.KNOWN
    house.clock.advance(3600)
    assert restarted.keys.recognise(key.secret) is Recognition.KNOWN
    await house.keys.revoke(key.row.id)
    await restarted.keys.identify(key.secret)
    assert restarted.keys.recognise(key.secret) is Recognition.CLAIMANT


async def test_a_session_is_recognised_by_its_signature_until_the_records_say_no(house: House, restarted: House):
    session = await house.member()
    assert restarted.sessions.recognise(session.cookie) is Recognition.KNOWN
    assert restarted.sessions.recognise(session.cookie[:-1]) is Recognition.STRANGER
    await house.sessions.end(session.identity)
    assert house.sessions.recognise(session.cookie) is Recognition.STRANGER
    await restarted.sessions.identify(session.cookie)
    assert restarted.sessions.recognise(session.cookie) is Recognition.STRANGER


async def test_an_operators_session_is_recognised_as_one(house: House):
    session = await house.owner()
    assert house.sessions.recognise(session.cookie) is Recognition.OPERATOR
