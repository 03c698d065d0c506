"""Homes are noted beside the answers, loaded with verdicts, and change at once by decision."""

from __future__ import annotations

import pytest

from account_house import VERDICT_S, House
from seawall.accounts.accounts import Standing
from seawall.accounts.homes.homes import FLUSH_S, MOST_WAITING
from seawall.accounts.keys.keys import NewKey
from seawall.records.entries import AccountById
from seawall.records.standing_entries import HomesOf
from seawall.values.arrival import Place
from seawall.values.home import DAY_S
from seawall.values.identity import Identity, Role

HOME, CAFE = Place("192.0.2.7", "00"), Place("198.51.100.7")


async def a_regular(house: House) -> NewKey:
    """Ada, after her first day, which she spent at home."""
    session = await house.member()
    house.homes.used(session.identity, HOME)
    await house.homes.flush()
    house.clock.advance(2 * DAY_S)
    return await house.keys.create(session.identity.account_id, "laptop")


async def identity_of(house: House, key: NewKey) -> Identity:
    house.clock.advance(VERDICT_S)
    who = await house.keys.identify(key.secret)
    assert isinstance(who, Identity)
    return who


async def test_a_verdict_carries_the_homes_and_no_address(house: House) -> None:
    who = await identity_of(house, await a_regular(house))
    assert set(who.homes) == set(house.homes.names_of(HOME))
    assert not any("192.0.2" in name for name in who.homes)
    assert who.first_day_ends_s == 0


async def test_the_first_day_ends_a_day_after_the_first_use(house: House) -> None:
    session = await house.member()
    assert session.identity.first_day_ends_s == house.clock() + DAY_S
    house.clock.advance(10 * DAY_S)
    house.homes.used(session.identity, HOME)
    await house.homes.flush()
    used_s = house.clock()
    house.clock.advance(3600)
    key = await house.keys.create(session.identity.account_id, "")
    assert (await identity_of(house, key)).first_day_ends_s == used_s + DAY_S


async def test_a_place_is_written_once_an_hour(house: House) -> None:
    key = await a_regular(house)
    who = await identity_of(house, key)
    changes = house.records.report().changes
    for _ in range(100):
        house.homes.used(who, HOME)
    await house.homes.flush()
    assert house.records.report().changes == changes + 1
    house.clock.advance(3600)
    house.homes.used(who, HOME)
    await house.homes.flush()
    assert house.records.report().changes == changes + 2


async def test_what_is_noted_while_the_records_are_away_is_kept_for_later(house: House) -> None:
    key = await a_regular(house)
    who = await identity_of(house, key)
    house.records.away = True
    house.homes.used(who, CAFE)
    await house.homes.flush()
    house.records.away = False
    await house.homes.flush()
    assert len(await house.homes.of(who.account_id)) == 3


async def test_homes_go_on_while_the_records_are_away(house: House) -> None:
    key = await a_regular(house)
    homes = (await identity_of(house, key)).homes
    house.records.away = True
    assert (await identity_of(house, key)).homes == homes


async def test_a_flood_of_places_waits_in_bounded_memory(house: House) -> None:
    who = (await house.member()).identity
    house.records.away = True
    for number in range(MOST_WAITING + 10):
        house.homes.used(who, Place(f"10.{number >> 8}.{number & 255}.1"))
    assert house.homes.waiting == MOST_WAITING


async def test_a_guest_has_no_home(house: House) -> None:
    house.homes.used(Identity("guest", "", Role.GUEST, 0.0), HOME)
    assert house.homes.waiting == 0


async def test_closing_writes_down_what_was_noted(house: House) -> None:
    who = (await house.member()).identity
    await house.homes.start()
    house.homes.used(who, HOME)
    await house.homes.close()
    assert len(await house.records.read(HomesOf(who.account_id))) == 2
    assert FLUSH_S <= 1


async def test_settling_a_place_holds_at_once(house: House) -> None:
    key = await a_regular(house)
    who = await identity_of(house, key)
    await house.homes.settle(who.account_id, CAFE)
    said = await house.keys.identify(key.secret)
    assert isinstance(said, Identity)
    assert set(said.homes) > set(who.homes)


async def test_a_forgotten_home_is_none_at_once(house: House) -> None:
    key = await a_regular(house)
    who = await identity_of(house, key)
    network, device = house.homes.names_of(HOME)
    assert await house.homes.forget(who.account_id, network)
    said = await house.keys.identify(key.secret)
    assert isinstance(said, Identity)
    assert set(said.homes) == {device}
    assert not await house.homes.forget(who.account_id, network)


@pytest.mark.parametrize("wish", [Standing(vouched=True), Standing(first_day=True)])
async def test_vouching_opens_a_first_day(house: House, wish: Standing) -> None:
    key = await a_regular(house)
    who = await identity_of(house, key)
    changed = await house.accounts.change(who.account_id, wish)
    assert changed == await house.records.read(AccountById(who.account_id))
    said = await house.keys.identify(key.secret)
    assert isinstance(said, Identity)
    assert said.first_day_ends_s == house.clock() + DAY_S


async def test_disabling_opens_no_first_day(house: House) -> None:
    key = await a_regular(house)
    who = await identity_of(house, key)
    await house.accounts.change(who.account_id, Standing(disabled=True))
    await house.accounts.change(who.account_id, Standing(disabled=False))
    assert (await identity_of(house, key)).first_day_ends_s == 0
