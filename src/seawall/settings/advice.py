"""What settings come to together that an operator should know. Knows what goes with what; refuses nothing."""

from __future__ import annotations

from seawall.settings.tree import Settings

_LOCAL = ("127.0.0.1", "::1", "localhost")


def advice(settings: Settings) -> tuple[str, ...]:
    """A sentence each, said by `seawall config check` and in the log of each start."""
    mail, accounts = bool(settings.mail.host), settings.accounts
    told: list[str] = []
    if accounts.signup == "domain" and not (mail and accounts.verify_mail == "auto"):
        told.append(
            'With accounts.signup = "domain" anybody can write down an address of your domains: set mail.host (and '
            'leave verify_mail at "auto"), so that its owner has to show it, or use invites.'
        )
    elif accounts.signup in ("open", "approval") and not mail and _is_reached(settings):
        told.append(
            f'With accounts.signup = "{accounts.signup}" and without mail.host nobody shows that an address is theirs, '
            "and a forgotten password is set by 'seawall user set-password' alone."
        )
    if mail and not settings.public_url:
        told.append(
            "mail.host is set and public_url is not: links in mails lead to this machine's own address. Set public_url "
            "to where people reach the service."
        )
    return (*told, *_of_alarms(settings, mail=mail))


def _of_alarms(settings: Settings, *, mail: bool) -> list[str]:
    told: list[str] = []
    if settings.alarm.mail and not mail:
        told.append("alarm.mail names addresses and mail.host is empty: no alarm is mailed until it is set.")
    if settings.alarm.webhooks and not settings.alarm.webhook_secret:
        told.append(
            "alarm.webhooks are sent unsigned, as alarm.webhook_secret is empty: a receiver cannot tell them from a "
            "stranger's. Chat services check nothing; for one that does, set it."
        )
    return told


def _is_reached(settings: Settings) -> bool:
    """Whether others than this machine can reach the service."""
    return bool(settings.public_url) or settings.host not in _LOCAL
