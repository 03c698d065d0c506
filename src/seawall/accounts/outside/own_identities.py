"""The identities that an account is connected with, for its own page. Knows no protocol and no HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.accounts.factors.factors import Factors
from seawall.accounts.outside.outside import OutsideSignIn
from seawall.accounts.ownership import Ownership, Proof
from seawall.accounts.refusals import NO_SUCH_FACTOR
from seawall.records.outside_entries import IdentitiesOf, UnlinkIdentity
from seawall.records.port import Records
from seawall.values.arrival import Place
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal

_LAST_WAY_IN = Refusal(
    Reason.CONFLICT,
    "This is the only way into your account. Add a passkey, or set a password by 'forgotten password', then remove it.",
)


@dataclass(frozen=True, slots=True)
class OwnIdentity:
    """``name`` and ``title`` are the provider's here; empty and the issuer's address where it is in no settings now."""

    name: str
    title: str
    email: str
    linked_s: float


class OwnIdentities:
    """Every method raises RecordsUnavailable where the records do not answer."""

    def __init__(self, records: Records, outside: OutsideSignIn, factors: Factors, ownership: Ownership) -> None:
        self._records = records
        self._outside = outside
        self._factors = factors
        self._ownership = ownership

    async def all(self, identity: Identity) -> tuple[OwnIdentity, ...]:
        """Oldest first."""
        rows = await self._records.read(IdentitiesOf(identity.account_id))
        known = {_plain(one.issuer): one for one in self._outside.providers.values()}
        return tuple(
            OwnIdentity(
                name=known[_plain(row.issuer)].name if _plain(row.issuer) in known else "",
                title=known[_plain(row.issuer)].title if _plain(row.issuer) in known else row.issuer,
                email=row.email,
                linked_s=row.created_s,
            )
            for row in rows
        )

    async def connect(
        self, identity: Identity, name: str, proof: Proof, place: Place, return_to: str, device_id: str
    ) -> str | Refusal:
        """Where the browser goes, to come back with an identity for this account."""
        account = await self._ownership.confirm(identity, proof, place, fresh_is_enough=True)
        if isinstance(account, Refusal):
            return account
        return await self._outside.begin(name, return_to, device_id, account.id)

    async def remove(self, identity: Identity, name: str, proof: Proof, place: Place) -> Refusal | None:
        """It opens the account no more."""
        account = await self._ownership.confirm(identity, proof, place)
        if isinstance(account, Refusal):
            return account
        rows = await self._records.read(IdentitiesOf(account.id))
        provider = self._outside.providers.get(name)
        row = next((row for row in rows if provider and _plain(row.issuer) == _plain(provider.issuer)), None)
        if row is None:
            return NO_SUCH_FACTOR
        passkeys = (await self._factors.kept(account.id)).passkeys
        if len(rows) == 1 and not account.password_hash and not passkeys:
            return _LAST_WAY_IN
        return None if await self._records.write(UnlinkIdentity(account.id, row.issuer)) else NO_SUCH_FACTOR


def _plain(issuer: str) -> str:
    return issuer.rstrip("/")
