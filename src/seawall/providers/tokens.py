"""What an ID token must say, and who must have signed it (OpenID Connect Core 1.0, 3.1.3.7). Knows no HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seawall.providers.port import ProviderDistrusted

# By the provider's key alone: a token "signed" by nobody, or by a secret that both sides know, proves nothing.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
_KINDS = ("RSA", "EC", "OKP")
# Clocks of two machines.
SKEW_S = 60
# As long as it says itself, and no longer than somebody takes to sign in: an old token is one that was found.
OLDEST_S = 600


@dataclass(frozen=True, slots=True)
class Expected:
    """Of whom, for whom, and for which errand."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str


def signed_claims(id_token: str, keys: Mapping[str, Any], expected: Expected, now_s: float) -> Mapping[str, Any] | None:
    """The token's claims; None where it is signed by none of the ``keys``. Raises ProviderDistrusted for all else."""
    from authlib.oidc.core.claims import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
    from joserfc.jwk import KeySet

    signing = [key for key in keys.get("keys", ()) if key.get("kty") in _KINDS and key.get("use", "sig") == "sig"]
    try:
        token: Any = jwt.decode(id_token, KeySet.import_key_set({"keys": signing}), algorithms=list(ALGORITHMS))
    except (BadSignatureError, InvalidKeyIdError):
        return None
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderDistrusted(f"Its ID token cannot be read ({type(error).__name__}: {error}).") from error
    claims: Any = CodeIDToken(
        token.claims,
        token.header,
        {
            "iss": {"essential": True, "value": expected.issuer},
            "sub": {"essential": True},
            "aud": {"essential": True, "value": expected.client_id},
            "nonce": {"essential": True, "value": expected.nonce},
        },
        {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token},
    )
    try:
        claims.validate(int(now_s), SKEW_S)
    except JoseError as error:
        raise ProviderDistrusted(f"Its ID token is not for this sign-in ({error}).") from error
    if now_s - float(claims["iat"]) > OLDEST_S + SKEW_S:
        raise ProviderDistrusted("Its ID token is old.")
    return dict(claims)
