"""Joins the services around accounts, over one set of records. Knows these rooms; holds no logic of its own."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from seawall.accounts.accounts import Accounts
from seawall.accounts.devices import Devices
from seawall.accounts.entrance import Entrance
from seawall.accounts.first_owner import FirstOwner
from seawall.accounts.homes import Homes
from seawall.accounts.keys import Keys
from seawall.accounts.passwords import Passwords
from seawall.accounts.sessions import Sessions
from seawall.accounts.step_up import MailedCode, StepUp
from seawall.accounts.throttle import Throttle
from seawall.ground import StartError, lay_records
from seawall.records.port import Records, RecordsError
from seawall.settings.tree import Settings
from seawall.values.home import keyed_names


@dataclass(frozen=True, slots=True)
class AccountRooms:
    """The services around accounts, over one set of records."""

    accounts: Accounts
    keys: Keys
    sessions: Sessions
    passwords: Passwords
    entrance: Entrance
    first_owner: FirstOwner
    homes: Homes
    devices: Devices
    step_up: StepUp


@asynccontextmanager
async def open_accounts(settings: Settings, data: Path) -> AsyncGenerator[AccountRooms, None]:
    """The account services alone, for the command line; works while the service runs. Raises StartError."""
    records, secret = lay_records(settings, data)
    try:
        await records.start()
    except RecordsError as error:
        raise StartError(str(error)) from error
    rooms = account_rooms(settings, records, secret)
    try:
        yield rooms
    finally:
        rooms.passwords.close()
        await records.close()


def account_rooms(settings: Settings, records: Records, secret: bytes) -> AccountRooms:
    """The account services over these records."""
    limits = settings.accounts
    keys = Keys(records, verdict_s=limits.verdict_s, clock=time.monotonic, unix_time=time.time)
    sessions = Sessions(
        records,
        secret,
        lifetime_s=limits.session_days * 86400,
        verdict_s=limits.verdict_s,
        clock=time.monotonic,
        unix_time=time.time,
    )
    passwords = Passwords(threads=limits.hashing_threads, waiting=limits.hashing_waiting)
    homes = Homes(records, keyed_names(secret), unix_time=time.time, forgetful=(keys, sessions))
    accounts = Accounts(records, passwords, homes, unix_time=time.time, forgetful=(keys, sessions))
    first_owner = FirstOwner(records)
    entrance = Entrance(
        records,
        accounts,
        passwords,
        sessions,
        Throttle(clock=time.monotonic),
        first_owner,
        homes,
        signup_open=limits.signup == "open",
    )
    devices, stepping = Devices(secret), step_up(settings, homes)
    return AccountRooms(accounts, keys, sessions, passwords, entrance, first_owner, homes, devices, stepping)


def step_up(settings: Settings, homes: Homes) -> StepUp:
    """The ways to show away from home that an account is one's own: a code by mail where a server is named."""
    if not settings.mail.host:
        return StepUp(homes, ())
    from seawall.mail.smtp import SmtpMailer  # Imported late: most services, and all of the command line, send none.

    service = settings.public_url or "Seawall"
    return StepUp(homes, (MailedCode(SmtpMailer(settings.mail), service=service, clock=time.monotonic),))
