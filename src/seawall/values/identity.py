"""Who asks. Knows roles and accounts; knows neither passwords nor HTTP."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from seawall.values.budget import Budget
from seawall.values.grant import Grant, KeyScope
from seawall.values.refusal import Refusal


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

    Exactly one of ``session_id`` and ``key_id`` is set, neither for a guest.

    Attributes:
        since_unix_s: the account's creation.
        vouched: an operator's word for it.
        good_days: on how many days it was answered; counted up to what good standing asks for.
        homes: the names of the devices and networks that it used on earlier days (``values.home``). A
            handful: of thousands of identities a tuple of them each takes 80 bytes and a set 700.
        first_day_ends_s: Unix time until when each place that it asks from is a home; 0 after its first day.
        front_end: a key whose holder may name the users it asks for.
        solved: a guest's passed challenge.
        budget: what the account may use where it is not the default; ``key_budget`` the same of the key alone.
        grant: what the key may do; None for all that the account may.
    """

    account_id: str
    email: str
    role: Role
    since_unix_s: float
    vouched: bool = False
    session_id: str | None = None
    key_id: str | None = None
    homes: Collection[str] = ()
    front_end: bool = False
    solved: bool = False
    good_days: int = 0
    first_day_ends_s: float = 0.0
    budget: Budget | None = None
    key_budget: Budget | None = None
    grant: Grant | None = None

    @property
    def door(self) -> str:
        """Through which it comes: ``chat`` with a session, ``api`` with a key or, as a guest, with neither."""
        return "api" if self.session_id is None else "chat"

    def objection(self, scope: KeyScope) -> Refusal | None:
        """What is said to whose key is not for this part of the API."""
        return None if self.grant is None else self.grant.objection(scope)

    def objection_to_model(self, model: str) -> Refusal | None:
        """What is said to whose key is not for this model."""
        return None if self.grant is None else self.grant.objection_to_model(model)
