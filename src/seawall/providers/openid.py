"""Asks one provider by OpenID Connect. Knows its addresses, keys and tokens; knows no account.

The code flow with PKCE (RFC 7636), as RFC 9700 asks of every client. Authlib speaks OAuth, joserfc checks signatures.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from seawall.providers.port import Errand, OutsidePerson, ProviderDistrusted, ProviderError, ProviderUnavailable
from seawall.providers.tokens import Expected, signed_claims
from seawall.settings.outside import ProviderSettings

# A person waits in front of a white page for it.
PATIENCE_S = 10.0
# What it says of itself changes once in years, its keys once in months; a key that is not known is asked for at once.
DESCRIPTION_S = 3600.0
KEYS_AT_MOST_EVERY_S = 30.0
# Asked at once; further ones wait, so that no flood of made-up returns opens a thousand connections to it.
AT_ONCE = 8
MOST_WAITING = 64
_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class _Description:
    """What the provider says of itself, and its keys."""

    said: Mapping[str, Any]
    keys: Mapping[str, Any]
    at_s: float


class OpenIdProvider:
    """``clock`` is monotonic; ``unix_time`` is what tokens are compared to."""

    def __init__(
        self, settings: ProviderSettings, *, clock: Callable[[], float], unix_time: Callable[[], float]
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._unix_time = unix_time
        self._known: _Description | None = None
        self._asking = asyncio.Semaphore(AT_ONCE)
        self._open = 0

    async def address(self, errand: Errand) -> str:
        """With state, nonce and the challenge of the verifier."""
        async with self._speaking(errand) as client:
            known = await self._description(client)
            url, _ = client.create_authorization_url(
                known.said["authorization_endpoint"],
                state=errand.state,
                nonce=errand.nonce,
                code_verifier=errand.verifier,
            )
            return str(url)

    async def person(self, code: str, errand: Errand, told_issuer: str) -> OutsidePerson:
        """Changes the code for an ID token, and believes it if it was signed for this errand."""
        async with self._speaking(errand) as client:
            known = await self._description(client)
            issuer: str = known.said["issuer"]
            if told_issuer and told_issuer != issuer:
                raise ProviderDistrusted(f"The way back names another issuer than {issuer} (RFC 9207).")
            token = await self._token(client, known, code, errand)
            expected = Expected(issuer, self._settings.client_id, errand.nonce, token.get("access_token", ""))
            claims = await self._claims(client, known, token, expected)
            return self._person(issuer, await self._completed(client, known, claims))

    async def _token(self, client: Any, known: _Description, code: str, errand: Errand) -> Mapping[str, Any]:
        methods = known.said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self._settings.client_secret and "client_secret_basic" not in methods:
            client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 - the name of a method.
        return await client.fetch_token(
            known.said["token_endpoint"], code=code, code_verifier=errand.verifier, grant_type="authorization_code"
        )

    async def _claims(
        self, client: Any, known: _Description, token: Mapping[str, Any], expected: Expected
    ) -> Mapping[str, Any]:
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise ProviderDistrusted("It gave no ID token: is `openid` among the scopes?")
        claims = signed_claims(id_token, known.keys, expected, self._unix_time())
        if claims is None:  # Signed by a key that is new.
            known = await self._description(client, with_new_keys=True)
            claims = signed_claims(id_token, known.keys, expected, self._unix_time())
        if claims is None:
            raise ProviderDistrusted("Its ID token is signed by none of its keys.")
        return claims

    async def _completed(self, client: Any, known: _Description, claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """With what it tells at its userinfo address only, where something that is needed is not in the token."""
        needed = {"email", self._settings.groups_claim} - {""}
        endpoint = known.said.get("userinfo_endpoint")
        if needed <= set(claims) or not endpoint:
            return claims
        more = await self._get(client, endpoint)
        if more.get("sub") != claims["sub"]:
            raise ProviderDistrusted("Its userinfo is about somebody else than its ID token.")
        return {**more, **claims}

    def _person(self, issuer: str, claims: Mapping[str, Any]) -> OutsidePerson:
        told: Any = claims.get(self._settings.groups_claim) if self._settings.groups_claim else None
        groups = cast(list[Any], told) if isinstance(told, list) else [told]
        email = claims.get("email")
        return OutsidePerson(
            issuer=issuer,
            subject=str(claims["sub"]),
            email=email if isinstance(email, str) else "",
            email_verified=claims.get("email_verified") is True,
            groups=frozenset(group for group in groups if isinstance(group, str)),
        )

    async def _description(self, client: Any, *, with_new_keys: bool = False) -> _Description:
        """As remembered, or read anew."""
        known, now_s = self._known, self._clock()
        if known is not None:
            age_s = now_s - known.at_s
            if age_s < (KEYS_AT_MOST_EVERY_S if with_new_keys else DESCRIPTION_S):
                return known
        said = await self._get(client, self._settings.issuer.rstrip("/") + _WELL_KNOWN, signed_in=False)
        if str(said.get("issuer", "")).rstrip("/") != self._settings.issuer.rstrip("/"):
            raise ProviderDistrusted(f"It calls itself {said.get('issuer')!r} instead of {self._settings.issuer!r}.")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(said.get(name), str):
                raise ProviderDistrusted(f"Its description names no {name}.")
        self._known = _Description(said, await self._get(client, said["jwks_uri"], signed_in=False), now_s)
        return self._known

    async def _get(self, client: Any, url: str, *, signed_in: bool = True) -> Mapping[str, Any]:
        answer = await client.request("GET", url, withhold_token=not signed_in)
        if answer.status_code != 200:
            raise ProviderUnavailable(f"{url} answered {answer.status_code}.")
        told = answer.json()
        if not isinstance(told, dict):
            raise ProviderDistrusted(f"{url} answered with something else than an object.")
        return told  # pyright: ignore[reportUnknownVariableType]

    @asynccontextmanager
    async def _speaking(self, errand: Errand) -> AsyncGenerator[Any]:
        """A client for one errand, and every fault of the other side in one of our two words."""
        if self._open >= AT_ONCE + MOST_WAITING:
            raise ProviderUnavailable("Too many sign-ins wait for it.")
        self._open += 1
        try:
            client_class = await asyncio.to_thread(_client_class)  # At its first use it takes a moment.
            async with asyncio.timeout(PATIENCE_S), self._asking, self._client(client_class, errand) as client:
                yield client
        except ProviderError:
            raise
        except Exception as error:
            raise _told(error) from error
        finally:
            self._open -= 1

    def _client(self, client_class: Any, errand: Errand) -> Any:
        return client_class(
            self._settings.client_id,
            self._settings.client_secret or None,
            scope=" ".join(self._settings.scopes),
            redirect_uri=errand.return_to,
            code_challenge_method="S256",
            timeout=PATIENCE_S,
            follow_redirects=False,
        )


def _client_class() -> Any:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    return AsyncOAuth2Client


def _told(error: Exception) -> Exception:
    """What the libraries raise, in our words; a fault of our own stays what it is."""
    from authlib.common.errors import AuthlibBaseError
    from httpx2 import HTTPError, InvalidURL

    why = f"{type(error).__name__}: {error}"
    if isinstance(error, HTTPError | InvalidURL | OSError | TimeoutError):
        return ProviderUnavailable(why)
    # A refused code, or an answer that is no JSON.
    return ProviderDistrusted(why) if isinstance(error, AuthlibBaseError | ValueError) else error
