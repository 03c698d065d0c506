"""Joins the services around accounts, over one set of records. Knows these rooms; holds no logic of its own."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from seawall.accounts.accounts import Accounts
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
from seawall.accounts.homes.step_up import FactorProof, MailedCode, Proof, StepUp
from seawall.accounts.joining.approvals import Approvals
from seawall.accounts.joining.enrolment import Enrolment
from seawall.accounts.joining.first_owner import FirstOwner
from seawall.accounts.joining.invites import Invites
from seawall.accounts.joining.signup_rules import SignupRules
from seawall.accounts.joining.terms import Terms, TermsError, read_terms
from seawall.accounts.keys.keys import Keys
from seawall.accounts.letters.letters import Letters
from seawall.accounts.letters.link_secrets import LinkSecrets
from seawall.accounts.letters.resets import Resets
from seawall.accounts.outside.outside import KnownProvider, OutsideSignIn
from seawall.accounts.outside.outside_accounts import OutsideAccounts, ProviderRules
from seawall.accounts.outside.own_identities import OwnIdentities
from seawall.accounts.own_account import OwnAccount
from seawall.accounts.ownership import Ownership
from seawall.accounts.passwords.passwords import Passwords
from seawall.accounts.passwords.throttle import Throttle
from seawall.accounts.roll_call import RollCall
from seawall.accounts.sessions import Sessions
from seawall.ground import StartError, lay_records
from seawall.mail.port import Mailer
from seawall.operating.account_desk import RunningService
from seawall.providers.openid import OpenIdProvider
from seawall.records.port import Records, RecordsError
from seawall.settings.accounts import AccountSettings
from seawall.settings.tree import Settings
from seawall.values.home import keyed_names
from seawall.values.identity import Role


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

    async def close(self) -> None:
        """Ends what goes on by itself, while the records still take what is left."""
        await self.letters.close()
        await self.sessions.close()
        self.passwords.close()


@asynccontextmanager
async def open_accounts(settings: Settings, data: Path) -> AsyncGenerator[AccountRooms, None]:
    """The account services alone, for the command line; works while the service runs. Raises StartError."""
    records, secret = lay_records(settings, data)
    try:
        await records.start()
    except RecordsError as error:
        raise StartError(str(error)) from error
    rooms = account_rooms(settings, records, secret, (RunningService(data),))
    try:
        yield rooms
    finally:
        await rooms.close()
        await records.close()


def account_rooms(
    settings: Settings, records: Records, secret: bytes, forgetful: Sequence[Forgetful] = ()
) -> AccountRooms:
    """The account services over these records; ``forgetful`` are told beside ours. Raises StartError."""
    limits = settings.accounts
    roll_call = RollCall(records, every_s=limits.verdict_s)
    keys = Keys(
        records,
        verdict_s=limits.verdict_s,
        clock=time.monotonic,
        unix_time=time.time,
        revoked=roll_call.look_soon,
    )
    sessions = _sessions(limits, records, secret)
    service = _service_name(settings)
    passwords = _passwords(limits, service)
    homes = Homes(records, keyed_names(secret), unix_time=time.time, forgetful=(keys, sessions))
    told = (keys, sessions, roll_call, *forgetful)
    accounts = Accounts(records, passwords, homes, unix_time=time.time, forgetful=told)
    mailer = _mailer(settings)
    letters = Letters(mailer, service=service, home=_home(settings), clock=time.monotonic)
    throttle, first_owner = Throttle(clock=time.monotonic), FirstOwner(records)
    invites = Invites(records, LinkSecrets(secret, "invite"), unix_time=time.time)
    enrolment = Enrolment(
        records,
        accounts,
        passwords,
        sessions,
        throttle,
        invites,
        letters,
        LinkSecrets(secret, "registration"),
        rules=SignupRules(limits.signup, limits.signup_domains),
        terms=_terms(limits),
        by_mail=limits.verify_mail == "auto",
        unix_time=time.time,
    )
    parts = factor_parts(records, homes, secret, service=service, clock=time.monotonic, unix_time=time.time)
    entrance = Entrance(
        records,
        accounts,
        passwords,
        sessions,
        throttle,
        first_owner,
        homes,
        tickets=Tickets(secret, unix_time=time.time),
        factors_of=parts.factors.ways,
        awaits_mail=enrolment.by_mail,
    )
    ownership = Ownership(records, accounts, entrance, parts.factors, unix_time=time.time)
    outside = _outside(settings, records, secret, accounts, entrance)
    return AccountRooms(
        accounts=accounts,
        keys=keys,
        sessions=sessions,
        roll_call=roll_call,
        passwords=passwords,
        entrance=entrance,
        first_owner=first_owner,
        homes=homes,
        devices=Devices(secret),
        step_up=_step_up(settings, homes, mailer, parts),
        invites=invites,
        letters=letters,
        enrolment=enrolment,
        approvals=Approvals(records, accounts, letters),
        resets=Resets(records, accounts, passwords, letters, LinkSecrets(secret, "reset"), unix_time=time.time),
        own=OwnAccount(records, accounts, entrance, enrolment.terms, unix_time=time.time),
        ownership=ownership,
        own_factors=parts.own(accounts, ownership),
        factor_entrance=parts.entrance(entrance),
        outside=outside,
        own_identities=OwnIdentities(records, outside, parts.factors, ownership),
        mailer=mailer,
    )


def _sessions(limits: AccountSettings, records: Records, secret: bytes) -> Sessions:
    return Sessions(
        records,
        secret,
        lifetime_s=limits.session_days * 86400,
        verdict_s=limits.verdict_s,
        clock=time.monotonic,
        unix_time=time.time,
    )


def _passwords(limits: AccountSettings, service: str) -> Passwords:
    names = ("seawall", service.partition(".")[0])
    return Passwords(threads=limits.hashing_threads, waiting=limits.hashing_waiting, service=names)


def _outside(
    settings: Settings, records: Records, secret: bytes, accounts: Accounts, entrance: Entrance
) -> OutsideSignIn:
    return OutsideSignIn(
        known_providers(settings),
        OutsideAccounts(records, accounts, unix_time=time.time),
        entrance,
        Sealing(secret, "outside"),
        unix_time=time.time,
    )


def known_providers(settings: Settings) -> tuple[KnownProvider, ...]:
    """The providers of identities that the settings name. None of them is asked yet."""
    approval = settings.accounts.signup == "approval"
    return tuple(
        KnownProvider(
            name=one.name,
            title=one.title or one.name,
            issuer=one.issuer,
            asked=OpenIdProvider(one, clock=time.monotonic, unix_time=time.time),
            rules=ProviderRules(
                allow_signup=one.allow_signup,
                link_by_verified_mail=one.link_by_verified_mail,
                roles={group: Role(role) for group, role in one.group_roles.items()} or None,
                approval=approval,
            ),
        )
        for one in settings.oidc.providers
    )


def _step_up(settings: Settings, homes: Homes, mailer: Mailer | None, parts: FactorParts) -> StepUp:
    """The ways to show away from home that an account is one's own: its second factors, and a code by mail where a
    server is named.
    """
    proofs: list[Proof] = [FactorProof(TOTP, parts.factors), FactorProof(PASSKEY, parts.factors)]
    if mailer is not None:
        proofs.append(MailedCode(mailer, service=_service_name(settings), clock=time.monotonic))
    return StepUp(homes, tuple(proofs))


def _mailer(settings: Settings) -> Mailer | None:
    if not settings.mail.host:
        return None
    from seawall.mail.smtp import SmtpMailer  # Imported late: most services, and most of the command line, send none.

    return SmtpMailer(settings.mail)


def _terms(settings: AccountSettings) -> Terms:
    try:
        return read_terms(settings.terms_file, settings.terms_version)
    except TermsError as error:
        raise StartError(str(error)) from error


def _home(settings: Settings) -> str:
    """Where links in mails and invites lead."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{settings.port}"


def _service_name(settings: Settings) -> str:
    """What mails call the service: the name that people type."""
    return urlsplit(settings.public_url).hostname or "Seawall"
