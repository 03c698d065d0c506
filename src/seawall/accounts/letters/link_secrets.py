"""The secrets of links: invites, registrations, resets. Knows their form; knows not what they open."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import blake2b, sha256
from hmac import compare_digest

_ID_BYTES = 16
_MAC_BYTES = 8
LENGTH = 2 * (_ID_BYTES + _MAC_BYTES)


class LinkSecrets:
    """128 random bits, and the service's signature over them in hexadecimal: an invented one costs no look-up.

    The records hold its SHA-256, which of 128 random bits tells nothing. ``purpose`` keeps kinds of links apart: one's
    secret opens no other.
    """

    def __init__(self, secret: bytes, purpose: str, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._key = blake2b(f"link:{purpose}".encode(), key=secret, digest_size=32).digest()
        self._random = random

    def new(self) -> str:
        """A secret that nobody has."""
        drawn = self._random(_ID_BYTES)
        return drawn.hex() + self._mac(drawn)

    def hash_of(self, given: str) -> str | None:
        """What the records know it by; None for what was not made here."""
        if len(given) != LENGTH or not given.isascii():
            return None
        try:
            drawn = bytes.fromhex(given[: 2 * _ID_BYTES])
        except ValueError:
            return None
        if len(drawn) != _ID_BYTES or not compare_digest(given[2 * _ID_BYTES :], self._mac(drawn)):
            return None
        return sha256(given.encode()).hexdigest()

    def _mac(self, drawn: bytes) -> str:
        return blake2b(drawn, key=self._key, digest_size=_MAC_BYTES).hexdigest()
