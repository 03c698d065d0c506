"""Second factors, built over one set of records. Knows what needs what; holds no logic of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seawall.accounts.accounts import Accounts
from seawall.accounts.entrance import Entrance
from seawall.accounts.factors.authenticator import Authenticators
from seawall.accounts.factors.ceremonies import Ceremonies
from seawall.accounts.factors.factor_entrance import FactorEntrance
from seawall.accounts.factors.factors import OVERALL, Factors
from seawall.accounts.factors.own_factors import OwnFactors
from seawall.accounts.factors.passkeys import Passkeys
from seawall.accounts.factors.recovery import RecoveryCodes
from seawall.accounts.factors.sealing import Sealing
from seawall.accounts.homes.homes import Homes
from seawall.accounts.homes.own_devices import OwnDevices
from seawall.accounts.letters.notices import Notices
from seawall.accounts.ownership import Ownership
from seawall.accounts.passwords.throttle import Throttle
from seawall.records.port import Records


@dataclass(frozen=True, slots=True)
class FactorParts:
    """What the entrance asks which factors are due, and what is built around the entrance afterwards."""

    records: Records
    homes: Homes
    authenticators: Authenticators
    recovery: RecoveryCodes
    passkeys: Passkeys
    codes: Throttle
    factors: Factors

    def entrance(self, entrance: Entrance) -> FactorEntrance:
        """The end of a sign-in."""
        return FactorEntrance(entrance, self.factors, self.passkeys, self.codes, self.homes)

    def own(self, accounts: Accounts, ownership: Ownership, notices: Notices) -> OwnFactors:
        """The account's own page of them."""
        parts = (self.factors, self.authenticators, self.recovery, self.passkeys)
        return OwnFactors(self.records, accounts, *parts, ownership, notices)


def factor_parts(
    records: Records,
    homes: Homes,
    own_devices: OwnDevices,
    secret: bytes,
    *,
    service: str,
    clock: Callable[[], float],
    unix_time: Callable[[], float],
) -> FactorParts:
    """``service`` is what authenticator apps and browsers show."""
    sealing = Sealing(secret, "authenticator")
    authenticators = Authenticators(records, sealing, service=service, unix_time=unix_time)
    recovery = RecoveryCodes(records, unix_time=unix_time)
    passkeys = Passkeys(records, Ceremonies(unix_time=unix_time), service=service, unix_time=unix_time)
    codes = Throttle(clock=clock, guessed="codes", overall=OVERALL)
    factors = Factors(records, authenticators, recovery, passkeys, codes, own_devices, unix_time=unix_time)
    return FactorParts(records, homes, authenticators, recovery, passkeys, codes, factors)
