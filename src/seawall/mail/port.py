"""What the services ask of mail. Knows one verb; knows no protocol."""

from __future__ import annotations

from typing import Protocol


class MailError(Exception):
    """The mail could not be handed over; the message says why, for the operator."""


class Mailer(Protocol):
    """Who sends mail."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Returns once the next server has taken it. Raises MailError."""
        ...
