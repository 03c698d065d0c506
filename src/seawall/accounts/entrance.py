"""How people come in: password, second factor, the owner's link. Knows their order and bounds; knows no HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from seawall.accounts.accounts import Accounts
from seawall.accounts.comings import Coming, Comings, Way
from seawall.accounts.factors.second_factor import DEAD_TICKET, SecondFactorDue, Tickets
from seawall.accounts.homes.homes import Homes
from seawall.accounts.homes.own_devices import OwnDevices
from seawall.accounts.joining.first_owner import FirstOwner
from seawall.accounts.letters.notices import Notices
from seawall.accounts.passwords.passwords import Checked, Lane, Passwords
from seawall.accounts.passwords.throttle import Throttle
from seawall.accounts.refusals import DISABLED, NOT_SIGNED_IN, PENDING, WRONG_CREDENTIALS, WRONG_OR_UNCONFIRMED
from seawall.accounts.sessions import Session, Sessions
from seawall.records.entries import AccountRow, SetPassword
from seawall.records.port import Records
from seawall.values.arrival import Place
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal

_DEAD_OWNERS_LINK = Refusal(
    Reason.NOT_ALLOWED,
    "This link is not valid any more. The service prints a new one when it starts, until it has an owner.",
)
_NO_PASSWORD = Refusal(
    Reason.NOT_ALLOWED, "Your account has no password: you sign in through your organisation, and change it there."
)

FactorsOf = Callable[[str], Awaitable[tuple[str, ...]]]
Proving = Callable[[AccountRow], Awaitable[Refusal | None]]


async def no_factors(account_id: str) -> tuple[str, ...]:
    """For a service whose accounts have a password alone."""
    return ()


class Entrance:
    """Every method raises RecordsUnavailable where the records do not answer.

    ``network`` is the asker's, as ``addresses.network_of`` tells it. ``factors_of`` names the second factors of an
    account; ``awaits_mail`` is whether who registers has to open a link first, which a failed sign-in then mentions.
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
        own_devices: OwnDevices,
        notices: Notices,
        *,
        comings: Comings,
        tickets: Tickets,
        factors_of: FactorsOf = no_factors,
        awaits_mail: bool = False,
    ) -> None:
        self._records = records
        self._accounts = accounts
        self._passwords = passwords
        self._sessions = sessions
        self.comings = comings
        self._throttle = throttle
        self._first_owner = first_owner
        self._homes = homes
        self._own_devices = own_devices
        self._notices = notices
        self._tickets = tickets
        self._factors_of = factors_of
        self._wrong = WRONG_OR_UNCONFIRMED if awaits_mail else WRONG_CREDENTIALS

    async def sign_in(
        self, email: str, password: str, network: str, user_agent: str = "", *, place: Place | None = None
    ) -> Session | SecondFactorDue | Refusal:
        """A session for the right password, or a ticket where the account asks for more. Unknown addresses are answered
        with the same words after the same time.

        Where ``place`` is one of the account's homes, or a device that it was signed in to on before, no flood of
        strangers keeps it waiting; and from such a device nobody else's wrong guesses count, though they come from the
        same network.
        """
        with self.comings.watch(Way.AWAY) as coming:
            coming.result = result = await self._sign_in(email, password, network, user_agent, place, coming)
        return result

    async def _sign_in(
        self, email: str, password: str, network: str, user_agent: str, place: Place | None, coming: Coming
    ) -> Session | SecondFactorDue | Refusal:
        full = self._passwords.full(Lane.STRANGER)
        if full is not None and not self._may_be_home(place, network):
            return full  # Before anything is asked for: what strangers try costs few look-ups.
        account = await self._accounts.by_email(email)
        homes = await self._homes.here(account.id, place) if account and place else frozenset[str]()
        device = self._own_device(account, place, homes)
        lane = Lane.FAMILIAR if homes or (device and self._throttle.may_go_first(device)) else Lane.STRANGER
        coming.way = Way.HOME if lane is Lane.FAMILIAR else Way.AWAY
        if full is not None:
            if lane is Lane.STRANGER:
                return full
            if place is not None and place.device_id is None:
                self._throttle.give_look_back(network)
        refusal = await self._prove(account, email, password, device or network, lane)
        if refusal is not None and refusal is not WRONG_CREDENTIALS:
            return refusal
        if refusal is not None or account is None:
            return self._wrong
        return await self.let_in(account, user_agent)

    async def let_in(
        self, account: AccountRow, user_agent: str = "", *, factor_shown: bool = False
    ) -> Session | SecondFactorDue | Refusal:
        """A session for an account that was shown to be the asker's, unless more is to be shown or it is shut out."""
        refusal = _shut_out(account)
        if refusal is not None:
            return refusal
        ways = () if factor_shown else await self._factors_of(account.id)
        if ways:
            return SecondFactorDue(self._tickets.issue(account), ways)
        return await self._sessions.begin(account, user_agent)

    async def finish_sign_in(self, ticket: str, prove: Proving, user_agent: str = "") -> Session | Refusal:
        """The session of who has a ticket for the password and proves the second factor. A wrong proof leaves the
        ticket good: how often it may be tried is for ``prove`` to count.
        """
        account = await self.holder(ticket)
        if account is None:
            return DEAD_TICKET
        refusal = _shut_out(account) or await prove(account)
        if refusal is not None:
            return refusal
        if not self._tickets.holds(ticket, account):
            return DEAD_TICKET  # Somebody else used it while this proof was looked at.
        self._tickets.use_up(ticket)
        return await self._sessions.begin(account, user_agent)

    async def holder(self, ticket: str) -> AccountRow | None:
        """The account whose password was given for this ticket; None where it is over, or was never given out."""
        account = await self._accounts.by_id(self._tickets.account_id(ticket))
        return account if account is not None and self._tickets.holds(ticket, account) else None

    async def set_up(self, token: str, email: str, password: str, user_agent: str = "") -> Session | Refusal:
        """The owner's first session, by the one-time link."""
        if not self._first_owner.opens(token):
            return _DEAD_OWNERS_LINK
        account = await self._accounts.add(email, password, Role.OWNER, vouched=True, first_owner=True)
        if isinstance(account, Refusal):
            return account
        self._first_owner.settle()
        return await self._sessions.begin(account, user_agent)

    async def change_password(self, identity: Identity, current: str, new: str) -> Refusal | None:
        """Asks for the current one, and ends the account's other sessions."""
        account = await self._accounts.by_id(identity.account_id)
        if account is None:
            return NOT_SIGNED_IN
        if not account.password_hash:
            return _NO_PASSWORD
        refusal = await self.prove(account, current, identity)
        if refusal is not None:
            if refusal is WRONG_CREDENTIALS:
                # Not a 401: the session is good, only this field is wrong.
                return Refusal(Reason.INVALID_REQUEST, "The current password is not right.", param="current")
            return refusal
        refusal = await self._accounts.set_password(account.id, new, keep_session=identity.session_id)
        if refusal is not None:
            return replace(refusal, param="new") if refusal.param else refusal
        self._sessions.forget_account(account.id, but=identity.session_id)
        self._notices.password_changed(account.id)
        return None

    async def prove(self, account: AccountRow, password: str, identity: Identity) -> Refusal | None:
        """None for the password of who is signed in already; a wrong one counts against the session alone, which
        nobody has who is not.
        """
        return await self._prove(account, account.email, password, f"session:{identity.session_id}", Lane.FAMILIAR)

    def _own_device(self, account: AccountRow | None, place: Place | None, homes: frozenset[str]) -> str | None:
        if account is None or place is None:
            return None
        return self._own_devices.home_among(homes) or self._own_devices.marked_at(account.id, place)

    def _may_be_home(self, place: Place | None, network: str) -> bool:
        """Whether to look if it is: a device's cookie bears our signature, a network alone is anybody's."""
        return place is not None and (place.device_id is not None or self._throttle.may_look(network))

    async def _prove(
        self, account: AccountRow | None, email: str, password: str, where: str, lane: Lane
    ) -> Refusal | None:
        """None for the account's own password; a wrong one counts where it was given: a network, device or session."""
        name = account.email if account else email.strip().casefold()
        refusal = self._throttle.take(name, where)
        if refusal is not None:
            return refusal
        checked = await self._passwords.check(password, account.password_hash if account else None, lane=lane)
        if isinstance(checked, Checked) and not checked.right:
            return WRONG_CREDENTIALS
        self._throttle.give_back(name, where)
        if isinstance(checked, Refusal):
            return checked
        if account is not None and checked.rehashed is not None:
            await self._records.write(SetPassword(account.id, checked.rehashed, same_password=True))
        return None


def _shut_out(account: AccountRow) -> Refusal | None:
    """Why nobody comes into this account now, if so."""
    if account.disabled:
        return DISABLED
    return PENDING if account.pending else None
