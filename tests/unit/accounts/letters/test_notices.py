"""What changes of an account's locks is told to its address, whoever changed it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyotp.totp import TOTP

from account_house import House, house_over
from mailbox_in_memory import Mailbox
from records_that_fail import SwitchedRecords
from seawall.accounts.letters.letter_words import Change
from seawall.accounts.letters.notices import TO_OWNER
from seawall.accounts.ownership import Proof
from seawall.values.arrival import Place
from seawall.values.identity import Identity
from seawall.values.refusal import Refusal
from settable_clock import SettableClock

HERE = Place("192.0.2.7", "00")
BY_PASSWORD = Proof("a good password")


@pytest.fixture
def mailing(records: SwitchedRecords, clock: SettableClock) -> Iterator[House]:
    built = house_over(records, clock, mailer=Mailbox())
    yield built
    built.passwords.close()


@pytest.fixture
async def who(house: House) -> Identity:
    return (await house.member()).identity


async def mails(house: House) -> list[str]:
    """What has come since it was asked last."""
    await house.letters.close()
    texts = [mail.text for mail in house.mailbox.mails]
    assert {mail.to for mail in house.mailbox.mails} <= {"ada@example.org"}
    house.mailbox.mails.clear()
    return texts


async def with_app(house: House, who: Identity) -> None:
    begun = await house.own_factors.begin_authenticator(who, BY_PASSWORD, HERE)
    assert not isinstance(begun, Refusal)
    assert not isinstance(
        await house.own_factors.confirm_authenticator(who, TOTP(begun.secret).at(int(house.clock()))), Refusal
    )


async def test_each_change_of_an_authenticator_and_its_codes_is_told(mailing: House, who: Identity) -> None:
    await with_app(mailing, who)
    assert not isinstance(await mailing.own_factors.renew_codes(who, BY_PASSWORD, HERE), Refusal)
    assert await mailing.own_factors.remove_authenticator(who, BY_PASSWORD, HERE) is None
    told = await mails(mailing)
    assert [change.value[0] in text for change, text in zip(_CHANGES, told, strict=True)] == [True] * 3
    assert all(change.value[1] in text for change, text in zip(_CHANGES, told, strict=True))
    assert all("https://chat.example.org/forgot" in text for text in told)


_CHANGES = (Change.APP_ADDED, Change.CODES_RENEWED, Change.APP_REMOVED)


async def test_whoever_takes_all_factors_away_the_owner_hears_of_it(mailing: House, who: Identity) -> None:
    await with_app(mailing, who)
    await mails(mailing)
    assert await mailing.own_factors.reset(who.account_id) is None
    (text,) = await mails(mailing)
    assert Change.ALL_REMOVED.value[0] in text


async def test_a_new_password_is_told_and_a_refused_one_is_not(mailing: House, who: Identity) -> None:
    assert await mailing.entrance.change_password(who, "a bad password", "a better password") is not None
    assert await mails(mailing) == []
    assert await mailing.entrance.change_password(who, "a good password", "a better password") is None
    (text,) = await mails(mailing)
    assert "new password" in text


async def test_a_mailbox_is_not_filled(mailing: House, who: Identity) -> None:
    for _ in range(100):
        mailing.notices.password_changed(who.account_id)
    assert len(await mails(mailing)) == TO_OWNER.burst


async def test_without_mail_nobody_is_told(house: House, who: Identity) -> None:
    await with_app(house, who)
    house.notices.password_changed(who.account_id)
    assert await mails(house) == []
