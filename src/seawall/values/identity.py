"""Who asks. Knows roles and accounts; knows neither passwords nor HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account may do: the owner all, an operator run the service, a member use it."""

    OWNER = "owner"
    OPERATOR = "operator"
    MEMBER = "member"

    @property
    def operates(self) -> bool:
        """True for the roles that may see and change the service."""
        return self is not Role.MEMBER


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person or program, as accounts vouch for it.

    ``since`` is the account's creation and ``vouched`` an operator's word for it; admission reads both.
    Exactly one of ``session_id`` and ``key_id`` is set.
    """

    account_id: str
    email: str
    role: Role
    since_unix_s: float
    vouched: bool = False
    session_id: str | None = None
    key_id: str | None = None
