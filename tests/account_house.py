"""The account services over real records. Knows how they are joined; knows no test."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from argon2 import PasswordHasher

from mailbox_in_memory import Mailbox
from records_that_fail import SwitchedRecords
from seawall.accounts.accounts import Accounts
from seawall.accounts.entrance import Entrance
from seawall.accounts.factors.factor_entrance import FactorEntrance
from seawall.accounts.factors.factor_parts import factor_parts
from seawall.accounts.factors.factors import PASSKEY, TOTP
from seawall.accounts.factors.own_factors import OwnFactors
from seawall.accounts.factors.sealing import Sealing
from seawall.accounts.factors.second_factor import Tickets
from seawall.accounts.homes.devices import Devices
from seawall.accounts.homes.homes import Homes
from seawall.accounts.homes.step_up import FactorProof, MailedCode, StepUp
from seawall.accounts.joining.approvals import Approvals
from seawall.accounts.joining.enrolment import Application, Awaited, Enrolment
from seawall.accounts.joining.first_owner import FirstOwner
from seawall.accounts.joining.invites import Invites
from seawall.accounts.joining.signup_rules import SignupRules
from seawall.accounts.joining.terms import Terms
from seawall.accounts.keys.keys import Keys
from seawall.accounts.letters.letters import Letters
from seawall.accounts.letters.link_secrets import LinkSecrets
from seawall.accounts.letters.resets import Resets
from seawall.accounts.outside.outside import KnownProvider, OutsideSignIn
from seawall.accounts.outside.outside_accounts import OutsideAccounts
from seawall.accounts.outside.own_identities import OwnIdentities
from seawall.accounts.own_account import OwnAccount
from seawall.accounts.ownership import Ownership
from seawall.accounts.passwords.passwords import Passwords
from seawall.accounts.passwords.throttle import Throttle
from seawall.accounts.roll_call import RollCall
from seawall.accounts.sessions import Session, Sessions
from seawall.mail.port import Mailer
from seawall.people import AccountRooms
from seawall.values.home import keyed_names
from seawall.values.refusal import Refusal
from settable_clock import SettableClock

SECRET = b"s" * 32
VERDICT_S = 5.0
HOME = "https://chat.example.org"
OPEN = SignupRules()
CLOSED = SignupRules("closed")
NO_TERMS = Terms()


@dataclass
class House:
    """Everything of the room, and its time. ``mailbox`` is where codes and letters arrive."""

    records: SwitchedRecords
    clock: SettableClock
    mailbox: Mailbox
    passwords: Passwords
    keys: Keys
    sessions: Sessions
    roll_call: RollCall
    accounts: Accounts
    first_owner: FirstOwner
    entrance: Entrance
    homes: Homes
    devices: Devices
    step_up: StepUp
    invites: Invites
    letters: Letters
    enrolment: Enrolment
    approvals: Approvals
    resets: Resets
    own: OwnAccount
    ownership: Ownership
    own_factors: OwnFactors
    factor_entrance: FactorEntrance
    outside: OutsideSignIn
    own_identities: OwnIdentities
    mailer: Mailer | None

    @property
    def rooms(self) -> AccountRooms:
        """As the app takes them."""
        return AccountRooms(**{each.name: getattr(self, each.name) for each in fields(AccountRooms)})

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
    passwords = Passwords(threads=2, waiting=8, hasher=quick)
    roll_call = RollCall(records, every_s=VERDICT_S)
    keys = Keys(records, verdict_s=VERDICT_S, clock=clock, unix_time=clock, revoked=roll_call.look_soon)
    sessions = Sessions(records, SECRET, lifetime_s=86400.0, verdict_s=VERDICT_S, clock=clock, unix_time=clock)
    homes = Homes(records, keyed_names(SECRET), unix_time=clock, forgetful=(keys, sessions))
    accounts = Accounts(records, passwords, homes, unix_time=clock, forgetful=(keys, sessions, roll_call))
    first_owner, throttle = FirstOwner(records), Throttle(clock=clock)
    mailbox = mailer if isinstance(mailer, Mailbox) else Mailbox()
    letters = Letters(mailer, service="chat.example.org", home=HOME, clock=clock)
    invites = Invites(records, LinkSecrets(SECRET, "invite"), unix_time=clock)
    links = LinkSecrets(SECRET, "registration")
    enrolment = Enrolment(
        records,
        accounts,
        passwords,
        sessions,
        throttle,
        invites,
        letters,
        links,
        rules=rules,
        terms=terms,
        by_mail=True,
        unix_time=clock,
    )
    tickets = Tickets(SECRET, unix_time=clock)
    parts = factor_parts(records, homes, SECRET, service="Seawall", clock=clock, unix_time=clock)
    entrance = Entrance(
        records,
        accounts,
        passwords,
        sessions,
        throttle,
        first_owner,
        homes,
        tickets=tickets,
        factors_of=parts.factors.ways,
        awaits_mail=enrolment.by_mail,
    )
    ownership = Ownership(records, accounts, entrance, parts.factors, unix_time=clock)
    lasting = OutsideAccounts(records, accounts, unix_time=clock)
    outside = OutsideSignIn(providers, lasting, entrance, Sealing(SECRET, "outside"), unix_time=clock)
    proofs = (
        FactorProof(TOTP, parts.factors),
        FactorProof(PASSKEY, parts.factors),
        MailedCode(mailbox, service="Seawall", clock=clock),
    )
    return House(
        records=records,
        clock=clock,
        mailbox=mailbox,
        passwords=passwords,
        keys=keys,
        sessions=sessions,
        roll_call=roll_call,
        accounts=accounts,
        first_owner=first_owner,
        entrance=entrance,
        homes=homes,
        devices=Devices(SECRET),
        step_up=StepUp(homes, proofs),
        invites=invites,
        letters=letters,
        enrolment=enrolment,
        approvals=Approvals(records, accounts, letters),
        resets=Resets(records, accounts, passwords, letters, LinkSecrets(SECRET, "reset"), unix_time=clock),
        own=OwnAccount(records, accounts, entrance, terms, unix_time=clock),
        ownership=ownership,
        own_factors=parts.own(accounts, ownership),
        factor_entrance=parts.entrance(entrance),
        outside=outside,
        own_identities=OwnIdentities(records, outside, parts.factors, ownership),
        mailer=mailer,
    )
