"""Between password and second factor: a short-lived ticket. Knows its form; knows no factor and no HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest

from seawall.accounts.bounded import Bounded
from seawall.records.entries import AccountRow
from seawall.values.refusal import Reason, Refusal

# Time to fetch the phone from the next room.
LIVES_S = 300.0
# Used ones, 100 bytes each, remembered while they would still be good.
MOST_USED = 4_096
LONGEST = 256
_NONCE_BYTES = 8

DEAD_TICKET = Refusal(Reason.NOT_SIGNED_IN, "That took too long, or is done already. Please sign in again.")


@dataclass(frozen=True, slots=True)
class SecondFactorDue:
    """The password was right, and the account asks for more: one of ``ways``, such as ``totp``, with the ticket."""

    ticket: str
    ways: tuple[str, ...]


class Tickets:
    """``account.expires.nonce.MAC``. The MAC is over the account's password hash too: a new password voids them."""

    def __init__(
        self, secret: bytes, *, unix_time: Callable[[], float], random: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._key = blake2b(b"second-factor", key=secret, digest_size=32).digest()
        self._unix_time = unix_time
        self._random = random
        self._used: Bounded[str, bool] = Bounded(MOST_USED)

    def issue(self, account: AccountRow) -> str:
        """A ticket for who gave the account's password."""
        body = f"{account.id}.{int(self._unix_time() + LIVES_S)}.{self._random(_NONCE_BYTES).hex()}"
        return f"{body}.{self._mac(body, account)}"

    @staticmethod
    def account_id(ticket: str) -> str:
        """Whose it claims to be; nothing is proven by it."""
        return ticket[:LONGEST].partition(".")[0]

    def holds(self, ticket: str, account: AccountRow) -> bool:
        """Whether it is this account's, still good and unused."""
        body, _, mac = ticket.rpartition(".")
        if len(ticket) > LONGEST or not ticket.isascii() or not compare_digest(mac, self._mac(body, account)):
            return False
        _, expires, nonce = body.split(".")
        return int(expires) > self._unix_time() and not self._used.get(nonce)

    def use_up(self, ticket: str) -> None:
        """It opens nothing any more."""
        self._used.put(ticket.split(".")[2], True)

    def _mac(self, body: str, account: AccountRow) -> str:
        signed = f"{body}\x00{account.id}\x00{account.password_hash}".encode()
        return blake2b(signed, key=self._key, digest_size=16).hexdigest()
