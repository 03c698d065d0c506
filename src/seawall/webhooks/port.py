"""What the services ask of webhooks. Knows one verb; knows no protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class WebhookError(Exception):
    """The message was not taken; the sentence says why, for whoever chose the address."""


class WebhookRefused(WebhookError):
    """The address may not be asked: it is no web address, or leads into a private network. Trying again is no use."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, and the beginning of the body."""

    status: int
    body: bytes


class Webhooks(Protocol):
    """Who posts to the outside."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """One request, one answer, within a few seconds. No redirect is followed.

        Raises:
            WebhookRefused: the address is none that may be asked.
            WebhookError: nobody answered there in time.
        """
        ...

    async def close(self) -> None:
        """Ends what is under way. Idempotent."""
        ...
