"""Who asks. Knows roles and accounts; knows neither passwords nor HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What one may do: the owner all, an operator run the service, a member use it, a guest ask as a stranger."""

    OWNER = "owner"
    OPERATOR = "operator"
    MEMBER = "member"
    GUEST = "guest"

    @property
    def operates(self) -> bool:
        """True for the roles that may see and change the service."""
        return self in (Role.OWNER, Role.OPERATOR)


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person or program, as accounts vouch for it; or a guest, for whom nobody does.

    ``since`` is the account's creation and ``vouched`` an operator's word for it; ``homes`` are the names of the
    devices and networks that it used on earlier days (``values.home``). Admission reads all three.
    Exactly one of ``session_id`` and ``key_id`` is set, neither for a guest; ``front_end`` marks a key whose holder
    may name the users it asks for. ``solved`` is a guest's passed challenge.
    """

    account_id: str
    email: str
    role: Role
    since_unix_s: float
    vouched: bool = False
    session_id: str | None = None
    key_id: str | None = None
    homes: frozenset[str] = frozenset()
    front_end: bool = False
    solved: bool = False
