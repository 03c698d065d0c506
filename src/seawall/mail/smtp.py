"""Hands mail to a server by SMTP. Knows TLS, sign-in and deadlines; knows nothing of what is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime, make_msgid

import aiosmtplib

from seawall.mail.port import MailError
from seawall.observing.logs import logger
from seawall.settings.entrance import MailSettings

# A mail server greets slowly on purpose (greet pauses of up to 5 s are common), and a person waits for this.
PATIENCE_S = 15.0
# Sent at once; further ones wait in line, at most so many, so that nobody makes us open a thousand connections.
AT_ONCE = 4
MOST_WAITING = 64


class SmtpMailer:
    """A connection a mail: codes are rare, and a kept connection would have to be watched."""

    def __init__(self, settings: MailSettings, *, message_id: Callable[[], str] | None = None) -> None:
        self._settings = settings
        self._sender = _sender(settings)
        self._message_id = message_id or (lambda: make_msgid(domain=_domain(self._sender)))
        self._sending = asyncio.Semaphore(AT_ONCE)
        self._open = 0

    async def send(self, to: str, subject: str, text: str) -> None:
        """Raises MailError; the log says why, the address is not logged."""
        if self._open >= AT_ONCE + MOST_WAITING:
            raise MailError("Too many mails wait for the mail server.")
        self._open += 1
        try:
            async with asyncio.timeout(PATIENCE_S), self._sending:
                await self._hand_over(self._written(to, subject, text))
        except (aiosmtplib.SMTPException, OSError, TimeoutError, MessageError, ValueError) as error:
            why = f"{self._settings.host}:{self._settings.port} did not take a mail ({type(error).__name__}: {error})."
            logger("mail").warning("mail_not_sent", why=why)
            raise MailError(why) from error
        finally:
            self._open -= 1

    def _written(self, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = self._message_id()
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back.
        message.set_content(text)
        return message

    async def _hand_over(self, message: EmailMessage) -> None:
        settings = self._settings
        await aiosmtplib.send(
            message,
            hostname=settings.host,
            port=settings.port,
            username=settings.user or None,
            password=settings.password or None,
            use_tls=settings.tls == "tls",
            # None would take STARTTLS where it is offered, and mail in the clear where somebody strips the offer.
            start_tls=settings.tls == "starttls",
            cert_bundle=settings.ca_file or None,
            timeout=PATIENCE_S,
        )


def _sender(settings: MailSettings) -> str:
    return settings.sender or (settings.user if "@" in settings.user else f"seawall@{settings.host}")


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].strip("> ") or "localhost"
