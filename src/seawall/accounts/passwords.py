"""Passwords: accepted, hashed, checked, in threads of their own. Knows argon2id; knows no account."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from seawall.accounts.refusals import wrong
from seawall.values.refusal import Reason, Refusal

T = TypeVar("T")

# OWASP ASVS 5, 6.2.1 and 6.2.9: at least 8, and 64 or more must be allowed. The upper bound keeps hashing cheap.
SHORTEST = 8
LONGEST = 128
# OWASP's first choice for argon2id with one lane: 19 MiB and two passes, about 30 ms of one core.
MEMORY_KIB = 19 * 1024
PASSES = 2
# What a waiting sign-in is told: about as long as a full queue takes.
RETRY_S = 2.0


@dataclass(frozen=True, slots=True)
class Checked:
    """``rehashed`` is the password's hash by today's parameters, where the stored one is of older ones."""

    right: bool
    rehashed: str | None = None


class Passwords:
    """A small pool, because hashing is itself a way to be flooded: beyond its bound, attempts are refused.

    A thread lets others run while it hashes, as argon2 leaves Python's lock.
    """

    def __init__(
        self,
        *,
        threads: int,
        waiting: int,
        hasher: PasswordHasher | None = None,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._room = threads + waiting
        self._random = random
        self._nobody: str | None = None

    async def hash(self, password: str) -> str | Refusal:
        """The password's hash, or why it is not accepted or not now."""
        weakness = weakness_of(password)
        if weakness is not None:
            return weakness
        return await self._in_pool(partial(self._hasher.hash, _normal(password)))

    async def check(self, password: str, stored: str | None) -> Checked | Refusal:
        """Whether the password belongs to the hash. For None, an unknown account, it takes as long and is wrong."""
        if len(password) > LONGEST:
            return Checked(right=False)  # No account's: said at once, as it tells nothing of any account.
        return await self._in_pool(partial(self._check, _normal(password), stored))

    def close(self) -> None:
        """Lets the threads go once they are done."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _check(self, password: str, stored: str | None) -> Checked:
        try:
            self._hasher.verify(stored or self._hash_of_nobody(), password)
        except (VerificationError, InvalidHashError):
            return Checked(right=False)
        if stored is None:
            return Checked(right=False)
        stale = self._hasher.check_needs_rehash(stored)
        return Checked(right=True, rehashed=self._hasher.hash(password) if stale else None)

    def _hash_of_nobody(self) -> str:
        """A hash nobody knows the password of; made once, at the first need, so that starting stays quick."""
        if self._nobody is None:
            self._nobody = self._hasher.hash(self._random(16))
        return self._nobody

    async def _in_pool(self, work: Callable[[], T]) -> T | Refusal:
        if self._room <= 0:
            return Refusal(
                Reason.TOO_MANY_ATTEMPTS,
                "Many people are signing in at this moment. Please try again in a few seconds.",
                retry_after_s=RETRY_S,
            )
        future = self._pool.submit(work)
        # Counted by the thread's work, not by the one who waits for it: leaving does not end the hashing.
        self._room -= 1
        loop = asyncio.get_running_loop()
        wrapped = asyncio.wrap_future(future, loop=loop)
        wrapped.add_done_callback(lambda _: self._leave())
        return await asyncio.shield(wrapped)

    def _leave(self) -> None:
        self._room += 1


def weakness_of(password: str) -> Refusal | None:
    """Why this cannot be a password, if it cannot."""
    if len(password) < SHORTEST:
        return wrong(f"A password needs at least {SHORTEST} characters.", "password")
    if len(password) > LONGEST:
        return wrong(f"A password may have at most {LONGEST} characters.", "password")
    if any("\ud800" <= character <= "\udfff" for character in password):
        return wrong("The password is not valid Unicode text.", "password")
    if password.isspace():
        return wrong("A password cannot be made of spaces alone.", "password")
    return None


def _normal(password: str) -> str:
    """The same typed characters are the same password on every keyboard and system (NIST SP 800-63B, 3.1.1.2)."""
    return normalize("NFKC", password)
