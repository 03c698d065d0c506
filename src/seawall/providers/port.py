"""What the accounts ask of a provider of identities. Knows two verbs and what comes back; knows no protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class ProviderError(Exception):
    """The message says what is wrong, for the operator's log."""


class ProviderUnavailable(ProviderError):
    """It does not answer, or not in time."""


class ProviderDistrusted(ProviderError):
    """What it said does not belong to what was asked, or is not signed by it."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a browser is sent to the provider with, and what must come back with it. ``verifier`` stays here (PKCE)."""

    state: str
    nonce: str
    verifier: str
    return_to: str


@dataclass(frozen=True, slots=True)
class OutsidePerson:
    """Who somebody is there: ``issuer`` and ``subject`` name them for good, all else may change.

    ``groups`` are those that the provider told, none where it tells of none.
    """

    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    groups: frozenset[str] = frozenset()


class IdentityProvider(Protocol):
    """Where people can show who they are."""

    async def address(self, errand: Errand) -> str:
        """Where the browser goes. Raises ProviderUnavailable."""
        ...

    async def person(self, code: str, errand: Errand, told_issuer: str) -> OutsidePerson:
        """Who came back with ``code``. ``told_issuer`` is the ``iss`` of the way back, empty where there was none.

        Raises:
            ProviderUnavailable: it does not answer now.
            ProviderDistrusted: the code or what it was changed for is not good.
        """
        ...
