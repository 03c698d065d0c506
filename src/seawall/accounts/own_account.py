"""What people do with their own account: preferences, terms, leaving. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seawall.accounts.accounts import Accounts
from seawall.accounts.entrance import Entrance
from seawall.accounts.joining.terms import Terms
from seawall.accounts.refusals import NOT_SIGNED_IN, wrong
from seawall.records.entrance_entries import DeleteAccount, SetPreferences
from seawall.records.entries import AccountRow, SessionByHash
from seawall.records.port import Records, RecordsConflict
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal

# An account without a password shows who it is by signing in again, at most so long before.
FRESH_S = 600.0

_SIGN_IN_AGAIN = Refusal(
    Reason.SIGN_IN_AGAIN,
    "Your account has no password, so sign in again first: then this works for ten minutes.",
)
_LAST_OWNER = Refusal(
    Reason.CONFLICT, "You are the only owner of this service. Make somebody else one first; then you can leave."
)
_OLD_TERMS = Refusal(
    Reason.CONFLICT, "These are not the terms of today. Reload the page, read them and accept them.", param="version"
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account's own pages show of it. ``terms_due`` is whether it has to be asked for its consent."""

    language: str
    theme: str
    has_password: bool
    terms_due: bool
    verified_s: float | None


NO_PROFILE = Profile(language="", theme="", has_password=True, terms_due=False, verified_s=None)


class OwnAccount:
    """Every method raises RecordsUnavailable where the records do not answer."""

    def __init__(
        self,
        records: Records,
        accounts: Accounts,
        entrance: Entrance,
        terms: Terms,
        *,
        unix_time: Callable[[], float],
    ) -> None:
        self._records = records
        self._accounts = accounts
        self._entrance = entrance
        self._terms = terms
        self._unix_time = unix_time

    async def profile(self, identity: Identity) -> Profile | Refusal:
        """Of who is signed in."""
        account = await self._accounts.by_id(identity.account_id)
        return NOT_SIGNED_IN if account is None else self._profile(account)

    async def prefer(self, identity: Identity, language: str | None, theme: str | None) -> Profile | Refusal:
        """Sets what is given, and tells how it stands then."""
        await self._records.write(SetPreferences(identity.account_id, language, theme))
        return await self.profile(identity)

    async def accept_terms(self, identity: Identity, version: str) -> Profile | Refusal:
        """Consent to the terms that were shown: they must be today's."""
        if not self._terms.text or version != self._terms.version:
            return _OLD_TERMS
        await self._records.write(SetPreferences(identity.account_id, terms_accepted=version))
        return await self.profile(identity)

    async def leave(self, identity: Identity, password: str) -> Refusal | None:
        """Takes the account away with all that is its own; it is gone at once and for good."""
        account = await self._accounts.by_id(identity.account_id)
        if account is None:
            return NOT_SIGNED_IN
        refusal = await self._prove(account, identity, password)
        if refusal is not None:
            return refusal
        try:
            await self._records.write(DeleteAccount(account.id))
        except RecordsConflict as conflict:
            if conflict.field != "owner":
                raise
            return _LAST_OWNER
        self._accounts.forget(account.id)
        return None

    async def _prove(self, account: AccountRow, identity: Identity, password: str) -> Refusal | None:
        if account.password_hash:
            refusal = await self._entrance.prove(account, password, identity)
            wrong_one = refusal is not None and refusal.reason is Reason.WRONG_CREDENTIALS
            return wrong("The password is not right.", "password") if wrong_one else refusal
        now_s = self._unix_time()
        found = await self._records.read(SessionByHash(identity.session_id or "", now_s))
        return None if found is not None and now_s - found[0].created_s <= FRESH_S else _SIGN_IN_AGAIN

    def _profile(self, account: AccountRow) -> Profile:
        return Profile(
            language=account.language,
            theme=account.theme,
            has_password=bool(account.password_hash),
            terms_due=self._terms.due(account.terms_accepted),
            verified_s=account.verified_s,
        )
