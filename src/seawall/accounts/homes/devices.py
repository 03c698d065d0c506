"""The device cookie: a random name under the service's signature. Knows its form; knows no account and no HTTP.

It says that a browser was here before, and nothing else: not who, not from where. Only together with an account's own
record of its homes does it mean anything.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import blake2b
from hmac import compare_digest

COOKIE = "seawall_device"
# As long as browsers keep any cookie (RFC 6265bis, 5.5): it is renewed at each sign-in.
LIFETIME_S = 400 * 86_400
_NAME = f"{COOKIE}=".encode()
_ID_BYTES = 8
_MAC_BYTES = 16
_ID_DIGITS = 2 * _ID_BYTES


class Devices:
    """``device_id.MAC``, both in hexadecimal. A check costs a microsecond or two, and nothing without the cookie."""

    def __init__(self, secret: bytes, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._key = blake2b(b"device", key=secret, digest_size=32).digest()
        self._random = random

    def new_id(self) -> str:
        """A device that was never here."""
        return self._random(_ID_BYTES).hex()

    def cookie(self, device_id: str) -> str:
        """What this device's browser is given."""
        return f"{device_id}.{self._mac(device_id)}"

    def named_by(self, cookies: bytes | None) -> str | None:
        """The device of a ``Cookie`` header, where there is one that was signed here."""
        if cookies is None or _NAME not in cookies:
            return None
        for part in cookies.split(b";"):
            name, _, value = part.strip().partition(b"=")
            if name == _NAME[:-1]:
                return self._verified(value)
        return None

    def _verified(self, value: bytes) -> str | None:
        text = value.decode("latin-1")
        device_id, _, mac = text.partition(".")
        if len(device_id) != _ID_DIGITS or not text.isascii() or not compare_digest(mac, self._mac(device_id)):
            return None
        return device_id

    def _mac(self, device_id: str) -> str:
        return blake2b(device_id.encode(), key=self._key, digest_size=_MAC_BYTES).hexdigest()
