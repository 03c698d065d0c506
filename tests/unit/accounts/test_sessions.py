"""Sessions: begun, recognised, ended, and what a database fault does to them (nothing)."""

from __future__ import annotations

import asyncio

from account_house import House
from seawall.accounts.accounts import Standing
from seawall.accounts.sessions import Session
from seawall.records.entries import SessionByHash
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal


def reason(said: Identity | Refusal) -> Reason | None:
    return said.reason if isinstance(said, Refusal) else None


async def test_a_session_is_recognised_by_its_cookie(house: House) -> None:
    session = await house.member("Ada@Example.org")
    who = await house.sessions.identify(session.cookie)
    assert isinstance(who, Identity)
    assert (who.email, who.role, who.vouched) == ("ada@example.org", Role.MEMBER, False)
    assert who.since_unix_s == house.clock.now_s


async def test_the_cookie_holds_neither_address_nor_the_hash_at_rest(house: House) -> None:
    session = await house.member()
    row = await house.records.read(SessionByHash(session.identity.session_id or ""))
    assert row is not None
    assert row[0].id_hash not in session.cookie
    assert "ada" not in session.cookie


async def test_a_cookie_of_another_secret_or_with_a_changed_letter_is_nobody(house: House) -> None:
    session = await house.member()
    version, claims, mac = session.cookie.split(".")
    for forged in (
        f"{version}.{claims[:-2]}AA.{mac}",
        f"{version}.{claims}.{mac[:-2]}AA",
        f"v2.{claims}.{mac}",
        claims,
        "",
        "é",
        "v1..",
        "x" * 5000,
    ):
        assert reason(await house.sessions.identify(forged)) is Reason.NOT_SIGNED_IN


async def test_a_session_ends_with_its_time(house: House) -> None:
    session = await house.member()
    house.clock.advance(86401)
    assert reason(await house.sessions.identify(session.cookie)) is Reason.NOT_SIGNED_IN


async def test_signing_out_ends_the_session_here_and_in_every_process(house: House, restarted: House) -> None:
    session = await house.member()
    assert await house.sessions.end(session.identity)
    assert reason(await house.sessions.identify(session.cookie)) is Reason.NOT_SIGNED_IN
    assert reason(await restarted.sessions.identify(session.cookie)) is Reason.NOT_SIGNED_IN


async def test_a_fresh_verdict_asks_the_records_nothing(house: House) -> None:
    session = await house.member()
    asked = house.records.asked
    for _ in range(10):
        assert isinstance(await house.sessions.identify(session.cookie), Identity)
    assert house.records.asked == asked


async def test_many_requests_at_once_ask_the_records_once(house: House) -> None:
    session = await house.member()
    house.clock.advance(6)
    asked = house.records.asked
    said = await asyncio.gather(*(house.sessions.identify(session.cookie) for _ in range(20)))
    assert all(isinstance(who, Identity) for who in said)
    assert house.records.asked == asked + 1


async def test_one_who_leaves_while_asking_takes_nobody_with_them(house: House) -> None:
    session = await house.member()
    house.clock.advance(6)
    first = asyncio.create_task(house.sessions.identify(session.cookie))
    second = asyncio.create_task(house.sessions.identify(session.cookie))
    await asyncio.sleep(0)
    first.cancel()
    assert isinstance(await second, Identity)


async def test_a_change_by_another_process_is_seen_once_the_verdict_is_old(house: House, restarted: House) -> None:
    session = await house.member()
    await restarted.accounts.change(session.identity.account_id, Standing(disabled=True))
    house.clock.advance(4.9)
    assert isinstance(await house.sessions.identify(session.cookie), Identity)
    house.clock.advance(0.2)
    assert reason(await house.sessions.identify(session.cookie)) is Reason.NOT_SIGNED_IN


async def test_a_session_goes_on_while_the_records_are_away(house: House) -> None:
    session = await house.member()
    house.records.away = True
    for _ in range(5):
        house.clock.advance(60)
        who = await house.sessions.identify(session.cookie)
        assert isinstance(who, Identity)
        assert who.email == "ada@example.org"


async def test_while_the_records_are_away_they_are_tried_now_and_then_only(house: House) -> None:
    session = await house.member()
    house.records.away = True
    house.clock.advance(60)
    asked = house.records.asked
    for _ in range(50):
        await house.sessions.identify(session.cookie)
    assert house.records.asked == asked + 1


async def test_a_session_this_process_never_saw_goes_on_by_its_signature(house: House, restarted: House) -> None:
    session = await house.member()
    house.records.away = True
    who = await restarted.sessions.identify(session.cookie)
    assert isinstance(who, Identity)
    assert (who.account_id, who.role) == (session.identity.account_id, Role.MEMBER)
    assert who.session_id == session.identity.session_id


async def test_a_signed_out_session_stays_out_while_the_records_are_away(house: House) -> None:
    session = await house.member()
    house.records.away = True
    assert not await house.sessions.end(session.identity)
    house.clock.advance(60)
    assert reason(await house.sessions.identify(session.cookie)) is Reason.NOT_SIGNED_IN


async def test_a_disabled_account_does_not_come_in_by_its_signature(house: House) -> None:
    session = await house.member()
    await house.accounts.change(session.identity.account_id, Standing(disabled=True))
    house.records.away = True
    assert reason(await house.sessions.identify(session.cookie)) is Reason.RECORDS_UNAVAILABLE


async def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(house: House) -> None:
    other = await house.member()
    this = await house.entrance.sign_in("ada@example.org", "a good password", "net")
    assert isinstance(this, Session)
    assert await house.entrance.change_password(this.identity, "a good password", "a better password") is None
    assert reason(await house.sessions.identify(other.cookie)) is Reason.NOT_SIGNED_IN
    assert isinstance(await house.sessions.identify(this.cookie), Identity)
    assert isinstance(await house.entrance.sign_in("ada@example.org", "a better password", "net"), Session)


async def test_a_new_role_holds_at_once(house: House) -> None:
    session = await house.member()
    await house.accounts.change(session.identity.account_id, Standing(role=Role.OPERATOR))
    who = await house.sessions.identify(session.cookie)
    assert isinstance(who, Identity)
    assert who.role is Role.OPERATOR


async def test_an_expired_session_is_over_while_the_records_are_away_too(house: House) -> None:
    session = await house.member()
    house.records.away = True
    house.clock.advance(session.lifetime_s)
    assert reason(await house.sessions.identify(session.cookie)) is Reason.NOT_SIGNED_IN
