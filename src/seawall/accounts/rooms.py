"""Joins the services around accounts over what they stand on. Knows these rooms; holds no logic of its own."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seawall.accounts.accounts import Accounts
from seawall.accounts.comings import Comings
from seawall.accounts.entrance import Entrance
from seawall.accounts.factors.factor_entrance import FactorEntrance
from seawall.accounts.factors.factor_parts import FactorParts, factor_parts
from seawall.accounts.factors.factors import PASSKEY, TOTP
from seawall.accounts.factors.own_factors import OwnFactors
from seawall.accounts.factors.sealing import Sealing
from seawall.accounts.factors.second_factor import Tickets
from seawall.accounts.forgetful import Forgetful
from seawall.accounts.homes.devices import Devices
from seawall.accounts.homes.homes import Homes
from seawall.accounts.homes.own_devices import OwnDevices
from seawall.accounts.homes.step_up import FactorProof, MailedCode, Proof, StepUp
from seawall.accounts.joining.approvals import Approvals
from seawall.accounts.joining.bell import Bell
from seawall.accounts.joining.enrolment import Enrolment
from seawall.accounts.joining.first_owner import FirstOwner
from seawall.accounts.joining.invites import Invites
from seawall.accounts.joining.signup_rules import SignupRules
from seawall.accounts.joining.terms import Terms
from seawall.accounts.keys.keys import Keys
from seawall.accounts.letters.letters import Letters
from seawall.accounts.letters.link_secrets import LinkSecrets
from seawall.accounts.letters.notices import Notices
from seawall.accounts.letters.resets import Resets
from seawall.accounts.outside.outside import KnownProvider, OutsideSignIn
from seawall.accounts.outside.outside_accounts import OutsideAccounts
from seawall.accounts.outside.own_identities import OwnIdentities
from seawall.accounts.own_account import OwnAccount
from seawall.accounts.ownership import Ownership
from seawall.accounts.passwords.passwords import Passwords
from seawall.accounts.passwords.throttle import Throttle
from seawall.accounts.roll_call import RollCall
from seawall.accounts.sessions import Sessions
from seawall.mail.port import Mailer
from seawall.records.port import Records
from seawall.values.home import keyed_names


@dataclass(frozen=True, slots=True)
class Means:
    """What the services stand on.

    Attributes:
        service: what letters and authenticators call it.
        home: where links in letters and invites lead.
        mailer: None where no mail is sent; ``by_mail`` is whether who registers then has to open a link.
        forgetful: told of each change of an account, beside the services here.
    """

    records: Records
    secret: bytes
    passwords: Passwords
    mailer: Mailer | None
    rules: SignupRules
    terms: Terms
    service: str
    home: str
    lifetime_s: float
    verdict_s: float
    by_mail: bool = True
    providers: tuple[KnownProvider, ...] = ()
    forgetful: Sequence[Forgetful] = ()
    clock: Callable[[], float] = time.monotonic
    unix_time: Callable[[], float] = time.time
    random: Callable[[int], bytes] = secrets.token_bytes


@dataclass(frozen=True, slots=True)
class AccountRooms:
    """The services around accounts, over one set of records."""

    accounts: Accounts
    keys: Keys
    sessions: Sessions
    roll_call: RollCall
    passwords: Passwords
    entrance: Entrance
    first_owner: FirstOwner
    homes: Homes
    devices: Devices
    step_up: StepUp
    invites: Invites
    letters: Letters
    notices: Notices
    enrolment: Enrolment
    approvals: Approvals
    bell: Bell
    resets: Resets
    own: OwnAccount
    ownership: Ownership
    own_factors: OwnFactors
    factor_entrance: FactorEntrance
    outside: OutsideSignIn
    own_identities: OwnIdentities
    mailer: Mailer | None

    async def close(self) -> None:
        """Ends what goes on by itself, while the records still take what is left."""
        await self.bell.close()
        await self.letters.close()
        await self.sessions.close()
        self.passwords.close()


@dataclass(frozen=True, slots=True)
class _Register:
    """Who there is and who is let in, before anybody comes."""

    accounts: Accounts
    keys: Keys
    sessions: Sessions
    roll_call: RollCall
    homes: Homes
    devices: Devices
    own_devices: OwnDevices
    letters: Letters
    throttle: Throttle
    first_owner: FirstOwner
    parts: FactorParts


def account_rooms(means: Means) -> AccountRooms:
    """The account services over these means."""
    records, unix_time = means.records, means.unix_time
    register = _register(means)
    accounts, letters, parts = register.accounts, register.letters, register.parts
    notices = Notices(letters, accounts, clock=means.clock)
    invites = Invites(records, LinkSecrets(means.secret, "invite"), letters, unix_time=unix_time, random=means.random)
    bell = Bell(records, letters)
    enrolment = _enrolment(means, register, invites, bell)
    entrance = _entrance(means, register, notices, awaits_mail=enrolment.by_mail)
    ownership = Ownership(records, accounts, entrance, parts.factors, unix_time=unix_time)
    outside = OutsideSignIn(
        means.providers,
        OutsideAccounts(records, accounts, bell, unix_time=unix_time),
        entrance,
        Sealing(means.secret, "outside"),
        unix_time=unix_time,
    )
    links = LinkSecrets(means.secret, "reset")
    return AccountRooms(
        accounts=accounts,
        keys=register.keys,
        sessions=register.sessions,
        roll_call=register.roll_call,
        passwords=means.passwords,
        entrance=entrance,
        first_owner=register.first_owner,
        homes=register.homes,
        devices=register.devices,
        step_up=_step_up(means, register),
        invites=invites,
        letters=letters,
        notices=notices,
        enrolment=enrolment,
        approvals=Approvals(records, accounts, letters),
        bell=bell,
        resets=Resets(records, accounts, means.passwords, letters, notices, links, unix_time=unix_time),
        own=OwnAccount(records, accounts, entrance, means.terms, unix_time=unix_time),
        ownership=ownership,
        own_factors=parts.own(accounts, ownership, notices),
        factor_entrance=parts.entrance(entrance),
        outside=outside,
        own_identities=OwnIdentities(records, outside, parts.factors, ownership),
        mailer=means.mailer,
    )


def _register(means: Means) -> _Register:
    records, clock, unix_time = means.records, means.clock, means.unix_time
    roll_call = RollCall(records, every_s=means.verdict_s)
    keys = Keys(
        records,
        verdict_s=means.verdict_s,
        clock=clock,
        unix_time=unix_time,
        random=means.random,
        revoked=roll_call.look_soon,
    )
    sessions = Sessions(
        records,
        means.secret,
        lifetime_s=means.lifetime_s,
        verdict_s=means.verdict_s,
        clock=clock,
        unix_time=unix_time,
        random=means.random,
    )
    homes = Homes(records, keyed_names(means.secret), unix_time=unix_time, forgetful=(keys, sessions))
    devices = Devices(means.secret, random=means.random)
    own_devices = OwnDevices(homes, devices)
    told = (keys, sessions, roll_call, *means.forgetful)
    return _Register(
        accounts=Accounts(records, means.passwords, homes, unix_time=unix_time, forgetful=told, random=means.random),
        keys=keys,
        sessions=sessions,
        roll_call=roll_call,
        homes=homes,
        devices=devices,
        own_devices=own_devices,
        letters=Letters(means.mailer, service=means.service, home=means.home, clock=clock),
        throttle=Throttle(clock=clock),
        first_owner=FirstOwner(records),
        parts=factor_parts(
            records,
            homes,
            own_devices,
            means.secret,
            service=means.service,
            clock=clock,
            unix_time=unix_time,
        ),
    )


def _enrolment(means: Means, register: _Register, invites: Invites, bell: Bell) -> Enrolment:
    return Enrolment(
        means.records,
        register.accounts,
        means.passwords,
        register.sessions,
        register.throttle,
        invites,
        register.letters,
        bell,
        LinkSecrets(means.secret, "registration"),
        rules=means.rules,
        terms=means.terms,
        by_mail=means.by_mail,
        unix_time=means.unix_time,
    )


def _entrance(means: Means, register: _Register, notices: Notices, *, awaits_mail: bool) -> Entrance:
    return Entrance(
        means.records,
        register.accounts,
        means.passwords,
        register.sessions,
        register.throttle,
        register.first_owner,
        register.homes,
        register.own_devices,
        notices,
        comings=Comings(clock=means.clock),
        tickets=Tickets(means.secret, unix_time=means.unix_time),
        factors_of=register.parts.factors.ways,
        awaits_mail=awaits_mail,
    )


def _step_up(means: Means, register: _Register) -> StepUp:
    """The ways to show away from home that an account is one's own: its second factors, and a code by mail where mail
    is sent.
    """
    factors = register.parts.factors
    proofs: list[Proof] = [FactorProof(TOTP, factors), FactorProof(PASSKEY, factors)]
    if means.mailer is not None:
        proofs.append(MailedCode(means.mailer, service=means.service, clock=means.clock))
    return StepUp(register.homes, tuple(proofs))
