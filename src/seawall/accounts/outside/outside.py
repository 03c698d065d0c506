"""Signing in through a provider of identities. Knows the order, and what ties the way back to the way there.

Nothing is kept of who set out: all of it travels sealed in ``state``, tied to the browser by the device's cookie. So a
stranger's way back, brought to somebody's browser (login CSRF, RFC 6749, 10.12), signs nobody in.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest

from seawall.accounts.bounded import Bounded
from seawall.accounts.comings import Way
from seawall.accounts.entrance import Entrance
from seawall.accounts.factors.sealing import Sealing
from seawall.accounts.factors.second_factor import SecondFactorDue
from seawall.accounts.outside.outside_accounts import OutsideAccounts, ProviderRules
from seawall.accounts.refusals import NOT_SIGNED_IN
from seawall.accounts.sessions import Session
from seawall.observing.logs import logger
from seawall.providers.port import Errand, IdentityProvider, OutsidePerson, ProviderDistrusted, ProviderUnavailable
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal

# Time to sign in there, with a second factor and a new password perhaps.
LIVES_S = 900.0
# Used ones, 100 bytes each, remembered while they would still be good.
MOST_USED = 4_096

_UNAVAILABLE = Refusal(
    Reason.PROVIDER_UNAVAILABLE,
    "The other side does not answer at the moment. Please try again shortly; with a password or a passkey you can sign "
    "in as usual.",
    retry_after_s=30.0,
)
_REFUSED = Refusal(
    Reason.PROVIDER_REFUSED,
    "Signing in there did not work: it was cancelled, took too long or was begun in another browser. Please try again.",
)
_NO_SUCH_PROVIDER = Refusal(Reason.NOT_FOUND, "This service knows no such way to sign in.")


@dataclass(frozen=True, slots=True)
class KnownProvider:
    """One of the settings' providers, with what its word is worth."""

    name: str
    title: str
    issuer: str
    asked: IdentityProvider
    rules: ProviderRules


@dataclass(frozen=True, slots=True)
class WayBack:
    """What a browser brought back. ``device_id`` is its cookie's, ``who`` is signed in there."""

    code: str
    state: str
    issuer: str
    device_id: str | None
    who: Identity | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """Nobody signed in: who is signed in connected the identity with their account."""

    account_id: str


@dataclass(frozen=True, slots=True)
class _Journey:
    """What a state holds. ``account_id`` is whose the identity shall be, empty for a sign-in."""

    provider: str
    device_id: str
    nonce: str
    verifier: str
    return_to: str
    account_id: str
    expires_s: float


class OutsideSignIn:
    """Every method that ends a way raises RecordsUnavailable where the records do not answer."""

    def __init__(
        self,
        providers: tuple[KnownProvider, ...],
        accounts: OutsideAccounts,
        entrance: Entrance,
        sealing: Sealing,
        *,
        unix_time: Callable[[], float],
        random: Callable[[int], str] = secrets.token_urlsafe,
    ) -> None:
        self.providers: Mapping[str, KnownProvider] = {provider.name: provider for provider in providers}
        self._accounts = accounts
        self._entrance = entrance
        self._sealing = sealing
        self._unix_time = unix_time
        self._random = random
        self._used: Bounded[str, bool] = Bounded(MOST_USED)

    async def begin(self, name: str, return_to: str, device_id: str, account_id: str = "") -> str | Refusal:
        """Where the browser goes. With ``account_id`` the identity is connected to that account."""
        provider = self.providers.get(name)
        if provider is None:
            return _NO_SUCH_PROVIDER
        expires_s = self._unix_time() + LIVES_S
        # 32 bytes each: RFC 7636, 4.1, asks for as much of the verifier.
        journey = _Journey(name, device_id, self._random(32), self._random(32), return_to, account_id, expires_s)
        try:
            return await provider.asked.address(_errand(journey, self._sealed(journey)))
        except (ProviderUnavailable, ProviderDistrusted) as error:
            logger("accounts").warning("provider_unavailable", provider=name, why=str(error))
            if not account_id:
                self._entrance.comings.failed(Way.AWAY)
            return _UNAVAILABLE

    async def finish(
        self, name: str, back: WayBack, user_agent: str = ""
    ) -> Session | SecondFactorDue | Linked | Refusal:
        """What becomes of who came back. Each state opens once."""
        provider, journey = self.providers.get(name), self._opened(back.state)
        if provider is None or journey is None or not self._belongs(journey, name, back):
            return _REFUSED
        if journey.account_id and (back.who is None or back.who.account_id != journey.account_id):
            return NOT_SIGNED_IN
        self._used.put(journey.nonce, True)
        if journey.account_id:
            return await self._link(provider, back, journey)
        with self._entrance.comings.watch(Way.AWAY) as coming:
            coming.result = result = await self._sign_in(provider, back, journey, user_agent)
        return result

    async def _link(self, provider: KnownProvider, back: WayBack, journey: _Journey) -> Linked | Refusal:
        person = await self._ask(provider, back, journey)
        if isinstance(person, Refusal):
            return person
        linked = await self._accounts.link(person, journey.account_id)
        return linked if isinstance(linked, Refusal) else Linked(linked.id)

    async def _sign_in(
        self, provider: KnownProvider, back: WayBack, journey: _Journey, user_agent: str
    ) -> Session | SecondFactorDue | Refusal:
        person = await self._ask(provider, back, journey)
        if isinstance(person, Refusal):
            return person
        account = await self._accounts.of(person, provider.rules)
        # An account with a second factor of ours is asked for it here, too: it was set up against this very provider,
        # among others.
        return account if isinstance(account, Refusal) else await self._entrance.let_in(account, user_agent)

    async def _ask(self, provider: KnownProvider, back: WayBack, journey: _Journey) -> OutsidePerson | Refusal:
        try:
            return await provider.asked.person(back.code, _errand(journey, back.state), back.issuer)
        except ProviderUnavailable as error:
            logger("accounts").warning("provider_unavailable", provider=provider.name, why=str(error))
            return _UNAVAILABLE
        except ProviderDistrusted as error:
            logger("accounts").warning("provider_distrusted", provider=provider.name, why=str(error))
            return _REFUSED

    def _belongs(self, journey: _Journey, name: str, back: WayBack) -> bool:
        return (
            bool(back.code)
            and journey.provider == name
            and back.device_id is not None
            and compare_digest(journey.device_id, back.device_id)
            and journey.expires_s > self._unix_time()
            and not self._used.get(journey.nonce)
        )

    def _sealed(self, journey: _Journey) -> str:
        values = [getattr(journey, name) for name in _Journey.__slots__]
        return self._sealing.seal(json.dumps(values).encode(), "state")

    def _opened(self, state: str) -> _Journey | None:
        plain = self._sealing.opened(state, "state")
        try:
            return None if plain is None else _Journey(*json.loads(plain))
        except (ValueError, TypeError):
            return None  # Sealed here, but in another form: by another version.


def _errand(journey: _Journey, state: str) -> Errand:
    return Errand(state, journey.nonce, journey.verifier, journey.return_to)
