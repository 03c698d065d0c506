"""Who may register. Knows modes, mail domains and what an invite replaces; knows neither puzzles nor HTTP."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from seawall.records.entrance_entries import InviteRow
from seawall.values.refusal import Reason, Refusal

Mode = Literal["open", "approval", "invite", "domain", "closed"]

SIGNUP_CLOSED = Refusal(
    Reason.SIGNUP_CLOSED,
    "Registration is closed here. If you have an account you can sign in as usual; else ask an operator for one.",
)
INVITE_NEEDED = Refusal(
    Reason.INVITE_NEEDED,
    "You need an invite to register here. Ask an operator for one and open its link: it brings you back to this form.",
    param="invite",
)


@dataclass(frozen=True, slots=True)
class SignupRules:
    """An invite is an operator's word: it stands in for an approval and for a mail domain. Closed is closed to all."""

    mode: Mode = "open"
    domains: Collection[str] = field(default=())

    @property
    def closed(self) -> Refusal | None:
        """Why nobody may register here, if so."""
        return SIGNUP_CLOSED if self.mode == "closed" else None

    def objection(self, address: str, invite: InviteRow | None) -> Refusal | None:
        """Why this address may not, if so."""
        if self.mode == "invite" and invite is None:
            return INVITE_NEEDED
        if self.mode == "domain" and invite is None and address.rpartition("@")[2] not in self._folded():
            named = ", ".join(sorted(self._folded()))
            return Refusal(
                Reason.DOMAIN_NOT_ALLOWED,
                f"You need an address at {named} to register here. Use yours, or ask an operator for an invite.",
                param="email",
            )
        return self.closed

    def asks_for_approval(self, *, invited: bool) -> bool:
        """Whether an operator lets the account in."""
        return self.mode == "approval" and not invited

    def _folded(self) -> frozenset[str]:
        return frozenset(domain.strip().removeprefix("@").casefold() for domain in self.domains)
