"""The secrets of shared conversations' links. Knows their form; knows no conversation."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import blake2b
from hmac import compare_digest

_ID_BYTES = 16
_MAC_BYTES = 16
LENGTH = 43
"""Of a token: 32 bytes in base64."""


class ShareLinks:
    """A token is a share's id and the service's signature over it, so it can be shown again and is kept nowhere.

    Who reads the database, or a backup of it, has no link; who invents one costs no look-up.
    """

    def __init__(self, secret: bytes, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._key = blake2b(b"share", key=secret, digest_size=32).digest()
        self._random = random

    def new_id(self) -> str:
        """An id that nobody has."""
        return self._random(_ID_BYTES).hex()

    def token(self, share_id: str) -> str:
        """What the link ends with."""
        drawn = bytes.fromhex(share_id)
        return urlsafe_b64encode(drawn + self._mac(drawn)).rstrip(b"=").decode()

    def id_of(self, token: str) -> str | None:
        """The share's id; None for a token that was not made here."""
        if len(token) != LENGTH or not token.isascii():
            return None
        try:
            share_id = urlsafe_b64decode(f"{token}=")[:_ID_BYTES].hex()
        except ValueError:
            return None
        # The whole of it: base64 has several forms for the same bytes, and a link has one.
        return share_id if compare_digest(self.token(share_id), token) else None

    def _mac(self, drawn: bytes) -> bytes:
        return blake2b(drawn, key=self._key, digest_size=_MAC_BYTES).digest()
