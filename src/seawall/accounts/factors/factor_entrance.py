"""The end of a sign-in by second factor, and a sign-in by passkey alone. Knows their order; knows no HTTP."""

from __future__ import annotations

from contextlib import suppress

from seawall.accounts.entrance import Entrance
from seawall.accounts.factors.factors import SECOND, SIGN_IN, Factors, Shown
from seawall.accounts.factors.passkeys import Options, Passkeys, ShownPasskey
from seawall.accounts.factors.second_factor import DEAD_TICKET, SecondFactorDue
from seawall.accounts.factors.sites import Site
from seawall.accounts.homes.homes import Homes
from seawall.accounts.passwords.throttle import Throttle
from seawall.accounts.sessions import Session
from seawall.records.entries import AccountRow
from seawall.records.port import RecordsError
from seawall.values.arrival import Place
from seawall.values.network import network_of
from seawall.values.refusal import Refusal

# In the throttle's table, in the place of an account: whose passkey a wrong one would be is not known.
_NOBODY = "passkey"


class FactorEntrance:
    """Whoever shows a second factor is at home from then on where that was done: they need show no more (step-up).

    Every method raises RecordsUnavailable where the records do not answer.
    """

    def __init__(self, entrance: Entrance, factors: Factors, passkeys: Passkeys, codes: Throttle, homes: Homes) -> None:
        self._entrance = entrance
        self._factors = factors
        self._passkeys = passkeys
        self._codes = codes
        self._homes = homes

    async def ask_second(self, ticket: str, site: Site) -> Options | Refusal:
        """For a browser whose person gave the password, and has a passkey to go on with."""
        account = await self._entrance.holder(ticket)
        return DEAD_TICKET if account is None else await self._passkeys.ask(SECOND, site, account.id)

    async def second(self, ticket: str, shown: Shown, place: Place, user_agent: str = "") -> Session | Refusal:
        """The session of who gave the password before, and now shows more."""

        async def prove(account: AccountRow) -> Refusal | None:
            return await self._factors.prove(account.id, shown, place, SECOND)

        return await self._at_home(await self._entrance.finish_sign_in(ticket, prove, user_agent), place)

    async def ask(self, site: Site) -> Options:
        """For a browser of whoever has a passkey. Asks no records."""
        return await self._passkeys.ask(SIGN_IN, site)

    async def by_passkey(
        self, shown: ShownPasskey, place: Place, user_agent: str = ""
    ) -> Session | SecondFactorDue | Refusal:
        """The session of whose passkey it is. It stands for both factors, as the device looked who it is."""
        network = network_of(place.address)
        refusal = self._codes.take(_NOBODY, network, at_home=True)
        if refusal is not None:
            return refusal
        account = await self._passkeys.check(SIGN_IN, shown)
        if isinstance(account, Refusal):
            return account
        self._codes.give_back(_NOBODY, network, at_home=True)
        session = await self._entrance.let_in(account, user_agent, factor_shown=True)
        return session if isinstance(session, SecondFactorDue) else await self._at_home(session, place)

    async def _at_home(self, session: Session | Refusal, place: Place) -> Session | Refusal:
        if isinstance(session, Session):
            with suppress(RecordsError):  # The sign-in stands; the place can become a home another day.
                account_id = session.identity.account_id
                if await self._factors.make_homes(account_id):
                    await self._homes.settle(account_id, place)
        return session
