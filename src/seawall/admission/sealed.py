"""Words that come back from a stranger as they were given. Knows signatures; knows neither clock nor meaning."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any, cast

# Ours have about 150 characters: longer ones are not worth the hashing.
LONGEST = 512
# 128 bits of it are kept: nobody can try signatures offline, and the words travel in an address.
_MAC_BYTES = 16

Word = str | int | float | bool


class Seal:
    """Signs for one ``purpose``, so that a pass is never taken for a place.

    ``bound_to`` is not carried but signed along: words that were given to one network are worth nothing at another.
    """

    def __init__(self, secret: bytes, purpose: str) -> None:
        self._key = digest(secret, f"entrance\x00{purpose}".encode(), sha256)

    def sealed(self, words: Sequence[Word], bound_to: str) -> str:
        """``WORDS.MAC``, both in URL-safe base64."""
        body = _encode(json.dumps(words, separators=(",", ":")).encode())
        return f"{body}.{self._mac(body, bound_to)}"

    def opened(self, token: str, bound_to: str) -> list[Any] | None:
        """The words, if they were sealed here for this purpose and this holder."""
        if len(token) > LONGEST or not token.isascii():
            return None
        body, _, mac = token.partition(".")
        if not compare_digest(mac, self._mac(body, bound_to)):
            return None
        try:
            return cast(list[Any], json.loads(_decode(body)))
        except (ValueError, binascii.Error):  # Signed by us, but in another form: by another version.
            return None

    def _mac(self, body: str, bound_to: str) -> str:
        return _encode(digest(self._key, f"{body}\x00{bound_to}".encode(), sha256)[:_MAC_BYTES])


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
