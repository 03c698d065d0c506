"""A real mail server on this machine, with TLS where asked. Knows what it took in; knows no test."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from seawall.settings.entrance import MailSettings

LOOPBACK = "127.0.0.1"
PASSWORD = "a mail password"


@dataclass
class MailServer:
    """``settings`` is how the service reaches it."""

    settings: MailSettings
    mails: list[EmailMessage] = field(default_factory=list[EmailMessage])
    recipients: list[str] = field(default_factory=list[str])
    refuses: bool = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name.
        if self.refuses:
            return "452 The disk is full"
        message = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
        self.mails.append(message)
        self.recipients += [str(one) for one in envelope.rcpt_tos]
        return "250 Taken"


@asynccontextmanager
async def mail_server(
    folder: Path, tls: Literal["tls", "starttls", "none"] = "none", *, signs_in: bool = False
) -> AsyncGenerator[MailServer]:
    """The folder takes the certificate."""
    context, certificate = _certificate(folder) if tls != "none" else (None, "")
    settings = MailSettings(host=LOOPBACK, port=1, tls=tls, ca_file=certificate, sender="Seawall <wall@example.org>")
    kept = MailServer(settings)
    options: dict[str, Any] = {"hostname": "mail.example.org"}
    if tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if signs_in:
        options |= {"authenticator": _authenticate, "auth_required": True}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(kept, **options), LOOPBACK, 0, ssl=context if tls == "tls" else None
    )
    port = server.sockets[0].getsockname()[1]
    user = {"user": "seawall", "password": PASSWORD} if signs_in else {}
    kept.settings = settings.model_copy(update={"port": port, **user})
    try:
        yield kept
    finally:
        server.close()
        await server.wait_closed()


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    right = given.login == b"seawall" and given.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


def _certificate(folder: Path) -> tuple[ssl.SSLContext, str]:
    """One that this machine trusts only where it is named."""
    certificate, key = folder / "mail.pem", folder / "mail.key"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=mail.example.org", "-addext", f"subjectAltName=IP:{LOOPBACK}"]
    subprocess.run(
        ["openssl", "req", *kind, *name, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context, str(certificate)
