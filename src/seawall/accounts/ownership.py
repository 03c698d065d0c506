"""Whether who is signed in is the account's owner, asked before what guards the account changes. Knows no HTTP.

A session that somebody left open, or took, shall not be enough to change the locks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seawall.accounts.accounts import Accounts
from seawall.accounts.entrance import Entrance
from seawall.accounts.factors.factors import PROOF, Factors, Shown
from seawall.accounts.own_account import FRESH_S
from seawall.accounts.refusals import NOT_SIGNED_IN, wrong
from seawall.records.entries import AccountRow, SessionByHash
from seawall.records.port import Records
from seawall.values.arrival import Place
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal

_PROOF_NEEDED = Refusal(
    Reason.PROOF_NEEDED, "Show that it is you: give your password, or a second factor of your account."
)
_SIGN_IN_AGAIN = Refusal(
    Reason.SIGN_IN_AGAIN,
    "Your account has no password to show that it is you. Sign in again; then this works for ten minutes.",
)


@dataclass(frozen=True, slots=True)
class Proof:
    """A password or a second factor; neither, where a fresh sign-in is to be enough."""

    password: str = ""
    shown: Shown | None = None


class Ownership:
    """Raises RecordsUnavailable where the records do not answer."""

    def __init__(
        self,
        records: Records,
        accounts: Accounts,
        entrance: Entrance,
        factors: Factors,
        *,
        unix_time: Callable[[], float],
    ) -> None:
        self._records = records
        self._accounts = accounts
        self._entrance = entrance
        self._factors = factors
        self._unix_time = unix_time

    async def confirm(
        self, identity: Identity, proof: Proof, place: Place, *, fresh_is_enough: bool = False
    ) -> AccountRow | Refusal:
        """The account of who showed that it is theirs. What adds a lock is content with a fresh sign-in too; what takes
        one away is not, unless there is nothing else to show.
        """
        account = await self._accounts.by_id(identity.account_id)
        if account is None:
            return NOT_SIGNED_IN
        if proof.shown is not None:
            return await self._factors.prove(account.id, proof.shown, place, PROOF) or account
        if proof.password:
            return await self._by_password(account, identity, proof.password) or account
        bare = not account.password_hash and not (await self._factors.kept(account.id)).any
        if (fresh_is_enough or bare) and await self._is_fresh(identity):
            return account
        return _SIGN_IN_AGAIN if bare else _PROOF_NEEDED

    async def _by_password(self, account: AccountRow, identity: Identity, password: str) -> Refusal | None:
        if not account.password_hash:
            return _PROOF_NEEDED
        refusal = await self._entrance.prove(account, password, identity)
        wrong_one = refusal is not None and refusal.reason is Reason.WRONG_CREDENTIALS
        # Not a 401: the session is good, only this field is wrong.
        return wrong("The password is not right.", "password") if wrong_one else refusal

    async def _is_fresh(self, identity: Identity) -> bool:
        now_s = self._unix_time()
        found = await self._records.read(SessionByHash(identity.session_id or "", now_s))
        return found is not None and now_s - found[0].created_s <= FRESH_S
