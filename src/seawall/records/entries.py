"""What is kept: rows, the changes to them, the queries over them. Values only; knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from seawall.values.budget import Budget
from seawall.values.identity import Role

T_co = TypeVar("T_co", covariant=True)


class Change(Generic[T_co]):
    """A change that is kept wholly or not at all; its parameter is what the writer is told."""

    __slots__ = ()

    @property
    def can_wait(self) -> bool:
        """Whether nobody waits for it, so that it may be kept after others which come later."""
        return False


class Query(Generic[T_co]):
    """A question to the records; its parameter is the answer's type."""

    __slots__ = ()


# Accounts. Times are Unix seconds; hashes are hexadecimal; secrets never get this far.


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: str
    email: str
    role: Role
    password_hash: str
    created_s: float
    disabled: bool = False
    vouched: bool = False
    first_day_s: float | None = None
    """When the day began whose places are homes at once; None where it begins with the next use."""
    pending: bool = False
    """Waits for an operator's word."""
    verified_s: float | None = None
    """When the mail address was shown to be the person's own."""
    language: str = ""
    theme: str = ""
    terms_accepted: str = ""
    """The version of the operator's terms that was accepted last."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    id_hash: str
    account_id: str
    created_s: float
    expires_s: float
    user_agent: str = ""
    last_used_s: float = 0.0


@dataclass(frozen=True, slots=True)
class KeyRow:
    """``hint`` is what may be shown of the key again: its first characters.

    ``scopes`` and ``models`` are words with a space between; empty for all of them.
    """

    id: str
    account_id: str
    name: str
    secret_hash: str
    hint: str
    created_s: float
    revoked_s: float | None = None
    front_end: bool = False
    scopes: str = ""
    models: str = ""
    expires_s: float | None = None
    last_used_s: float | None = None


@dataclass(frozen=True, slots=True)
class AddAccount(Change[None]):
    """Raises RecordsConflict("email") when taken, RecordsConflict("owner") when ``first_owner`` and one exists.

    A use of ``invite_id`` and the registration of this hash are counted and taken away with it: both together or
    neither. Raises RecordsConflict("invite") or ("link") where one of them is over.
    """

    account: AccountRow
    first_owner: bool = False
    invite_id: str = ""
    registration_hash: str = ""


@dataclass(frozen=True, slots=True)
class SetPassword(Change[bool]):
    """Also ends the account's sessions except ``keep_session_hash``. False when there is no such account.

    ``same_password`` is a new hash of the old password: it ends no session.
    """

    account_id: str
    password_hash: str
    keep_session_hash: str | None = None
    same_password: bool = False


@dataclass(frozen=True, slots=True)
class SetDisabled(Change[bool]):
    """Disabling ends the account's sessions. False when there is no such account."""

    account_id: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class SetStanding(Change[bool]):
    """Sets role and vouched where given. False when there is no such account."""

    account_id: str
    role: Role | None = None
    vouched: bool | None = None


@dataclass(frozen=True, slots=True)
class AddSession(Change[None]):
    session: SessionRow


@dataclass(frozen=True, slots=True)
class EndSession(Change[None]):
    id_hash: str


@dataclass(frozen=True, slots=True)
class AddKey(Change[None]):
    key: KeyRow


@dataclass(frozen=True, slots=True)
class RevokeKey(Change[bool]):
    """False when the account (any account where None) has no such live key."""

    key_id: str
    revoked_s: float
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class AccountByEmail(Query[AccountRow | None]):
    """Compares case-folded."""

    email: str


@dataclass(frozen=True, slots=True)
class AccountById(Query[AccountRow | None]):
    account_id: str


@dataclass(frozen=True, slots=True)
class Accounts(Query[tuple[AccountRow, ...]]):
    """Oldest first."""

    limit: int = 1000
    offset: int = 0


@dataclass(frozen=True, slots=True)
class OwnerExists(Query[bool]):
    pass


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """What time has earned an account, and what it may use.

    ``homes`` are the names of those that are settled and not forgotten; ``good_days`` is counted up to ten.
    """

    homes: tuple[str, ...] = ()
    good_days: int = 0
    budget: Budget | None = None
    key_budget: Budget | None = None


@dataclass(frozen=True, slots=True)
class SessionByHash(Query[tuple[SessionRow, AccountRow, TrackRecord] | None]):
    """None when unknown or ended; an expired one is still returned, its reader knows the time.

    ``now_s`` is when homes have to be settled.
    """

    id_hash: str
    now_s: float = 0.0


@dataclass(frozen=True, slots=True)
class KeyByHash(Query[tuple[KeyRow, AccountRow, TrackRecord] | None]):
    """A revoked key is still returned, so that its holder can be told. ``now_s`` is when homes have to be settled."""

    secret_hash: str
    now_s: float = 0.0


@dataclass(frozen=True, slots=True)
class KnownKeys(Query[frozenset[str]]):
    """Those of the hashes that are keys, live or revoked."""

    secret_hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeysOf(Query[tuple[KeyRow, ...]]):
    """Newest first, revoked ones included. None for every account's."""

    account_id: str | None = None


# Use.


@dataclass(frozen=True, slots=True)
class UsageCount:
    """``day`` is the UTC date as YYYY-MM-DD; ``key_id`` is "" for the chat app."""

    account_id: str
    key_id: str
    model: str
    day: str
    requests: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    engine_ms: int = 0


@dataclass(frozen=True, slots=True)
class AddUsage(Change[None]):
    """Adds to what is counted already."""

    counts: tuple[UsageCount, ...]

    @property
    def can_wait(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class UsageOf(Query[tuple[UsageCount, ...]]):
    account_id: str
    since_day: str
