"""The device cookie: a random name under the service's signature. Knows its form; knows no account and no HTTP.

It says that a browser was here before, and nothing else: not who, not from where. Only together with an account's own
record of its homes does it mean anything.

Behind the name stand marks, one for each account that was signed in to on this device: a MAC over both, which nobody
can read and nobody else can use. So it is known without a look-up, and without a table, whose own guesses are guesses.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from hashlib import blake2b
from hmac import compare_digest

from seawall.values.arrival import Place

COOKIE = "seawall_device"
# As long as browsers keep any cookie (RFC 6265bis, 5.5): it is renewed at each sign-in.
LIFETIME_S = 400 * 86_400
_NAME = f"{COOKIE}=".encode()
_ID_BYTES = 8
_MAC_BYTES = 16
_ID_DIGITS = 2 * _ID_BYTES
# Accounts that a device is known to: a family's. The one that was signed in to longest ago gives way.
MOST_MARKS = 8
# A guess at one is a sign-in, and there are 2**64.
_MARK_BYTES = 8


class Devices:
    """``device_id.MAC.mark.mark``, all in hexadecimal. A check costs a microsecond or two, and nothing without the
    cookie.
    """

    def __init__(self, secret: bytes, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._key = blake2b(b"device", key=secret, digest_size=32).digest()
        self._marking_key = blake2b(b"device-mark", key=secret, digest_size=32).digest()
        self._random = random

    def new_id(self) -> str:
        """A device that was never here."""
        return self._random(_ID_BYTES).hex()

    def cookie(self, device_id: str, marks: Collection[str] = ()) -> str:
        """What this device's browser is given."""
        return ".".join((device_id, self._mac(device_id), *marks))

    def marked(self, device_id: str, marks: Collection[str], account_id: str) -> tuple[str, ...]:
        """The device's marks once this account was signed in to on it, newest first."""
        new = self._mark(device_id, account_id)
        return (new, *(mark for mark in marks if mark != new))[:MOST_MARKS]

    def has_signed_in(self, place: Place, account_id: str) -> bool:
        """Whether this account was signed in to before on the device that is there."""
        if place.device_id is None or not place.marks:
            return False
        mark = self._mark(place.device_id, account_id)
        return any(compare_digest(mark, one) for one in place.marks)

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
        device_id, _, rest = text.partition(".")
        mac, _, _ = rest.partition(".")
        if len(device_id) != _ID_DIGITS or not text.isascii() or not compare_digest(mac, self._mac(device_id)):
            return None
        return device_id

    def _mark(self, device_id: str, account_id: str) -> str:
        said = f"{device_id}:{account_id}".encode()
        return blake2b(said, key=self._marking_key, digest_size=_MARK_BYTES).hexdigest()

    def _mac(self, device_id: str) -> str:
        return blake2b(device_id.encode(), key=self._key, digest_size=_MAC_BYTES).hexdigest()


def marks_in(cookie: str | None) -> tuple[str, ...]:
    """The marks of a device's cookie, as it was sent: whether they are ours is for whoever looks at one."""
    parts = (cookie or "").split(".")[2 : 2 + MOST_MARKS]
    return tuple(part for part in parts if len(part) == 2 * _MARK_BYTES and part.isascii())
