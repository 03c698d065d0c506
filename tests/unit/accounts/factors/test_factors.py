"""Second factors over a virtual clock: codes, skew, reuse, guessing, and what a new password does not take away."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from pyotp.totp import TOTP

from account_house import House
from seawall.accounts.factors.factors import OVERALL, Shown
from seawall.accounts.factors.factors import TOTP as BY_APP
from seawall.accounts.factors.second_factor import SecondFactorDue
from seawall.accounts.ownership import Proof
from seawall.accounts.sessions import Session
from seawall.records.factor_entries import BeginAuthenticator, FactorsOf
from seawall.values.arrival import Place
from seawall.values.home import SETTLES_AFTER_S
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal

HERE, CAFE = Place("192.0.2.7", "00"), Place("198.51.100.7", "11")
FRESH = Proof()


def reason(said: object) -> Reason | None:
    return said.reason if isinstance(said, Refusal) else None


def code(house: House, secret: str, *, off_s: int = 0) -> str:
    """What an app shows whose clock is so much off."""
    return TOTP(secret).at(int(house.clock()) + off_s)


async def with_app(house: House) -> tuple[Identity, str]:
    """Ada with an authenticator app; the code that confirmed it is over."""
    who = (await house.member()).identity
    begun = await house.own_factors.begin_authenticator(who, FRESH, HERE)
    assert not isinstance(begun, Refusal)
    confirmed = await house.own_factors.confirm_authenticator(who, code(house, begun.secret))
    assert not isinstance(confirmed, Refusal)
    assert len(confirmed) == 10
    house.clock.advance(120)
    return who, begun.secret


async def due(house: House) -> SecondFactorDue:
    result = await house.entrance.sign_in("ada@example.org", "a good password", "net")
    assert isinstance(result, SecondFactorDue)
    return result


async def show(house: House, given: str, place: Place = CAFE, *, way: str = BY_APP) -> Session | Refusal:
    return await house.factor_entrance.second((await due(house)).ticket, Shown(way, given), place)


@pytest.mark.parametrize(("off_s", "right"), [(0, True), (-30, True), (30, True), (-60, False), (60, False)])
async def test_a_clock_may_be_one_step_off_and_no_more(house: House, off_s: int, right: bool) -> None:
    _, secret = await with_app(house)
    said = await show(house, code(house, secret, off_s=off_s))
    assert isinstance(said, Session) is right
    assert right or reason(said) is Reason.WRONG_CODE


async def test_no_code_is_taken_twice_nor_one_before_it(house: House) -> None:
    _, secret = await with_app(house)
    now, before = code(house, secret), code(house, secret, off_s=-30)
    assert isinstance(await show(house, now), Session)
    for used in (now, before):
        said = await show(house, used)
        assert reason(said) is Reason.WRONG_CODE
        assert isinstance(said, Refusal)
        assert "already" in said.message
    house.clock.advance(30)
    assert isinstance(await show(house, code(house, secret)), Session)


async def test_of_two_who_show_one_code_at_once_one_comes_in(house: House) -> None:
    _, secret = await with_app(house)
    first, second = await asyncio.gather(*(show(house, code(house, secret)) for _ in range(2)))
    assert sorted(type(one).__name__ for one in (first, second)) == ["Refusal", "Session"]


async def test_an_app_that_was_never_confirmed_asks_nobody_for_anything(house: House) -> None:
    who = (await house.member()).identity
    begun = await house.own_factors.begin_authenticator(who, FRESH, HERE)
    assert not isinstance(begun, Refusal)
    wrong = await house.own_factors.confirm_authenticator(who, code(house, begun.secret, off_s=900))
    assert reason(wrong) is Reason.WRONG_CODE
    assert isinstance(await house.entrance.sign_in("ada@example.org", "a good password", "net"), Session)


async def test_the_secret_is_kept_sealed_and_to_its_account(house: House) -> None:
    who, secret = await with_app(house)
    eve = (await house.member("eve@example.org")).identity
    row = (await house.records.read(FactorsOf(who.account_id))).authenticator
    assert row is not None
    assert secret not in row.sealed_secret
    await house.records.write(
        BeginAuthenticator(replace(row, account_id=eve.account_id, confirmed_s=None, last_step=0))
    )
    moved = await house.own_factors.confirm_authenticator(eve, code(house, secret))
    assert reason(moved) is Reason.WRONG_CODE


async def test_guessing_codes_is_slowed_down_here_and_not_elsewhere(house: House) -> None:
    _, secret = await with_app(house)
    for _ in range(10):
        assert reason(await show(house, "000000")) is Reason.WRONG_CODE
    assert reason(await show(house, code(house, secret))) is Reason.TOO_MANY_ATTEMPTS
    assert isinstance(await show(house, code(house, secret), HERE), Session)


async def test_a_thousand_networks_guess_no_more_than_a_few_and_the_owners_device_is_not_kept_out(house: House) -> None:
    who, secret = await with_app(house)
    await house.homes.settle(who.account_id, HERE)
    for number in range(int(OVERALL.burst)):
        await show(house, "000000", Place(f"100.64.{number}.1"))
    assert reason(await show(house, code(house, secret), CAFE)) is Reason.TOO_MANY_ATTEMPTS
    assert isinstance(await show(house, code(house, secret), HERE), Session)


async def test_a_right_code_costs_nothing(house: House) -> None:
    _, secret = await with_app(house)
    for _ in range(20):
        house.clock.advance(30)
        assert isinstance(await show(house, code(house, secret)), Session)


async def test_a_second_factor_of_an_earlier_day_makes_the_place_a_home_at_once(house: House) -> None:
    who, secret = await with_app(house)
    house.clock.advance(SETTLES_AFTER_S)
    assert await house.homes.here(who.account_id, CAFE) == frozenset()
    assert isinstance(await show(house, code(house, secret)), Session)
    assert await house.homes.here(who.account_id, CAFE) == set(house.homes.names_of(CAFE))


async def test_who_has_a_stolen_password_is_not_at_home_by_a_factor_of_their_own(house: House) -> None:
    who, secret = await with_app(house)
    assert isinstance(await show(house, code(house, secret)), Session)
    assert await house.homes.here(who.account_id, CAFE) == frozenset()
    house.clock.advance(30)
    assert BY_APP not in await house.step_up.ways(who)
    confirmed = await house.step_up.confirm(who, CAFE, Shown(BY_APP, code(house, secret)))
    assert reason(confirmed) is Reason.INVALID_REQUEST
    house.clock.advance(SETTLES_AFTER_S)
    assert BY_APP in await house.step_up.ways(who)
    assert await house.step_up.confirm(who, CAFE, Shown(BY_APP, code(house, secret))) is None


async def test_an_app_shows_away_from_home_that_it_is_oneself(house: House) -> None:
    who, secret = await with_app(house)
    house.clock.advance(SETTLES_AFTER_S)
    assert await house.step_up.ways(who) == ("totp", "mail")
    assert reason(await house.step_up.confirm(who, CAFE, Shown("totp", "000000"))) is Reason.WRONG_CODE
    assert await house.step_up.confirm(who, CAFE, Shown("totp", code(house, secret))) is None
    assert await house.homes.here(who.account_id, CAFE)


async def test_a_new_password_takes_no_second_factor_away(house: House) -> None:
    who, _ = await with_app(house)
    assert await house.accounts.set_password(who.account_id, "a better password") is None
    again = await house.entrance.sign_in("ada@example.org", "a better password", "net")
    assert isinstance(again, SecondFactorDue)


async def test_an_operator_can_and_only_for_members(house: House) -> None:
    who, _ = await with_app(house)
    owner = (await house.owner()).identity
    assert reason(await house.own_factors.reset_as(who, owner.account_id)) is Reason.NOT_ALLOWED
    assert reason(await house.own_factors.reset_as(owner, owner.account_id)) is Reason.NOT_ALLOWED
    assert await house.own_factors.reset_as(owner, who.account_id) is None
    assert isinstance(await house.entrance.sign_in("ada@example.org", "a good password", "net"), Session)


async def test_without_a_factor_there_is_nothing_to_recover(house: House) -> None:
    who = (await house.member()).identity
    nothing = await house.own_factors.renew_codes(who, Proof(password="a good password"), HERE)
    assert reason(nothing) is Reason.CONFLICT
