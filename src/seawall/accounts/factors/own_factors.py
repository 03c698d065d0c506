"""What people do with their own second factors, and operators with others'. Knows the order; knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.accounts.accounts import Accounts
from seawall.accounts.factors.authenticator import Authenticators, NewAuthenticator
from seawall.accounts.factors.factors import PROOF, Factors
from seawall.accounts.factors.passkeys import Options, Passkeys, ShownPasskey
from seawall.accounts.factors.recovery import RecoveryCodes
from seawall.accounts.factors.sites import Site
from seawall.accounts.letters.letter_words import Change
from seawall.accounts.letters.notices import Notices
from seawall.accounts.ownership import Ownership, Proof
from seawall.accounts.refusals import NO_SUCH_ACCOUNT, NO_SUCH_FACTOR, NOT_YOURS_TO_CHANGE
from seawall.observing.logs import logger
from seawall.records.factor_entries import KeptFactors, PasskeyRow, RemoveAuthenticator, ResetFactors
from seawall.records.port import Records
from seawall.values.arrival import Place
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal

_NOTHING_TO_RECOVER = Refusal(
    Reason.CONFLICT, "Recovery codes stand in for a second factor. Add an authenticator app or a passkey first."
)
_NONE_THERE = Refusal(Reason.NOT_FOUND, "This account has no second factor: its password alone opens it.")


@dataclass(frozen=True, slots=True)
class AddedPasskey:
    """``codes`` are recovery codes, shown this once; none where the account has some already."""

    row: PasskeyRow
    codes: tuple[str, ...]


class OwnFactors:
    """Every method raises RecordsUnavailable where the records do not answer.

    Adding asks for a fresh sign-in, the password or a second factor; taking away for one of the last two. Of each
    change the owner is told by mail.
    """

    def __init__(
        self,
        records: Records,
        accounts: Accounts,
        factors: Factors,
        authenticators: Authenticators,
        recovery: RecoveryCodes,
        passkeys: Passkeys,
        ownership: Ownership,
        notices: Notices,
    ) -> None:
        self.records = records
        self._accounts = accounts
        self._factors = factors
        self._authenticators = authenticators
        self._recovery = recovery
        self._passkeys = passkeys
        self._ownership = ownership
        self._notices = notices

    async def kept(self, identity: Identity) -> KeptFactors:
        """What the account has."""
        return await self._factors.kept(identity.account_id)

    async def begin_authenticator(self, identity: Identity, proof: Proof, place: Place) -> NewAuthenticator | Refusal:
        """A secret for the app; it counts once a code of it is confirmed."""
        account = await self._ownership.confirm(identity, proof, place, fresh_is_enough=True)
        if isinstance(account, Refusal):
            return account
        return await self._authenticators.begin(account.id, account.email)

    async def confirm_authenticator(self, identity: Identity, code: str) -> tuple[str, ...] | Refusal:
        """From now on a sign-in asks for a code. Returns recovery codes, none where the account has some already."""
        refusal = await self._authenticators.confirm(identity.account_id, code)
        if refusal is not None:
            return refusal
        self._notices.lock_changed(identity.account_id, Change.APP_ADDED)
        return await self._first_codes(identity.account_id)

    async def remove_authenticator(self, identity: Identity, proof: Proof, place: Place) -> Refusal | None:
        """Takes it away, with the recovery codes where it was the last factor."""
        account = await self._ownership.confirm(identity, proof, place)
        if isinstance(account, Refusal):
            return account
        if not await self.records.write(RemoveAuthenticator(account.id)):
            return NO_SUCH_FACTOR
        self._notices.lock_changed(account.id, Change.APP_REMOVED)
        return None

    async def renew_codes(self, identity: Identity, proof: Proof, place: Place) -> tuple[str, ...] | Refusal:
        """Ten new recovery codes in the place of all before."""
        account = await self._ownership.confirm(identity, proof, place)
        if isinstance(account, Refusal):
            return account
        if not (await self._factors.kept(account.id)).any:
            return _NOTHING_TO_RECOVER
        codes = await self._recovery.renew(account.id)
        self._notices.lock_changed(account.id, Change.CODES_RENEWED)
        return codes

    async def begin_passkey(self, identity: Identity, proof: Proof, place: Place, site: Site) -> Options | Refusal:
        """What the browser makes it from."""
        account = await self._ownership.confirm(identity, proof, place, fresh_is_enough=True)
        return account if isinstance(account, Refusal) else await self._passkeys.begin(account.id, account.email, site)

    async def add_passkey(self, identity: Identity, shown: ShownPasskey, name: str) -> AddedPasskey | Refusal:
        """From now on it opens the account, and the password alone does not."""
        row = await self._passkeys.add(identity.account_id, shown, name)
        if isinstance(row, Refusal):
            return row
        self._notices.lock_changed(identity.account_id, Change.PASSKEY_ADDED)
        return AddedPasskey(row, await self._first_codes(identity.account_id))

    async def rename_passkey(self, identity: Identity, passkey_id: str, name: str) -> Refusal | None:
        """Under another name from now on."""
        return await self._passkeys.rename(identity.account_id, passkey_id, name)

    async def remove_passkey(self, identity: Identity, passkey_id: str, proof: Proof, place: Place) -> Refusal | None:
        """As for the authenticator."""
        account = await self._ownership.confirm(identity, proof, place)
        refusal = account if isinstance(account, Refusal) else await self._passkeys.remove(account.id, passkey_id)
        if refusal is None:
            self._notices.lock_changed(identity.account_id, Change.PASSKEY_REMOVED)
        return refusal

    async def ask_proof(self, identity: Identity, site: Site) -> Options:
        """What a browser shows a passkey for, to change something here or to be at home."""
        return await self._passkeys.ask(PROOF, site, identity.account_id)

    async def reset(self, account_id: str) -> Refusal | None:
        """Takes all factors of an account away, and ends its sessions: for who lost the phone and the codes."""
        if not await self.records.write(ResetFactors(account_id)):
            return NO_SUCH_ACCOUNT if await self._accounts.by_id(account_id) is None else _NONE_THERE
        self._accounts.forget(account_id)
        self._notices.lock_changed(account_id, Change.ALL_REMOVED)
        return None

    async def reset_as(self, actor: Identity, account_id: str) -> Refusal | None:
        """On behalf of an operator, for members; of the owner, for everybody else. It is the one way around a second
        factor, so the log tells who went it.
        """
        account = await self._accounts.by_id(account_id)
        if account is None:
            return NO_SUCH_ACCOUNT
        looked_after = actor.role is Role.OWNER or (actor.role is Role.OPERATOR and account.role is Role.MEMBER)
        if not looked_after or account.id == actor.account_id:
            return NOT_YOURS_TO_CHANGE
        refusal = await self.reset(account_id)
        if refusal is None:
            logger("accounts").warning("factors_reset", account_id=account_id, by=actor.account_id)
        return refusal

    async def _first_codes(self, account_id: str) -> tuple[str, ...]:
        kept = await self._factors.kept(account_id)
        return () if kept.codes_left else await self._recovery.renew(account_id)
