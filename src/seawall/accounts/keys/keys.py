"""API keys: made, revoked, recognised. Knows a key's form and verdict; knows no HTTP header."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from hmac import compare_digest
from zlib import crc32

from seawall.accounts.identities import by_key, grant_of
from seawall.accounts.keys.key_use import KeyUse
from seawall.accounts.keys.roll import Roll
from seawall.accounts.keys.strikes import Strikes
from seawall.accounts.refusals import CANNOT_TELL, DISABLED, EXPIRED_KEY, NO_SUCH_KEY, PENDING, REVOKED_KEY, UNKNOWN_KEY
from seawall.accounts.verdicts import Verdicts
from seawall.records.entries import AddKey, KeyByHash, KeyRow, KeysOf, RevokeKey
from seawall.records.key_entries import ChangeKey
from seawall.records.port import Records, RecordsUnavailable
from seawall.values.grant import EVERYTHING, Grant
from seawall.values.identity import Identity
from seawall.values.recognition import Recognition
from seawall.values.refusal import Refusal

PREFIX = "sw-"
# 43 digits of base 62 are 256 bits; the last six are a checksum, so that a mistyped or random key costs no look-up.
SECRET_DIGITS = 43
CHECK_DIGITS = 6
LENGTH = len(PREFIX) + SECRET_DIGITS + CHECK_DIGITS
HINT_LENGTH = len(PREFIX) + 6
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class NewKey:
    """``secret`` is shown once and kept nowhere."""

    secret: str
    row: KeyRow


class Keys:
    """Keys over the records, with their verdicts in memory. ``revoked`` is told that one was, not which."""

    def __init__(
        self,
        records: Records,
        *,
        verdict_s: float,
        clock: Callable[[], float],
        unix_time: Callable[[], float],
        random: Callable[[int], bytes] = secrets.token_bytes,
        revoked: Callable[[], None] = lambda: None,
    ) -> None:
        self._records = records
        self._revoked = revoked
        self._unix_time = unix_time
        self._random = random
        self._verdicts = Verdicts(fresh_s=verdict_s, clock=clock)
        self._roll = Roll(records, clock=clock)
        self._strikes = Strikes(clock=clock)
        self.use = KeyUse(records, unix_time=unix_time)
        """When keys are used; whoever lets one in notes it there."""

    def warm(self, secret: str) -> Identity | None:
        """Whose key this is, where that is known without I/O; else ask ``identify``. A few microseconds."""
        who = self._verdicts.warm(_hash(secret)) if len(secret) == LENGTH else None
        return None if who is None or self._has_expired(who) else who

    def recognise(self, secret: str) -> Recognition:
        """What the key is worth at first sight. A few microseconds, no I/O; one seen before is known while it is asked
        for again.
        """
        if len(secret) != LENGTH:
            return Recognition.STRANGER
        said = self._verdicts.remembered(_hash(secret))
        if isinstance(said, Identity) and not self._has_expired(said):
            return Recognition.OPERATOR if said.role.operates else Recognition.KNOWN
        return Recognition.CLAIMANT if well_formed(secret) else Recognition.STRANGER

    def remembered(self, secret: str) -> Identity | None:
        """Whose key it was when it was looked up last; to be told things by, not to be let in by. No I/O."""
        said = self._verdicts.remembered(_hash(secret)) if len(secret) == LENGTH else None
        return said if isinstance(said, Identity) else None

    async def identify(self, secret: str, network: str = "") -> Identity | Refusal:
        """Whose key this is. While the records are down, keys seen before go on working.

        ``network`` is the asker's: between networks the look-ups of keys that nobody has seen yet are fair.
        """
        if not well_formed(secret):
            return self._strikes.strike(network) or UNKNOWN_KEY
        try:
            said = await self._look_up(_hash(secret), network)
        except RecordsUnavailable:
            return CANNOT_TELL
        if isinstance(said, Identity):
            # A verdict may be older than the key's end, by much where the records are down.
            return EXPIRED_KEY if self._has_expired(said) else said
        return self._strikes.strike(network) or said if said is UNKNOWN_KEY else said

    def _has_expired(self, who: Identity) -> bool:
        return who.grant is not None and who.grant.has_expired(self._unix_time())

    async def _look_up(self, name: str, network: str) -> Identity | Refusal:
        """Whoever was seen before is asked for at once; all others are bundled as soon as there are several."""
        if not self._verdicts.is_fresh(name) and not isinstance(self._verdicts.remembered(name), Identity):
            exists = await self._roll.holds(name, network)
            if exists is False:
                self._verdicts.put(name, UNKNOWN_KEY)
            elif exists is not True:
                return exists
        return await self._verdicts.of(name, lambda: self._ask(name))

    async def create(self, account_id: str, name: str, *, front_end: bool = False, grant: Grant = EVERYTHING) -> NewKey:
        """A new key for the account; ``front_end`` lets it name the users it asks for. Raises RecordsUnavailable."""
        secret = drawn_key(self._random)
        row = KeyRow(
            id=self._random(8).hex(),
            account_id=account_id,
            name=name,
            secret_hash=_hash(secret),
            hint=secret[:HINT_LENGTH],
            created_s=self._unix_time(),
            front_end=front_end,
            scopes=" ".join(sorted(grant.scopes)),
            models=" ".join(sorted(grant.models)),
            expires_s=grant.expires_unix_s,
        )
        await self._records.write(AddKey(row))
        return NewKey(secret, row)

    async def change(self, account_id: str, key_id: str, name: str | None, grant: Grant | None) -> KeyRow | Refusal:
        """Sets what is given anew; it holds at once in this process. Raises RecordsUnavailable."""
        row = next((row for row in await self.of(account_id) if row.id == key_id and row.revoked_s is None), None)
        if row is None:
            return NO_SUCH_KEY
        grant = grant_of(row) if grant is None else grant
        row = replace(
            row,
            name=row.name if name is None else name,
            scopes=" ".join(sorted(grant.scopes)),
            models=" ".join(sorted(grant.models)),
            expires_s=grant.expires_unix_s,
        )
        change = ChangeKey(row.id, account_id, row.name, row.scopes, row.models, row.expires_s)
        if not await self._records.write(change):
            return NO_SUCH_KEY
        self._verdicts.drop(lambda who: who.key_id == key_id)
        return row

    async def of(self, account_id: str | None) -> tuple[KeyRow, ...]:
        """The account's keys, newest first; everybody's for None. Raises RecordsUnavailable."""
        return await self._records.read(KeysOf(account_id))

    async def revoke(self, key_id: str, account_id: str | None = None) -> bool:
        """Ends the key at once in this process. False where the account (any, for None) has no such live key."""
        revoked = await self._records.write(RevokeKey(key_id, self._unix_time(), account_id))
        if revoked:
            self._verdicts.drop(lambda who: who.key_id == key_id)
            self._revoked()
        return revoked

    def forget_account(self, account_id: str) -> None:
        """The account changed: its keys are asked for again."""
        self._verdicts.drop(lambda who: who.account_id == account_id)

    async def _ask(self, secret_hash: str) -> Identity | Refusal:
        now_s = self._unix_time()
        found = await self._records.read(KeyByHash(secret_hash, now_s))
        if found is None:
            return UNKNOWN_KEY
        key, account, track = found
        if not compare_digest(key.secret_hash, secret_hash):
            return UNKNOWN_KEY
        if key.revoked_s is not None:
            return REVOKED_KEY
        if account.disabled:
            return DISABLED
        if account.pending:
            return PENDING
        return by_key(account, track, key, now_s)


def well_formed(secret: str) -> bool:
    """Whether this can be a key of ours at all."""
    if len(secret) != LENGTH or not secret.startswith(PREFIX) or not secret.isascii():
        return False
    return compare_digest(secret[-CHECK_DIGITS:], _checksum(secret[:-CHECK_DIGITS]))


def drawn_key(random: Callable[[int], bytes]) -> str:
    """A new key from so many random bytes."""
    body = PREFIX + _base62(int.from_bytes(random(32)), SECRET_DIGITS)
    return body + _checksum(body)


def _checksum(body: str) -> str:
    return _base62(crc32(body.encode()), CHECK_DIGITS)


def _base62(number: int, digits: int) -> str:
    text = ""
    for _ in range(digits):
        number, digit = divmod(number, 62)
        text = _DIGITS[digit] + text
    return text


def _hash(secret: str) -> str:
    # Plain SHA-256 suffices for 256 random bits; looking up by the hash leaks nothing of the secret by its timing.
    return sha256(secret.encode(errors="replace")).hexdigest()
