"""The challenges that passkeys sign. Knows their form, purpose and end; knows no passkey."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import blake2b
from hmac import compare_digest

from seawall.accounts.bounded import Bounded

# Time to find the key, wake the phone and scan the code. The browsers' own default is five minutes too (WebAuthn, 5.4).
LIVES_S = 300.0
# Shown ones, 100 bytes each, remembered while they would still be good.
MOST_BURNT = 4_096
_NONCE_BYTES = 16
_TIME_BYTES = 8
_MAC_BYTES = 16


class Ceremonies:
    """``nonce expires MAC``, so that nothing is kept of those that are never answered.

    The key is this process's own: after a restart none is good any more, and so none is good twice. ``purpose`` keeps
    a sign-in apart from a proof; ``about`` is whose and where it is.
    """

    def __init__(self, *, unix_time: Callable[[], float], random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._key = random(32)
        self._unix_time = unix_time
        self._random = random
        self._burnt: Bounded[bytes, bool] = Bounded(MOST_BURNT)

    def new(self, purpose: str, *about: str) -> bytes:
        """A challenge for this and nothing else."""
        expires = int(self._unix_time() + LIVES_S).to_bytes(_TIME_BYTES, "big")
        body = self._random(_NONCE_BYTES) + expires
        return body + self._mac(body, purpose, about)

    def take(self, challenge: bytes, purpose: str, *about: str) -> bool:
        """Whether it was given out for this and is still good. It is burnt with the answer, right or wrong."""
        body, mac = challenge[:-_MAC_BYTES], challenge[-_MAC_BYTES:]
        if len(body) != _NONCE_BYTES + _TIME_BYTES or not compare_digest(mac, self._mac(body, purpose, about)):
            return False
        if int.from_bytes(body[_NONCE_BYTES:], "big") <= self._unix_time() or self._burnt.get(body):
            return False
        self._burnt.put(body, True)
        return True

    def _mac(self, body: bytes, purpose: str, about: tuple[str, ...]) -> bytes:
        said = "\x00".join((purpose, *about)).encode()
        return blake2b(body + said, key=self._key, digest_size=_MAC_BYTES).digest()
