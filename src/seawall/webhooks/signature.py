"""Signs messages so that their receiver can tell them from a stranger's. Knows HMAC; sends nothing.

As standardwebhooks.com has it, for which there are libraries in most languages: ``webhook-signature`` is
``v1,`` and the base64 of HMAC-SHA256 over id, time and body with dots between.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256
from hmac import new

_PREFIX = "whsec_"


def secret_of(key: bytes) -> str:
    """A key as receivers keep it."""
    return _PREFIX + b64encode(key).decode()


def signed_headers(secret: str, message_id: str, unix_s: int, body: bytes) -> dict[str, str]:
    """The headers that a message goes out with; without a secret there is no signature among them."""
    told = {"webhook-id": message_id, "webhook-timestamp": str(unix_s)}
    if not secret:
        return told
    signed = f"{message_id}.{unix_s}.".encode() + body
    digest = new(b64decode(secret.removeprefix(_PREFIX)), signed, sha256).digest()
    return {**told, "webhook-signature": "v1," + b64encode(digest).decode()}
