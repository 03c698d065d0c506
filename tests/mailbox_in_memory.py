"""Mail that arrives at once, and a server that can be away. Knows what was sent; knows no test."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from seawall.mail.port import MailError


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str

    @property
    def code(self) -> str:
        """The code that it brings."""
        found = re.search(r"\b\d{8}\b", self.text)
        assert found, self.text
        return found[0]

    @property
    def link(self) -> tuple[str, str]:
        """Page and secret of the link that it brings."""
        found = re.search(r"/(verify|reset)#([0-9a-f]+)", self.text)
        assert found, self.text
        return found[1], found[2]


@dataclass
class Mailbox:
    """The port of mail, kept in memory."""

    mails: list[Mail] = field(default_factory=list[Mail])
    away: bool = False

    async def send(self, to: str, subject: str, text: str) -> None:
        if self.away:
            raise MailError("The mail server is away.")
        self.mails.append(Mail(to, subject, text))
