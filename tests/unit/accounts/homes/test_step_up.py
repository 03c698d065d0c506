"""Away from home a code by mail makes a place a home at once, and guessing does not."""

from __future__ import annotations

import asyncio

from account_house import House
from seawall.accounts.factors.factors import Shown
from seawall.accounts.homes.step_up import CODE_LIVES_S, SENT_AT_ONCE, SENT_EVERY_S, TRIES, StepUp
from seawall.values.arrival import Place
from seawall.values.home import DAY_S
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal

CAFE = Place("198.51.100.7", "00")


async def ada(house: House) -> Identity:
    """Ada, away from home after her first day."""
    who = (await house.member()).identity
    house.homes.used(who, Place("192.0.2.7"))
    await house.homes.flush()
    house.clock.advance(2 * DAY_S)
    return who


def reason(said: Refusal | None) -> Reason | None:
    return said.reason if said else None


async def confirm(house: House, who: Identity, code: str) -> Refusal | None:
    return await house.step_up.confirm(who, CAFE, Shown("mail", code))


async def test_the_code_makes_the_place_a_home_at_once(house: House) -> None:
    who = await ada(house)
    assert await house.step_up.begin(who, "mail") is None
    (mail,) = house.mailbox.mails
    assert mail.to == "ada@example.org"
    assert mail.code in mail.subject
    assert await confirm(house, who, f" {mail.code[:4]} {mail.code[4:]}\n") is None
    key = await house.keys.create(who.account_id, "")
    said = await house.keys.identify(key.secret)
    assert isinstance(said, Identity)
    assert set(said.homes) >= set(house.homes.names_of(CAFE))


async def test_a_code_is_good_once(house: House) -> None:
    who = await ada(house)
    await house.step_up.begin(who, "mail")
    code = house.mailbox.mails[0].code
    assert await confirm(house, who, code) is None
    assert reason(await confirm(house, who, code)) is Reason.INVALID_REQUEST


async def test_a_code_is_good_for_its_account_alone(house: House) -> None:
    who, eve = await ada(house), (await house.member("eve@example.org")).identity
    await house.step_up.begin(who, "mail")
    await house.step_up.begin(eve, "mail")
    assert reason(await confirm(house, eve, house.mailbox.mails[0].code)) is Reason.INVALID_REQUEST


async def test_an_old_code_is_no_good(house: House) -> None:
    who = await ada(house)
    await house.step_up.begin(who, "mail")
    house.clock.advance(CODE_LIVES_S)
    assert reason(await confirm(house, who, house.mailbox.mails[0].code)) is Reason.INVALID_REQUEST


async def test_a_new_code_ends_the_one_before(house: House) -> None:
    who = await ada(house)
    for _ in range(2):
        await house.step_up.begin(who, "mail")
    first, second = (mail.code for mail in house.mailbox.mails)
    assert reason(await confirm(house, who, first)) is Reason.INVALID_REQUEST
    assert await confirm(house, who, second) is None


async def test_guessing_ends_the_code_also_all_at_once(house: House) -> None:
    who = await ada(house)
    await house.step_up.begin(who, "mail")
    code = house.mailbox.mails[0].code
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    told = await asyncio.gather(*(confirm(house, who, wrong) for _ in range(TRIES)))
    assert {reason(one) for one in told} == {Reason.INVALID_REQUEST}
    assert reason(await confirm(house, who, code)) is Reason.INVALID_REQUEST


async def test_no_mailbox_is_filled(house: House) -> None:
    who = await ada(house)
    told = [await house.step_up.begin(who, "mail") for _ in range(SENT_AT_ONCE + 2)]
    assert [reason(one) for one in told] == [None] * SENT_AT_ONCE + [Reason.TOO_MANY_ATTEMPTS] * 2
    assert len(house.mailbox.mails) == SENT_AT_ONCE
    house.clock.advance(SENT_EVERY_S)
    assert await house.step_up.begin(who, "mail") is None
    assert reason(await house.step_up.begin(who, "mail")) is Reason.TOO_MANY_ATTEMPTS


async def test_it_is_said_when_no_mail_is_taken(house: House) -> None:
    who = await ada(house)
    house.mailbox.away = True
    said = await house.step_up.begin(who, "mail")
    assert said is not None
    assert said.reason is Reason.MAIL_UNAVAILABLE
    assert said.retry_after_s


async def test_without_mail_an_operator_is_named_and_an_unknown_way_is_refused(house: House) -> None:
    who = await ada(house)
    alone = StepUp(house.homes, ())
    assert await alone.ways(who) == ()
    said = await alone.begin(who, "mail")
    assert said is not None
    assert "operator" in said.message
    assert reason(await house.step_up.begin(who, "telepathy")) is Reason.INVALID_REQUEST
    assert reason(await house.step_up.confirm(who, CAFE, Shown("telepathy", "1"))) is Reason.INVALID_REQUEST
