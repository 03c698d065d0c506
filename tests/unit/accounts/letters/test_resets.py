"""A new password by mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from account_house import House, house_over
from mailbox_in_memory import Mailbox
from records_that_fail import SwitchedRecords
from seawall.accounts.accounts import Standing
from seawall.accounts.factors.second_factor import SecondFactorDue
from seawall.accounts.sessions import Session
from seawall.records.entries import AddAccount
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal
from settable_clock import SettableClock


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def mailing(records: SwitchedRecords, clock: SettableClock, mailbox: Mailbox) -> Iterator[House]:
    built = house_over(records, clock, mailer=mailbox)
    yield built
    built.passwords.close()


def told(result: object) -> tuple[Reason, str | None]:
    assert isinstance(result, Refusal), result
    return result.reason, result.param


async def asked(house: House, email: str = "ada@example.org", network: str = "net") -> None:
    assert house.resets.ask(email, network) is None
    await house.letters.close()


async def test_a_link_sets_the_password_ends_every_session_and_opens_once(
    house: House, mailing: House, mailbox: Mailbox
) -> None:
    session = await house.member()
    cookie = session.cookie
    await asked(mailing, " ADA@example.org")
    page, secret = mailbox.mails[0].link
    assert (page, mailbox.mails[0].to) == ("reset", "ada@example.org")
    assert isinstance(await mailing.sessions.identify(cookie), Identity)

    assert await mailing.resets.reset(secret, "a better password") is None

    assert told(await mailing.sessions.identify(cookie)) == (Reason.NOT_SIGNED_IN, None)
    assert isinstance(await mailing.entrance.sign_in("ada@example.org", "a better password", "net"), Session)
    assert told(await mailing.resets.reset(secret, "the best password")) == (Reason.DEAD_LINK, None)
    await mailing.letters.close()
    assert "changed" in mailbox.mails[-1].subject


async def test_a_password_that_is_not_taken_leaves_the_link_good(
    house: House, mailing: House, mailbox: Mailbox
) -> None:
    await house.member()
    await asked(mailing)
    secret = mailbox.mails[0].link[1]
    for weak in ("short", "password123", "ada@example.org"):
        assert told(await mailing.resets.reset(secret, weak)) == (Reason.INVALID_REQUEST, "password")
    assert await mailing.resets.reset(secret, "a better password") is None


async def test_a_link_is_good_for_an_hour(house: House, mailing: House, mailbox: Mailbox) -> None:
    await house.member()
    await asked(mailing)
    mailing.clock.advance(3601)
    assert told(await mailing.resets.reset(mailbox.mails[0].link[1], "a better password")) == (Reason.DEAD_LINK, None)


@pytest.mark.parametrize("secret", ["", "x", "0" * 48, "é" * 48])
async def test_an_invented_link_is_dead_and_costs_no_look_up(mailing: House, secret: str) -> None:
    before = mailing.records.asked
    assert told(await mailing.resets.reset(secret, "a better password")) == (Reason.DEAD_LINK, None)
    assert mailing.records.asked == before


async def test_an_unknown_address_is_told_the_same_and_gets_nothing(mailing: House, mailbox: Mailbox) -> None:
    await asked(mailing, "eve@example.org")
    assert mailbox.mails == []


async def test_asking_asks_no_records_before_the_answer(house: House, mailing: House) -> None:
    await house.member()
    before = mailing.records.asked
    assert mailing.resets.ask("ada@example.org", "net") is None
    assert mailing.records.asked == before
    await mailing.letters.close()


async def test_a_disabled_account_gets_no_link(house: House, mailing: House, mailbox: Mailbox) -> None:
    session = await house.member()
    await house.accounts.change(session.identity.account_id, Standing(disabled=True))
    await asked(mailing)
    assert mailbox.mails == []


async def test_an_account_without_a_password_is_told_how_it_signs_in(mailing: House, mailbox: Mailbox) -> None:
    await mailing.accounts.put(AddAccount(mailing.accounts.new_row("ada@example.org", "")))
    await asked(mailing)
    assert "no password" in mailbox.mails[0].subject


async def test_nobodys_mailbox_is_filled_and_a_network_is_told_to_wait(
    house: House, mailing: House, mailbox: Mailbox
) -> None:
    await house.member()
    for _ in range(5):
        await asked(mailing)
    assert len(mailbox.mails) == 3
    refused = next(result for n in range(40) if (result := mailing.resets.ask(f"n{n}@example.org", "net")) is not None)
    assert refused.reason is Reason.TOO_MANY_ATTEMPTS
    assert refused.retry_after_s
    assert mailing.resets.ask("eve@example.org", "elsewhere") is None
    await mailing.letters.close()


async def test_without_mail_an_operator_is_named(house: House) -> None:
    assert told(house.resets.ask("ada@example.org", "net")) == (Reason.NOT_FOUND, None)


async def test_a_reset_takes_no_second_factor_away(
    house: House, mailing: House, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def factors(account_id: str) -> tuple[str, ...]:
        return ("totp",)

    await house.member()
    await asked(mailing)
    await mailing.resets.reset(mailbox.mails[0].link[1], "a better password")
    monkeypatch.setattr(mailing.entrance, "_factors_of", factors)
    due = await mailing.entrance.sign_in("ada@example.org", "a better password", "net")
    assert isinstance(due, SecondFactorDue)
    await mailing.letters.close()


async def test_a_mail_server_that_is_away_changes_no_answer(house: House, mailing: House, mailbox: Mailbox) -> None:
    await house.member()
    mailbox.away = True
    await asked(mailing)
    mailbox.away = False
    mailing.clock.advance(301)
    await asked(mailing)
    assert len(mailbox.mails) == 1


async def test_a_verified_address_stays_so_and_a_reset_verifies_one(
    house: House, mailing: House, mailbox: Mailbox
) -> None:
    session = await house.member()
    row = await house.accounts.by_id(session.identity.account_id)
    assert row is not None
    assert row.verified_s is None
    await asked(mailing)
    await mailing.resets.reset(mailbox.mails[0].link[1], "a better password")
    reset = await house.accounts.by_id(session.identity.account_id)
    assert reset is not None
    assert replace(reset, password_hash=row.password_hash) == replace(row, verified_s=mailing.clock())
    await mailing.letters.close()
