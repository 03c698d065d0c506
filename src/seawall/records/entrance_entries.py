"""What is kept of how people come in: invites, registrations, links by mail, sessions. Values only; knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.records.entries import AccountRow, Change, Query, SessionRow
from seawall.values.identity import Role

# Invites.


@dataclass(frozen=True, slots=True)
class InviteRow:
    """``email_folded`` is the one address that may use it, empty for whoever holds the link; ``made_by`` an account."""

    id: str
    secret_hash: str
    email_folded: str
    role: Role
    made_by: str
    created_s: float
    expires_s: float
    uses_left: int


@dataclass(frozen=True, slots=True)
class AddInvite(Change[None]):
    """Takes those away that expired a month before: so long an operator can look what became of one."""

    invite: InviteRow


@dataclass(frozen=True, slots=True)
class RevokeInvite(Change[bool]):
    """False when there is none."""

    invite_id: str


@dataclass(frozen=True, slots=True)
class InviteByHash(Query[InviteRow | None]):
    """One that is expired or used up is still returned, so that its holder can be told."""

    secret_hash: str


@dataclass(frozen=True, slots=True)
class Invites(Query[tuple[InviteRow, ...]]):
    """Newest first."""

    limit: int = 1000


# Registrations: accounts to be, until their address is shown to be theirs.


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """Several may wait for one address, as anybody can write it down; the mailbox's owner decides which is the one."""

    secret_hash: str
    email: str
    password_hash: str
    role: Role
    invite_id: str
    language: str
    terms_accepted: str
    created_s: float
    expires_s: float


@dataclass(frozen=True, slots=True)
class AddRegistration(Change[None]):
    """Takes expired ones away with it, so that nobody else must."""

    registration: RegistrationRow


@dataclass(frozen=True, slots=True)
class RegistrationByHash(Query[RegistrationRow | None]):
    """None where there is none that is good at ``at_s``."""

    secret_hash: str
    at_s: float


# Links by mail to who has an account.


@dataclass(frozen=True, slots=True)
class MailedLinkRow:
    secret_hash: str
    account_id: str
    purpose: str
    email: str
    created_s: float
    expires_s: float


@dataclass(frozen=True, slots=True)
class AddMailedLink(Change[None]):
    """Takes the account's expired ones away with it."""

    link: MailedLinkRow


@dataclass(frozen=True, slots=True)
class MailedLinkByHash(Query[MailedLinkRow | None]):
    """None where there is none that is good at ``at_s``."""

    secret_hash: str
    at_s: float


@dataclass(frozen=True, slots=True)
class ResetByLink(Change[str | None]):
    """Sets the password by a link, ends every session, and takes all links of this purpose away.

    Tells the account; None, and nothing changed, where the link is not good at ``at_s``.
    """

    secret_hash: str
    purpose: str
    password_hash: str
    at_s: float


# Accounts.


@dataclass(frozen=True, slots=True)
class Approve(Change[bool]):
    """False when there is no such account that waits for it."""

    account_id: str


@dataclass(frozen=True, slots=True)
class SetPreferences(Change[bool]):
    """Sets what is given. False when there is no such account."""

    account_id: str
    language: str | None = None
    theme: str | None = None
    terms_accepted: str | None = None


@dataclass(frozen=True, slots=True)
class DeleteAccount(Change[bool]):
    """With all that is the account's. ``pending`` is for one that only waits for an operator's word.

    False when there is no such account. Raises RecordsConflict("owner") for the last owner who can sign in.
    """

    account_id: str
    pending: bool = False


@dataclass(frozen=True, slots=True)
class PendingAccounts(Query[tuple[AccountRow, ...]]):
    """Those that wait for an operator's word, oldest first."""

    limit: int = 1000


# Sessions.


@dataclass(frozen=True, slots=True)
class UseSession(Change[None]):
    """Notes when the session was last used."""

    id_hash: str
    at_s: float

    @property
    def can_wait(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class EndOneSession(Change[bool]):
    """False when the account has no such session."""

    account_id: str
    id_hash: str


@dataclass(frozen=True, slots=True)
class EndOtherSessions(Change[int]):
    """How many ended."""

    account_id: str
    kept_hash: str


@dataclass(frozen=True, slots=True)
class SessionsOf(Query[tuple[SessionRow, ...]]):
    """Those that are good at ``at_s``, last used first."""

    account_id: str
    at_s: float


@dataclass(frozen=True, slots=True)
class StillIn(Query[frozenset[str]]):
    """Those of the accounts that are there and not disabled, and those of the keys that are there and not revoked."""

    accounts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
