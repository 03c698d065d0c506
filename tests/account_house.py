"""The account services over real records, with time in a test's hand. Knows what they stand on; knows no test."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from argon2 import PasswordHasher

from mailbox_in_memory import Mailbox
from records_that_fail import SwitchedRecords
from seawall.accounts.homes.step_up import MailedCode, StepUp
from seawall.accounts.joining.enrolment import Application, Awaited
from seawall.accounts.joining.signup_rules import SignupRules
from seawall.accounts.joining.terms import Terms
from seawall.accounts.outside.outside import KnownProvider
from seawall.accounts.passwords.passwords import Passwords
from seawall.accounts.rooms import AccountRooms, Means, account_rooms
from seawall.accounts.sessions import Session
from seawall.mail.port import Mailer
from seawall.values.refusal import Refusal
from settable_clock import SettableClock

SECRET = b"s" * 32
VERDICT_S = 5.0
HOME = "https://chat.example.org"
OPEN = SignupRules()
CLOSED = SignupRules("closed")
NO_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class House(AccountRooms):
    """Everything of the room, and its time. ``mailbox`` is where codes and letters arrive."""

    records: SwitchedRecords
    clock: SettableClock
    mailbox: Mailbox

    async def enrol(
        self, email: str = "ada@example.org", password: str = "a good password", **filled_in: Any
    ) -> Session | Awaited | Refusal:
        """What becomes of a form, past the gate."""
        applicant = await self.enrolment.look(Application(email, password, **filled_in))
        return applicant if isinstance(applicant, Refusal) else await self.enrolment.enrol(applicant)

    async def member(self, email: str = "ada@example.org", password: str = "a good password") -> Session:
        session = await self.enrol(email, password)
        assert isinstance(session, Session)
        return session

    async def owner(self, email: str = "owner@example.org", password: str = "a good password") -> Session:
        session = await self.entrance.set_up(await self.first_owner.token() or "", email, password)
        assert isinstance(session, Session)
        return session


def house_over(
    records: SwitchedRecords,
    clock: SettableClock,
    *,
    rules: SignupRules = OPEN,
    terms: Terms = NO_TERMS,
    mailer: Mailer | None = None,
    providers: tuple[KnownProvider, ...] = (),
) -> House:
    """Argon2 at its least, so that tests are quick; ``test_passwords`` looks at the real parameters.

    Codes come into the mailbox anyway; with a ``mailer`` letters are sent too, and registrations wait for theirs.
    """
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    means = Means(
        records=records,
        secret=SECRET,
        passwords=Passwords(threads=2, waiting=8, hasher=quick),
        mailer=mailer,
        rules=rules,
        terms=terms,
        service="chat.example.org",
        home=HOME,
        lifetime_s=86400.0,
        verdict_s=VERDICT_S,
        providers=providers,
        clock=clock,
        unix_time=clock,
    )
    mailbox = mailer if isinstance(mailer, Mailbox) else Mailbox()
    built = account_rooms(means)
    parts = {each.name: getattr(built, each.name) for each in fields(built)}
    if mailer is None:
        code = MailedCode(mailbox, service=means.service, clock=clock)
        parts["step_up"] = StepUp(built.homes, (*built.step_up.proofs.values(), code))
    return House(**parts, records=records, clock=clock, mailbox=mailbox)
