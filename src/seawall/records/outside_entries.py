"""What is kept of who somebody is at a provider of identities. Values only; knows no SQL and no provider."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.records.entries import AccountRow, Change, Query


@dataclass(frozen=True, slots=True)
class OutsideIdentityRow:
    """``email`` is what the provider said when the link was made, to be shown; nobody is known by it."""

    issuer: str
    subject: str
    account_id: str
    email: str
    created_s: float


@dataclass(frozen=True, slots=True)
class LinkIdentity(Change[None]):
    """With ``account`` the account is made along with it, both or neither.

    Raises RecordsConflict("identity") where this identity is somebody's, ("email") where the account's address is.
    """

    row: OutsideIdentityRow
    account: AccountRow | None = None


@dataclass(frozen=True, slots=True)
class UnlinkIdentity(Change[bool]):
    """False where the account has none at this issuer."""

    account_id: str
    issuer: str


@dataclass(frozen=True, slots=True)
class AccountOfIdentity(Query[AccountRow | None]):
    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class IdentitiesOf(Query[tuple[OutsideIdentityRow, ...]]):
    account_id: str
