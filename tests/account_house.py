"""The account services over real records. Knows how they are joined; knows no test."""

from __future__ import annotations

from dataclasses import dataclass

from argon2 import PasswordHasher

from mailbox_in_memory import Mailbox
from records_that_fail import SwitchedRecords
from seawall.accounts.accounts import Accounts
from seawall.accounts.devices import Devices
from seawall.accounts.entrance import Entrance
from seawall.accounts.first_owner import FirstOwner
from seawall.accounts.homes import Homes
from seawall.accounts.keys import Keys
from seawall.accounts.passwords import Passwords
from seawall.accounts.sessions import Session, Sessions
from seawall.accounts.step_up import MailedCode, StepUp
from seawall.accounts.throttle import Throttle
from seawall.people import AccountRooms
from seawall.values.home import keyed_names
from settable_clock import SettableClock

SECRET = b"s" * 32
VERDICT_S = 5.0


@dataclass
class House:
    """Everything of the room, and its time."""

    records: SwitchedRecords
    clock: SettableClock
    passwords: Passwords
    keys: Keys
    sessions: Sessions
    accounts: Accounts
    first_owner: FirstOwner
    entrance: Entrance
    homes: Homes
    devices: Devices
    step_up: StepUp
    mailbox: Mailbox

    @property
    def rooms(self) -> AccountRooms:
        """As the app takes them."""
        return AccountRooms(
            self.accounts,
            self.keys,
            self.sessions,
            self.passwords,
            self.entrance,
            self.first_owner,
            self.homes,
            self.devices,
            self.step_up,
        )

    async def member(self, email: str = "ada@example.org", password: str = "a good password") -> Session:
        session = await self.entrance.sign_up(email, password)
        assert isinstance(session, Session)
        return session

    async def owner(self, email: str = "owner@example.org", password: str = "a good password") -> Session:
        session = await self.entrance.set_up(await self.first_owner.token() or "", email, password)
        assert isinstance(session, Session)
        return session


def house_over(records: SwitchedRecords, clock: SettableClock, *, signup_open: bool = True) -> House:
    """Argon2 at its least, so that tests are quick; ``test_passwords`` looks at the real parameters."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords = Passwords(threads=2, waiting=8, hasher=quick)
    keys = Keys(records, verdict_s=VERDICT_S, clock=clock, unix_time=clock)
    sessions = Sessions(records, SECRET, lifetime_s=86400.0, verdict_s=VERDICT_S, clock=clock, unix_time=clock)
    homes = Homes(records, keyed_names(SECRET), unix_time=clock, forgetful=(keys, sessions))
    accounts = Accounts(records, passwords, homes, unix_time=clock, forgetful=(keys, sessions))
    first_owner = FirstOwner(records)
    throttle = Throttle(clock=clock)
    devices, mailbox = Devices(SECRET), Mailbox()
    step_up = StepUp(homes, (MailedCode(mailbox, service="Seawall", clock=clock),))
    entrance = Entrance(records, accounts, passwords, sessions, throttle, first_owner, homes, signup_open=signup_open)
    return House(
        records, clock, passwords, keys, sessions, accounts, first_owner, entrance, homes, devices, step_up, mailbox
    )
