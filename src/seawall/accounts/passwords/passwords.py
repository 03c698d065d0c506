"""Passwords: accepted, hashed, checked, in threads of their own. Knows argon2id; knows no account."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TypeVar
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from seawall.accounts.passwords.common_passwords import is_about, is_common
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
# A third of an ordinary thread's weight where cores are short; where they are not it changes nothing.
STRANGERS_NICENESS = 5
NO_ROOM = Refusal(
    Reason.TOO_MANY_ATTEMPTS,
    "Many people are signing in at this moment. Please try again in a few seconds.",
    retry_after_s=RETRY_S,
)

_TOO_COMMON = wrong(
    "This password is among those that are guessed first, because many people use it. Three or four words that do not "
    "belong together make a better one.",
    "password",
)
_TOO_NEAR = wrong(
    "This password is your mail address, or the service's name: that is guessed first. Take another.", "password"
)


@dataclass(frozen=True, slots=True)
class Checked:
    """``rehashed`` is the password's hash by today's parameters, where the stored one is of older ones."""

    right: bool
    rehashed: str | None = None


class Lane(StrEnum):
    """Who is hashed beside whom. Each lane has threads and a queue of its own, so none can starve another."""

    FAMILIAR = "familiar"
    STRANGER = "stranger"
    SIGNUP = "signup"


class Passwords:
    """Small pools, because hashing is itself a way to be flooded: beyond its bound, a lane refuses.

    A thread lets others run while it hashes, as argon2 leaves Python's lock. Strangers and sign-ups have one thread
    less (at least one), of less weight to the system's scheduler: a flood of them takes no core from those who chat.
    """

    def __init__(
        self,
        *,
        threads: int,
        waiting: int,
        hasher: PasswordHasher | None = None,
        service: Collection[str] = ("seawall",),
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
        fewer = max(1, threads - 1)
        self._lanes = {
            Lane.FAMILIAR: _Pool(Lane.FAMILIAR, threads, waiting, niceness=0),
            Lane.STRANGER: _Pool(Lane.STRANGER, fewer, waiting, niceness=STRANGERS_NICENESS),
            Lane.SIGNUP: _Pool(Lane.SIGNUP, fewer, waiting, niceness=STRANGERS_NICENESS),
        }
        self._service = tuple(service)
        self._random = random
        self._nobody: str | None = None

    def full(self, lane: Lane) -> Refusal | None:
        """Why the lane takes nobody now, before anything is asked for in vain."""
        return self._lanes[lane].full()

    def weakness_of(self, password: str, about: str = "") -> Refusal | None:
        """Why this cannot be the password of an account with this address, if it cannot."""
        refusal = weakness_of(password)
        if refusal is not None:
            return refusal
        if is_about(password, (about, about.partition("@")[0], *self._service)):
            return _TOO_NEAR
        return _TOO_COMMON if is_common(password) else None

    async def hash(self, password: str, *, lane: Lane = Lane.SIGNUP, about: str = "") -> str | Refusal:
        """The password's hash, or why it is not accepted or not now. ``about`` is the account's address."""
        weakness = self.weakness_of(password, about)
        if weakness is not None:
            return weakness
        return await self._lanes[lane].run(partial(self._hasher.hash, _normal(password)))

    async def check(self, password: str, stored: str | None, *, lane: Lane = Lane.STRANGER) -> Checked | Refusal:
        """Whether the password belongs to the hash. For None, an unknown account, it takes as long and is wrong."""
        if len(password) > LONGEST:
            return Checked(right=False)  # No account's: said at once, as it tells nothing of any account.
        return await self._lanes[lane].run(partial(self._check, _normal(password), stored))

    def close(self) -> None:
        """Lets the threads go once they are done."""
        for pool in self._lanes.values():
            pool.close()

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


class _Pool:
    """The threads and places of one lane."""

    def __init__(self, lane: Lane, threads: int, waiting: int, *, niceness: int) -> None:
        self._pool = ThreadPoolExecutor(
            threads, thread_name_prefix=f"passwords-{lane}", initializer=partial(_be_nice, niceness)
        )
        self._room = threads + waiting

    def full(self) -> Refusal | None:
        return NO_ROOM if self._room <= 0 else None

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def run(self, work: Callable[[], T]) -> T | Refusal:
        full = self.full()
        if full is not None:
            return full
        future = self._pool.submit(work)
        # Counted by the thread's work, not by the one who waits for it: leaving does not end the hashing.
        self._room -= 1
        loop = asyncio.get_running_loop()
        wrapped = asyncio.wrap_future(future, loop=loop)
        wrapped.add_done_callback(lambda _: self._leave())
        return await asyncio.shield(wrapped)

    def _leave(self) -> None:
        self._room += 1


def _be_nice(niceness: int) -> None:
    """For the thread that calls. Linux counts niceness by thread; elsewhere the whole process would change."""
    if niceness and sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + niceness)


def weakness_of(password: str) -> Refusal | None:
    """Why this cannot be anybody's password by its form, if it cannot."""
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
