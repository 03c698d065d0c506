"""The services around accounts as the settings want them. Knows what they stand on; holds no logic of its own."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from seawall.accounts import rooms
from seawall.accounts.forgetful import Forgetful
from seawall.accounts.joining.signup_rules import SignupRules
from seawall.accounts.joining.terms import Terms, TermsError, read_terms
from seawall.accounts.outside.outside import KnownProvider
from seawall.accounts.outside.outside_accounts import ProviderRules
from seawall.accounts.passwords.passwords import Passwords
from seawall.accounts.rooms import AccountRooms, Means
from seawall.ground import StartError, lay_records
from seawall.mail.port import Mailer
from seawall.operating.account_desk import RunningService
from seawall.providers.openid import OpenIdProvider
from seawall.records.port import Records, RecordsError
from seawall.settings.accounts import AccountSettings
from seawall.settings.tree import Settings
from seawall.values.identity import Role


@asynccontextmanager
async def open_accounts(settings: Settings, data: Path, command: str = "") -> AsyncGenerator[AccountRooms, None]:
    """The account services alone, for this command; works while the service runs, which is told what changes.

    Raises StartError.
    """
    records, secret = lay_records(settings, data)
    try:
        await records.start()
    except RecordsError as error:
        raise StartError(str(error)) from error
    service = RunningService(data, command)
    home = settings.public_url or service.home() or home_of(settings)
    opened = rooms.account_rooms(_means(settings, records, secret, home, (service,)))
    try:
        yield opened
    finally:
        await opened.close()
        await records.close()


def account_rooms(settings: Settings, records: Records, secret: bytes) -> AccountRooms:
    """The account services over these records. Raises StartError."""
    return rooms.account_rooms(_means(settings, records, secret, home_of(settings)))


def _means(
    settings: Settings, records: Records, secret: bytes, home: str, forgetful: Sequence[Forgetful] = ()
) -> Means:
    limits, service = settings.accounts, _service_name(settings)
    return Means(
        records=records,
        secret=secret,
        passwords=_passwords(limits, service),
        mailer=_mailer(settings),
        rules=SignupRules(limits.signup, limits.signup_domains),
        terms=_terms(limits),
        service=service,
        home=home,
        lifetime_s=limits.session_days * 86400,
        verdict_s=limits.verdict_s,
        by_mail=limits.verify_mail == "auto",
        providers=known_providers(settings),
        forgetful=forgetful,
    )


def _passwords(limits: AccountSettings, service: str) -> Passwords:
    names = ("seawall", service.partition(".")[0])
    return Passwords(threads=limits.hashing_threads, waiting=limits.hashing_waiting, service=names)


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


def home_of(settings: Settings) -> str:
    """Where links in mails and invites lead."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{settings.port}"


def _service_name(settings: Settings) -> str:
    """What mails call the service: the name that people type."""
    return urlsplit(settings.public_url).hostname or "Seawall"
