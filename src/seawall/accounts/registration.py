"""How a stranger becomes a member: first the gate, then an account. Knows their order; knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.accounts.addresses import mail_address
from seawall.accounts.entrance import Entrance
from seawall.accounts.passwords import weakness_of
from seawall.accounts.sessions import Session
from seawall.admission.signup_gate import SignupGate, Wish
from seawall.values.refusal import Reason, Refusal

# The one who registers could do nothing about these: the place stays good.
_NOT_THEIRS = frozenset((Reason.TOO_MANY_ATTEMPTS, Reason.RECORDS_UNAVAILABLE))


@dataclass(frozen=True, slots=True)
class Application:
    """What was filled in, and what was shown at the gate: a solved puzzle, or a place whose turn has come."""

    email: str
    password: str
    proof: str = ""
    place: str = ""


class Registration:
    """``register`` raises RecordsUnavailable where the records do not answer."""

    def __init__(self, gate: SignupGate, entrance: Entrance) -> None:
        self._gate = gate
        self._entrance = entrance

    async def register(self, application: Application, network: str, user_agent: str = "") -> Session | Refusal:
        """The new member's first session. What is filled in wrongly is told before it costs a puzzle or a place."""
        address = mail_address(application.email)
        refusal = self._entrance.signup_refusal or weakness_of(application.password)
        if refusal is not None:
            return refusal
        if isinstance(address, Refusal):
            return address
        domain = address.rpartition("@")[2]
        entry = await self._gate.enter(Wish(network, domain, application.proof, application.place))
        if isinstance(entry, Refusal):
            return entry
        kept = False
        try:
            result = await self._entrance.sign_up(application.email, application.password, user_agent)
            kept = isinstance(result, Session) or result.reason not in _NOT_THEIRS
            return result
        finally:
            if not kept:
                self._gate.give_back(entry)
