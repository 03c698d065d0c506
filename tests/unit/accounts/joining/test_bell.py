"""Operators hear that somebody waits: at once, and then no more often than so, however many come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from account_house import House, house_over
from mailbox_in_memory import Mailbox
from patience import until
from records_that_fail import SwitchedRecords
from seawall.accounts.accounts import Standing
from seawall.accounts.joining.bell import EVERY_S, Bell
from seawall.accounts.joining.enrolment import Awaited
from seawall.accounts.joining.signup_rules import SignupRules
from seawall.records.entries import AccountRow
from seawall.values.identity import Role
from settable_clock import SettableClock


class Night:
    """A sleep that ends when the test says so."""

    def __init__(self) -> None:
        self.slept_s: list[float] = []
        self.morning = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        await self.morning.wait()
        self.morning.clear()


@pytest.fixture
async def house(records: SwitchedRecords, clock: SettableClock) -> AsyncIterator[House]:
    """Approval is asked for; codes and mails come into its mailbox."""
    built = house_over(records, clock, rules=SignupRules("approval"))
    yield built
    built.passwords.close()


@pytest.fixture
def night() -> Night:
    return Night()


@pytest.fixture
async def bell(house: House, night: Night) -> AsyncIterator[Bell]:
    letters = house_over(house.records, house.clock, mailer=house.mailbox).letters
    bell = Bell(house.records, letters, sleep=night.sleep)
    yield bell
    await bell.close()


async def newcomer(house: House, name: str) -> None:
    assert isinstance(await house.enrol(f"{name}@example.org"), Awaited)


async def test_the_first_is_told_at_once_and_the_next_ones_together(house: House, bell: Bell, night: Night) -> None:
    await house.owner()
    await house.accounts.add("operator@example.org", "a good password", Role.OPERATOR)
    gone = await house.accounts.add("gone@example.org", "a good password", Role.OPERATOR)
    assert isinstance(gone, AccountRow)
    await house.accounts.change(gone.id, Standing(disabled=True))
    mailbox = house.mailbox

    await newcomer(house, "ada")
    bell.ring()
    await until(lambda: night.slept_s == [EVERY_S])
    assert sorted(mail.to for mail in mailbox.mails) == ["operator@example.org", "owner@example.org"]
    assert all("One person waits" in mail.text and "/operator" in mail.text for mail in mailbox.mails)

    for name in ("eve", "bob"):
        await newcomer(house, name)
        bell.ring()
    assert len(mailbox.mails) == 2
    night.morning.set()
    await until(lambda: len(night.slept_s) == 2)
    assert [mail.subject.partition(" / ")[0] for mail in mailbox.mails[2:]] == ["3 people wait to be let in"] * 2

    night.morning.set()
    await until(lambda: not night.morning.is_set())
    assert len(night.slept_s) == 2
    assert len(mailbox.mails) == 4


async def test_nobody_is_told_of_who_waits_no_more(house: House, bell: Bell, night: Night) -> None:
    await house.owner()
    bell.ring()
    await until(lambda: night.slept_s == [EVERY_S])
    assert house.mailbox.mails == []


async def test_a_fault_of_the_records_ends_nothing(house: House, bell: Bell, night: Night) -> None:
    await house.owner()
    await newcomer(house, "ada")
    house.records.away = True
    bell.ring()
    await until(lambda: night.slept_s == [EVERY_S])
    house.records.away = False
    bell.ring()
    night.morning.set()
    await until(lambda: len(house.mailbox.mails) == 1)


async def test_who_registers_rings_it(records: SwitchedRecords, clock: SettableClock) -> None:
    house = house_over(records, clock, rules=SignupRules("approval"), mailer=Mailbox())
    await house.owner()
    assert await house.enrol() is not None
    await house.letters.close()
    secret = house.mailbox.mails[0].link[1]
    assert isinstance(await house.enrolment.confirm(secret, "a good password"), Awaited)
    await until(lambda: "waits" in house.mailbox.mails[-1].subject)
    await house.close()
