"""Second factors: which an account has, and whether one was shown. Knows their bounds; knows no session and no HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seawall.accounts.factors.authenticator import Authenticators
from seawall.accounts.factors.passkeys import Passkeys, ShownPasskey
from seawall.accounts.factors.recovery import RecoveryCodes
from seawall.accounts.homes.own_devices import OwnDevices
from seawall.accounts.passwords.throttle import Allowance, Throttle
from seawall.accounts.refusals import wrong
from seawall.records.factor_entries import FactorsOf, KeptFactors
from seawall.records.port import Records, RecordsError
from seawall.values.arrival import Place
from seawall.values.home import SETTLES_AFTER_S
from seawall.values.network import network_of
from seawall.values.refusal import Refusal

TOTP, PASSKEY, RECOVERY = "totp", "passkey", "recovery"
# What a passkey is asked for: an answer to one opens nothing else.
SIGN_IN, SECOND, PROOF = "sign-in", "second", "proof"
# Wrong codes of an account from everywhere but its own devices: 60 at once, then six an hour. Passwords have no such
# bound, as anybody could keep the owner out by it; a code is asked only of who has the password already, and three of
# a million codes are right at any time. However many networks have a stolen password, 40 days are one chance in
# sixty; and a passkey, a recovery code or the owner's own device are not bound by it.
OVERALL = Allowance(burst=60, refill_s=600.0)

_NO_SUCH_WAY = wrong("Your account has no such second factor.", "way")
_NO_PASSKEY_SHOWN = wrong("The browser's answer is missing.", "credential")


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows: a ``code`` for ``totp`` and ``recovery``, the browser's answer for ``passkey``."""

    way: str
    code: str = ""
    passkey: ShownPasskey | None = None


class Factors:
    """Every method raises RecordsUnavailable where the records do not answer."""

    def __init__(
        self,
        records: Records,
        authenticators: Authenticators,
        recovery: RecoveryCodes,
        passkeys: Passkeys,
        codes: Throttle,
        own_devices: OwnDevices,
        *,
        unix_time: Callable[[], float],
    ) -> None:
        self._records = records
        self._authenticators = authenticators
        self._recovery = recovery
        self._passkeys = passkeys
        self._codes = codes
        self._own_devices = own_devices
        self._unix_time = unix_time

    async def kept(self, account_id: str) -> KeptFactors:
        """All that the account has."""
        return await self._records.read(FactorsOf(account_id))

    async def ways(self, account_id: str) -> tuple[str, ...]:
        """What a sign-in with the password goes on with; nothing where the password is all there is."""
        kept = await self.kept(account_id)
        if not kept.any:
            return ()
        there = {TOTP: kept.confirmed, PASSKEY: kept.passkeys, RECOVERY: kept.codes_left}
        return tuple(way for way, has in there.items() if has)

    async def make_homes(self, account_id: str) -> bool:
        """Whether a place is a home once a second factor is shown there: from an earlier day on.

        Whoever has nothing but a stolen password could else add a factor of their own and be at home with it at once.
        """
        since_s = (await self.kept(account_id)).since_s
        return since_s is not None and since_s + SETTLES_AFTER_S <= self._unix_time()

    async def prove(self, account_id: str, shown: Shown, place: Place, purpose: str) -> Refusal | None:
        """None where a second factor of the account was shown. A wrong one counts, by account and network as passwords
        do. ``purpose`` is what a passkey was asked for.
        """
        device = await self._own_devices.name_at(account_id, place)
        where = device or network_of(place.address)
        at_home = device is not None or shown.way != TOTP
        refusal = self._codes.take(account_id, where, at_home=at_home)
        if refusal is not None:
            return refusal
        try:
            refusal = await self._check(account_id, shown, purpose)
        except RecordsError:
            self._codes.give_back(account_id, where, at_home=at_home)
            raise
        if refusal is None:
            self._codes.give_back(account_id, where, at_home=at_home)
        return refusal

    async def _check(self, account_id: str, shown: Shown, purpose: str) -> Refusal | None:
        if shown.way == TOTP:
            return await self._authenticators.check(account_id, shown.code)
        if shown.way == RECOVERY:
            return await self._recovery.use(account_id, shown.code)
        if shown.way != PASSKEY:
            return _NO_SUCH_WAY
        if shown.passkey is None:
            return _NO_PASSKEY_SHOWN
        found = await self._passkeys.check(purpose, shown.passkey, account_id)
        return found if isinstance(found, Refusal) else None
