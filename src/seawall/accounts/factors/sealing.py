"""Secrets that the records keep and cannot read. Knows one cipher; knows not what it seals."""

from __future__ import annotations

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

VERSION = "v1"
# AES-GCM's own size (NIST SP 800-38D). Drawn at random: a service seals far fewer than the 2^32 that this allows a key.
_NONCE_BYTES = 12


class Sealing:
    """AES-256-GCM under a key that is drawn from the service's secret, which is in a file and not in the database.

    ``purpose`` keeps uses apart, and ``about`` binds what is sealed to whose it is: moved to another account's row it
    does not open.
    """

    def __init__(self, secret: bytes, purpose: str, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._key = blake2b(f"seal:{purpose}".encode(), key=secret, digest_size=32).digest()
        self._random = random

    def seal(self, plain: bytes, about: str) -> str:
        """``v1.`` and URL-safe base64."""
        nonce = self._random(_NONCE_BYTES)
        sealed = nonce + self._cipher().encrypt(nonce, plain, about.encode())
        return f"{VERSION}.{urlsafe_b64encode(sealed).rstrip(b'=').decode()}"

    def opened(self, sealed: str, about: str) -> bytes | None:
        """What was sealed; None for what was not sealed here, with this secret, about this."""
        from cryptography.exceptions import InvalidTag

        version, _, encoded = sealed.partition(".")
        try:
            data = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        except (binascii.Error, ValueError):
            return None
        if version != VERSION or len(data) <= _NONCE_BYTES:
            return None
        try:
            return self._cipher().decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], about.encode())
        except InvalidTag:
            return None

    def _cipher(self):
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 50 ms: a start shall not wait for it.

        return AESGCM(self._key)
