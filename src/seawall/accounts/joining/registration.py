"""How a stranger becomes a member: first the gate, then an account. Knows their order; knows no HTTP."""

from __future__ import annotations

from seawall.accounts.comings import Comings, Way
from seawall.accounts.joining.enrolment import Application, Awaited, Enrolment
from seawall.accounts.sessions import Session
from seawall.admission.signup_gate import SignupGate, Wish
from seawall.values.refusal import Reason, Refusal

# The one who registers could do nothing about these: the place stays good.
_NOT_THEIRS = frozenset((Reason.TOO_MANY_ATTEMPTS, Reason.RECORDS_UNAVAILABLE))


class Registration:
    """``register`` raises RecordsUnavailable where the records do not answer."""

    def __init__(self, gate: SignupGate, enrolment: Enrolment, comings: Comings) -> None:
        self._gate = gate
        self._comings = comings
        self._enrolment = enrolment

    async def register(
        self, application: Application, network: str, user_agent: str = ""
    ) -> Session | Awaited | Refusal:
        """The new member's first session, or what is waited for.

        What is filled in wrongly is told before it costs a puzzle or a place.
        """
        with self._comings.watch(Way.SIGN_UP) as coming:
            coming.result = result = await self._register(application, network, user_agent)
        return result

    async def _register(self, application: Application, network: str, user_agent: str) -> Session | Awaited | Refusal:
        applicant = await self._enrolment.look(application)
        if isinstance(applicant, Refusal):
            return applicant
        domain = applicant.address.rpartition("@")[2]
        entry = await self._gate.enter(Wish(network, domain, application.proof, application.place))
        if isinstance(entry, Refusal):
            return entry
        kept = False
        try:
            result = await self._enrolment.enrol(applicant, user_agent)
            kept = not isinstance(result, Refusal) or result.reason not in _NOT_THEIRS
            return result
        finally:
            if not kept:
                self._gate.give_back(entry)
