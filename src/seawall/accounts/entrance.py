"""How people come in: sign-in, sign-up, the owner's link. Knows their order and bounds; knows no HTTP."""

from __future__ import annotations

from dataclasses import replace

from seawall.accounts.accounts import Accounts
from seawall.accounts.first_owner import FirstOwner
from seawall.accounts.homes import Homes
from seawall.accounts.passwords import Checked, Lane, Passwords
from seawall.accounts.refusals import DISABLED, NOT_SIGNED_IN, WRONG_CREDENTIALS
from seawall.accounts.sessions import Session, Sessions
from seawall.accounts.throttle import Throttle
from seawall.records.entries import AccountRow, SetPassword
from seawall.records.port import Records
from seawall.values.arrival import Place
from seawall.values.home import is_network
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal

_SIGNUP_CLOSED = Refusal(
    Reason.SIGNUP_CLOSED,
    "Registration is closed here. If you have an account you can sign in as usual; else ask an operator for one.",
)
_DEAD_LINK = Refusal(
    Reason.NOT_ALLOWED,
    "This link is not valid any more. The service prints a new one when it starts, until it has an owner.",
)


class Entrance:
    """Every method raises RecordsUnavailable where the records do not answer.

    ``network`` is the asker's, as ``addresses.network_of`` tells it.
    """

    def __init__(
        self,
        records: Records,
        accounts: Accounts,
        passwords: Passwords,
        sessions: Sessions,
        throttle: Throttle,
        first_owner: FirstOwner,
        homes: Homes,
        *,
        signup_open: bool,
    ) -> None:
        self._records = records
        self._accounts = accounts
        self._passwords = passwords
        self._sessions = sessions
        self._throttle = throttle
        self._first_owner = first_owner
        self._homes = homes
        self._signup_open = signup_open

    @property
    def signup_refusal(self) -> Refusal | None:
        """Why nobody may register here, if so."""
        return None if self._signup_open else _SIGNUP_CLOSED

    async def sign_in(
        self, email: str, password: str, network: str, user_agent: str = "", *, place: Place | None = None
    ) -> Session | Refusal:
        """A session for the right password. Unknown addresses are answered with the same words after the same time.

        Where ``place`` is one of the account's homes, no flood of strangers keeps it waiting; and from a device that is
        one, nobody else's wrong guesses count, though they come from the same network.
        """
        full = self._passwords.full(Lane.STRANGER)
        if full is not None and not self._may_be_home(place, network):
            return full  # Before anything is asked for: what strangers try costs few look-ups.
        account = await self._accounts.by_email(email)
        homes = await self._homes.here(account.id, place) if account and place else frozenset[str]()
        if full is not None:
            if place is None or not homes:
                return full
            if place.device_id is None:
                self._throttle.give_look_back(network)
        device = next((name for name in homes if not is_network(name)), None)
        lane = Lane.FAMILIAR if homes else Lane.STRANGER
        refusal = await self._prove(account, email, password, device or network, lane)
        if refusal is not None or account is None:
            return refusal or WRONG_CREDENTIALS
        if account.disabled:
            return DISABLED
        return await self._sessions.begin(account, user_agent)

    async def sign_up(self, email: str, password: str, user_agent: str = "") -> Session | Refusal:
        """A new member's first session."""
        if self.signup_refusal is not None:
            return self.signup_refusal
        account = await self._accounts.add(email, password)
        return account if isinstance(account, Refusal) else await self._sessions.begin(account, user_agent)

    async def set_up(self, token: str, email: str, password: str, user_agent: str = "") -> Session | Refusal:
        """The owner's first session, by the one-time link."""
        if not self._first_owner.opens(token):
            return _DEAD_LINK
        account = await self._accounts.add(email, password, Role.OWNER, vouched=True, first_owner=True)
        if isinstance(account, Refusal):
            return account
        self._first_owner.settle()
        return await self._sessions.begin(account, user_agent)

    async def change_password(self, identity: Identity, current: str, new: str, network: str) -> Refusal | None:
        """Asks for the current one, and ends the account's other sessions."""
        account = await self._accounts.by_id(identity.account_id)
        if account is None:
            return NOT_SIGNED_IN
        refusal = await self._prove(account, account.email, current, network, Lane.FAMILIAR)
        if refusal is not None:
            if refusal is WRONG_CREDENTIALS:
                # Not a 401: the session is good, only this field is wrong.
                return Refusal(Reason.INVALID_REQUEST, "The current password is not right.", param="current")
            return refusal
        refusal = await self._accounts.set_password(account.id, new, keep_session=identity.session_id)
        if refusal is not None:
            return replace(refusal, param="new") if refusal.param else refusal
        self._sessions.forget_account(account.id, but=identity.session_id)
        return None

    def _may_be_home(self, place: Place | None, network: str) -> bool:
        """Whether to look if it is: a device's cookie bears our signature, a network alone is anybody's."""
        return place is not None and (place.device_id is not None or self._throttle.may_look(network))

    async def _prove(
        self, account: AccountRow | None, email: str, password: str, network: str, lane: Lane
    ) -> Refusal | None:
        """None for the account's own password; a wrong one counts against the network."""
        name = account.email if account else email.strip().casefold()
        refusal = self._throttle.take(name, network)
        if refusal is not None:
            return refusal
        checked = await self._passwords.check(password, account.password_hash if account else None, lane=lane)
        if isinstance(checked, Checked) and not checked.right:
            return WRONG_CREDENTIALS
        self._throttle.give_back(name, network)
        if isinstance(checked, Refusal):
            return checked
        if account is not None and checked.rehashed is not None:
            await self._records.write(SetPassword(account.id, checked.rehashed, same_password=True))
        return None
