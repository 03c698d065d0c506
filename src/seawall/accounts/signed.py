"""The session cookie: claims under the service's signature. Knows its format; knows neither records nor HTTP."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest, digest

from seawall.values.identity import Role

VERSION = "v1"
# Ours have about 300 characters: longer ones are not worth the hashing.
LONGEST = 1024


@dataclass(frozen=True, slots=True)
class Claims:
    """The least that lets a session go on while the records are down. Times are Unix seconds."""

    session_id: str
    account_id: str
    role: Role
    since_unix_s: float
    vouched: bool
    issued_s: float
    expires_s: float


def sign(claims: Claims, secret: bytes) -> str:
    """``v1.CLAIMS.MAC``, both in URL-safe base64."""
    values = [
        claims.session_id,
        claims.account_id,
        claims.role.value,
        claims.since_unix_s,
        claims.vouched,
        claims.issued_s,
        claims.expires_s,
    ]
    body = f"{VERSION}.{_encode(json.dumps(values, separators=(',', ':')).encode())}"
    return f"{body}.{_mac(body, secret)}"


def verified(cookie: str, secret: bytes) -> Claims | None:
    """The claims, if this service signed them. Says nothing of whether they are still true."""
    if len(cookie) > LONGEST or not cookie.isascii():
        return None
    body, _, mac = cookie.rpartition(".")
    if not compare_digest(mac, _mac(body, secret)):
        return None
    version, _, encoded = body.partition(".")
    if version != VERSION:
        return None
    try:
        session_id, account_id, role, since_s, vouched, issued_s, expires_s = json.loads(_decode(encoded))
        return Claims(session_id, account_id, Role(role), since_s, vouched, issued_s, expires_s)
    except (ValueError, TypeError, binascii.Error):
        # Signed by us, but in another form: by a version that is yet to come or long gone.
        return None


def _mac(body: str, secret: bytes) -> str:
    # The label keeps this use of the secret apart from every other.
    return _encode(digest(secret, b"session\x00" + body.encode(), sha256))


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
