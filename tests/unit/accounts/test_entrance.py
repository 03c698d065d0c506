"""Coming in: sign-in, sign-up, the owner's link."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from account_house import CLOSED, House, house_over
from records_that_fail import SwitchedRecords
from seawall.accounts.accounts import Standing
from seawall.accounts.joining.first_owner import FirstOwner
from seawall.accounts.passwords.passwords import Lane
from seawall.accounts.passwords.throttle import FIRST_OF_ONE
from seawall.accounts.sessions import Session
from seawall.records.entries import AccountByEmail, SetPassword
from seawall.records.port import RecordsUnavailable
from seawall.values.arrival import Place
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal


def reason(result: object) -> Reason | None:
    return result.reason if isinstance(result, Refusal) else None


async def test_a_member_signs_up_and_in_whatever_the_case_of_the_address(house: House) -> None:
    await house.member("Ada@Example.ORG ")
    session = await house.entrance.sign_in("ADA@example.org", "a good password", "net")
    assert isinstance(session, Session)
    assert session.identity.role is Role.MEMBER


async def test_a_wrong_password_and_an_unknown_address_are_told_the_same(house: House) -> None:
    await house.member()
    wrong = await house.entrance.sign_in("ada@example.org", "a bad password", "net")
    unknown = await house.entrance.sign_in("eve@example.org", "a bad password", "net")
    nonsense = await house.entrance.sign_in("no address", "a bad password", "net")
    assert reason(wrong) is Reason.WRONG_CREDENTIALS
    assert wrong == unknown == nonsense


async def test_guessing_is_slowed_down_here_but_the_owner_comes_in_from_elsewhere(house: House) -> None:
    await house.owner()
    for _ in range(10):
        await house.entrance.sign_in("owner@example.org", "a bad password", "attacker")
    guess = await house.entrance.sign_in("OWNER@example.org", "a good password", "attacker")
    assert reason(guess) is Reason.TOO_MANY_ATTEMPTS
    assert isinstance(await house.entrance.sign_in("owner@example.org", "a good password", "home"), Session)


async def test_a_taken_address_is_a_conflict(house: House) -> None:
    await house.member()
    again = await house.enrol("ADA@example.org", "another password")
    assert isinstance(again, Refusal)
    assert (again.reason, again.param) == (Reason.CONFLICT, "email")


@pytest.mark.parametrize("email", ["", "ada", "@example.org", "ada@", "a b@example.org", "a@b@c", "x" * 300 + "@e.org"])
async def test_what_is_no_mail_address_is_told(house: House, email: str) -> None:
    refusal = await house.enrol(email)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.param) == (Reason.INVALID_REQUEST, "email")


async def test_a_closed_registration_lets_members_sign_in(records: SwitchedRecords, house: House) -> None:
    await house.member()
    closed = house_over(records, house.clock, rules=CLOSED)
    assert reason(await closed.enrol("eve@example.org")) is Reason.SIGNUP_CLOSED
    assert isinstance(await closed.entrance.sign_in("ada@example.org", "a good password", "net"), Session)


async def test_a_disabled_account_is_told_so_only_with_its_password(house: House) -> None:
    session = await house.member()
    await house.accounts.change(session.identity.account_id, Standing(disabled=True))
    right = await house.entrance.sign_in("ada@example.org", "a good password", "net")
    wrong = await house.entrance.sign_in("ada@example.org", "a bad password", "net")
    assert (reason(right), reason(wrong)) == (Reason.NOT_ALLOWED, Reason.WRONG_CREDENTIALS)


async def test_the_link_makes_the_owner_once(house: House) -> None:
    token = await house.first_owner.token() or ""
    assert await house.first_owner.needed()
    assert reason(await house.entrance.set_up("wrong", "eve@example.org", "a good password")) is Reason.NOT_ALLOWED
    session = await house.entrance.set_up(token, "owner@example.org", "a good password")
    assert isinstance(session, Session)
    assert session.identity.role is Role.OWNER
    assert await house.first_owner.token() is None
    assert not await house.first_owner.needed()
    assert reason(await house.entrance.set_up(token, "eve@example.org", "a good password")) is Reason.NOT_ALLOWED


async def test_a_mistake_in_the_form_does_not_use_the_link_up(house: House) -> None:
    token = await house.first_owner.token() or ""
    short = await house.entrance.set_up(token, "owner@example.org", "short")
    assert reason(short) is Reason.INVALID_REQUEST
    assert isinstance(await house.entrance.set_up(token, "owner@example.org", "a good password"), Session)


async def test_of_two_at_the_link_one_becomes_the_owner(house: House) -> None:
    token = await house.first_owner.token() or ""
    results = await asyncio.gather(
        *(house.entrance.set_up(token, f"{name}@example.org", "a good password") for name in ("ada", "eve"))
    )
    assert sorted(type(result).__name__ for result in results) == ["Refusal", "Session"]
    roles = [row.role for row in await house.accounts.all()]
    assert roles == [Role.OWNER]


async def test_an_owner_made_by_the_command_line_ends_the_link(house: House, restarted: House) -> None:
    token = await house.first_owner.token() or ""
    await restarted.accounts.add("owner@example.org", "a good password", Role.OWNER)
    late = await house.entrance.set_up(token, "eve@example.org", "a good password")
    assert reason(late) in (Reason.CONFLICT, Reason.NOT_ALLOWED)
    assert not await house.first_owner.needed()


async def test_no_owner_is_asked_for_while_nobody_can_tell(records: SwitchedRecords) -> None:
    records.away = True
    assert not await FirstOwner(records).needed()


async def test_the_current_password_is_asked_for(house: House) -> None:
    session = await house.member()
    wrong = await house.entrance.change_password(session.identity, "a bad password", "a better password")
    weak = await house.entrance.change_password(session.identity, "a good password", "short")
    assert wrong is not None
    assert weak is not None
    assert (wrong.reason, wrong.param) == (Reason.INVALID_REQUEST, "current")
    assert (weak.reason, weak.param) == (Reason.INVALID_REQUEST, "new")
    assert isinstance(await house.entrance.sign_in("ada@example.org", "a good password", "net"), Session)


async def test_an_older_hash_is_renewed_at_sign_in_and_ends_no_session(house: House) -> None:
    session = await house.member()
    older = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash("a good password")
    await house.records.write(SetPassword(session.identity.account_id, older, session.identity.session_id))
    assert isinstance(await house.entrance.sign_in("ada@example.org", "a good password", "net"), Session)
    account = await house.records.read(AccountByEmail("ada@example.org"))
    assert account is not None
    assert account.password_hash != older
    house.clock.advance(6)
    assert isinstance(await house.sessions.identify(session.cookie), Identity)


async def test_a_database_fault_is_no_wrong_password(house: House) -> None:
    await house.member()
    house.records.away = True
    with pytest.raises(RecordsUnavailable):
        await house.entrance.sign_in("ada@example.org", "a good password", "net")
    house.records.away = False
    assert isinstance(await house.entrance.sign_in("ada@example.org", "a good password", "net"), Session)


async def test_at_home_nobody_elses_guesses_keep_the_owner_out(house: House) -> None:
    who = (await house.member()).identity
    home, stranger = Place("192.0.2.7", "00"), Place("192.0.2.9", "11")
    await house.homes.settle(who.account_id, home)
    for _ in range(20):
        await house.entrance.sign_in("ada@example.org", "a bad password", "net", place=stranger)
    refused = await house.entrance.sign_in("ada@example.org", "a good password", "net", place=stranger)
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.TOO_MANY_ATTEMPTS
    assert isinstance(await house.entrance.sign_in("ada@example.org", "a good password", "net", place=home), Session)


async def test_a_flood_of_strangers_does_not_keep_a_known_device_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = (await house.member()).identity
    home = Place("192.0.2.7", "00")
    await house.homes.settle(who.account_id, home)
    busy = Refusal(Reason.TOO_MANY_ATTEMPTS, "", 1.0)
    monkeypatch.setattr(house.passwords, "full", lambda lane: busy if lane is Lane.STRANGER else None)
    asked = house.records.asked
    assert await house.entrance.sign_in("ada@example.org", "a good password", "net") is busy
    assert house.records.asked == asked
    assert await house.entrance.sign_in("ada@example.org", "x", "net", place=Place("198.51.100.1", "11")) is busy
    assert isinstance(await house.entrance.sign_in("ada@example.org", "a good password", "net", place=home), Session)


async def test_a_flood_of_strangers_does_not_keep_a_new_browser_at_a_known_network_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = (await house.member()).identity
    await house.homes.settle(who.account_id, Place("192.0.2.7", "00"))
    busy = Refusal(Reason.TOO_MANY_ATTEMPTS, "", 1.0)
    monkeypatch.setattr(house.passwords, "full", lambda lane: busy if lane is Lane.STRANGER else None)
    for number in range(300):
        elsewhere = f"198.51.{number % 200}.0/24"
        place = Place(f"198.51.{number % 200}.9")
        assert await house.entrance.sign_in("ada@example.org", "leaked", elsewhere, place=place) is busy
    for address in range(20):
        at_home = Place(f"192.0.2.{address}")
        session = await house.entrance.sign_in("ada@example.org", "a good password", "192.0.2.0/24", place=at_home)
        assert isinstance(session, Session)


NET, HERE = "192.0.2.0/24", Place("192.0.2.7", "00")
ELSEWHERE = "198.51.100.0/24"


def signed_in_before(house: House, session: Session, place: Place = HERE) -> Place:
    """The place, with the cookie that its device was given when this session began."""
    assert place.device_id is not None
    return replace(place, marks=house.devices.marked(place.device_id, (), session.identity.account_id))


async def guess(house: House, place: Place, times: int = 15) -> None:
    for _ in range(times):
        await house.entrance.sign_in("ada@example.org", "a bad password", NET, place=place)


async def signs_in(house: House, network: str, place: Place) -> bool:
    return isinstance(await house.entrance.sign_in("ada@example.org", "a good password", network, place=place), Session)


async def test_guesses_from_the_owners_own_network_lock_out_neither_a_known_device_nor_another_network(
    house: House,
) -> None:
    known = signed_in_before(house, await house.member())
    await guess(house, Place("192.0.2.9", "11"))
    assert not await signs_in(house, NET, HERE)
    assert await signs_in(house, NET, known)
    assert await signs_in(house, ELSEWHERE, Place("198.51.100.1"))


async def test_guesses_on_a_known_device_count_there_and_lock_nobody_else_out(house: House) -> None:
    known = signed_in_before(house, await house.member())
    await guess(house, known)
    assert not await signs_in(house, NET, known)
    assert await signs_in(house, NET, Place("192.0.2.9", "11"))


async def test_an_attackers_own_account_makes_no_device_known_to_anothers(house: House) -> None:
    await house.member()
    eve = signed_in_before(house, await house.member("eve@example.org"), Place("192.0.2.9", "11"))
    copied = replace(signed_in_before(house, await house.member("bob@example.org")), device_id="11")
    for place in (eve, copied):
        await guess(house, place)
        assert not await signs_in(house, NET, place)


async def test_who_is_signed_in_changes_the_password_however_much_is_guessed_around(house: House) -> None:
    who = (await house.member()).identity
    await guess(house, Place("192.0.2.9", "11"))
    assert await house.entrance.change_password(who, "a good password", "a better password") is None
    wrong = [await house.entrance.change_password(who, "a bad password", "a better password") for _ in range(15)]
    assert reason(wrong[-1]) is Reason.TOO_MANY_ATTEMPTS


async def test_a_device_that_signed_in_before_passes_a_full_lane_a_few_times(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = signed_in_before(house, await house.member())
    busy = Refusal(Reason.TOO_MANY_ATTEMPTS, "", 1.0)
    monkeypatch.setattr(house.passwords, "full", lambda lane: busy if lane is Lane.STRANGER else None)
    assert not await signs_in(house, NET, HERE)
    passed = [await signs_in(house, NET, known) for _ in range(20)]
    assert passed.count(True) == FIRST_OF_ONE.burst
    house.clock.advance(FIRST_OF_ONE.refill_s)
    assert await signs_in(house, NET, known)
