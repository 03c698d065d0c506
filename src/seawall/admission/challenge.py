"""Work that a stranger's machine does before ours does any. Knows altcha's puzzles; knows neither HTTP nor accounts.

altcha's protocol (version 2): a signed challenge names a key derivation, a nonce and a prefix; who finds a counter
whose derived key begins with the prefix has solved it. It is found after 256 derivations on average and checked with
one. altcha itself takes a solution as often as it is sent, so here its nonce is burnt first, before the derivation:
a solution that is replayed or flooded costs two hashes.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from typing import Any, Final, Literal, cast

# altcha's own types are partly open ("dict"), which the strict checker would tell at each use.
from altcha.v2 import (
    ChallengeParameters,
    Payload,
    create_challenge,  # pyright: ignore[reportUnknownVariableType]
    verify_solution,
)

from seawall.admission.burnt import Burnt
from seawall.admission.posture import Posture
from seawall.admission.shares import Share, Shares
from seawall.values.refusal import Reason, Refusal

Algorithm = Literal["SCRYPT", "PBKDF2/SHA-256"]

# By level. Scrypt by default: it needs memory, which levels phones and the attacker's graphics cards, and it runs where
# browsers have no crypto.subtle, on plain http. N is altcha's cost, with r=8: 2 to 16 MiB, 5 to 48 ms of one core here,
# about twice that in a browser. PBKDF2 is for browsers that forbid WebAssembly, at the same time a derivation.
COSTS: Final[dict[Algorithm, tuple[int, ...]]] = {
    "SCRYPT": (2_048, 4_096, 8_192, 16_384),
    "PBKDF2/SHA-256": (13_000, 26_000, 52_000, 104_000),
}
HARDEST: Final = 3
# Two hex digits: 256 tries on average. One asks for 256 times the work that checking costs, whatever the level.
PREFIX: Final = "00"
_BLOCK = 8
_LEVEL_OF = {Posture.NORMAL: 0, Posture.ELEVATED: 1, Posture.SIEGE: 2}
# Time for the slowest phone at the hardest level, and no stock of solutions for later.
LIFETIME_S: Final = 600
# Wrong solutions of one network before its next ones are not even looked at; each five make its puzzles harder.
_FAILURES = Share(burst=20, refill_s=15.0)
_FAILURES_A_LEVEL = 5
# A payload has some 700 characters.
_LONGEST = 4_096
# More than the pool can check within a lifetime, so that it never is what refuses.
_MOST_BURNT = 131_072
_RETRY_S = 2.0

_BROKEN = Refusal(Reason.CHALLENGE_FAILED, "The solved puzzle cannot be read. Ask for a new one and solve that.")
_NOT_OURS = Refusal(
    Reason.CHALLENGE_FAILED,
    "This puzzle was not made for you, or your network has changed since. Ask for a new one and solve that.",
)
_TOO_LATE = Refusal(Reason.CHALLENGE_FAILED, "The puzzle has expired. Ask for a new one and solve that.")
_USED = Refusal(Reason.CHALLENGE_FAILED, "This puzzle has been used already. Ask for a new one and solve that.")
_WRONG = Refusal(Reason.CHALLENGE_FAILED, "The puzzle is not solved. Ask for a new one and solve that.")
_BUSY = Refusal(
    Reason.NO_ROOM, "Many solved puzzles are being checked. Yours is still good: send it again shortly.", _RETRY_S
)


@dataclass(frozen=True, slots=True)
class ChallengeReport:
    """Counts since the start."""

    issued: int
    solved: int
    failed: int
    replayed: int


class _WorthDeriving(Exception):
    """altcha has found signature and form in order, and would now derive."""


class Challenges:
    """Issues and checks puzzles for an action and a network.

    Args:
        threads: derivations at once, in a pool of their own, as checking is itself a way to be flooded.
        costs: what a derivation costs, by algorithm and level.
        harder: levels that a network's puzzles are harder than the posture asks; the verdict's clusters, later.
    """

    def __init__(
        self,
        secret: bytes,
        *,
        posture: Callable[[], Posture],
        clock: Callable[[], float],
        unix_time: Callable[[], float],
        threads: int = 1,
        waiting: int = 32,
        costs: Mapping[Algorithm, Sequence[int]] = COSTS,
        harder: Callable[[str], int] = lambda network: 0,
    ) -> None:
        self._secret = secret
        self._posture = posture
        self._unix_time = unix_time
        self._costs = costs
        self._harder = harder
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="puzzles")
        self._room = threads + waiting
        self._burnt = Burnt(most=_MOST_BURNT, unix_time=unix_time)
        self._failures = Shares(_FAILURES, clock=clock)
        self._counts: Counter[str] = Counter()

    def report(self) -> ChallengeReport:
        """For metrics and, later, the verdict."""
        counts = self._counts
        return ChallengeReport(counts["issued"], counts["solved"], counts["failed"], counts["replayed"])

    def level(self, network: str) -> int:
        """How hard this network's next puzzle is."""
        failed = int(self._failures.used(network) // _FAILURES_A_LEVEL)
        return min(HARDEST, _LEVEL_OF[self._posture()] + failed + self._harder(network))

    def issue(self, action: str, network: str, algorithm: Algorithm = "SCRYPT") -> dict[str, Any]:
        """A challenge in altcha's JSON. Costs two hashes and is remembered nowhere."""
        self._counts["issued"] += 1
        challenge = create_challenge(
            algorithm,
            self._costs[algorithm][self.level(network)],
            key_prefix=PREFIX,
            memory_cost=_BLOCK if algorithm == "SCRYPT" else None,
            parallelism=1 if algorithm == "SCRYPT" else None,
            expires_at=int(self._unix_time()) + LIFETIME_S,
            hmac_secret=self._key(action, network),
        )
        return cast(dict[str, Any], challenge.to_dict())  # pyright: ignore[reportUnknownMemberType]

    async def check(self, proof: str, action: str, network: str) -> Refusal | None:
        """None for a solution of a challenge that was issued for this, which is thereby used up."""
        payload = _read(proof)
        if payload is None:
            return _BROKEN
        nonce, expires_s = str(payload.challenge.parameters.nonce), payload.challenge.parameters.expires_at
        # Before the signature: a replay, which an attacker has for nothing, then costs a look into a set.
        if isinstance(expires_s, int) and self._burnt.holds(nonce, expires_s):
            self._counts["replayed"] += 1
            return _USED
        refusal = self._objection(payload, action, network)
        if refusal is not None:
            return refusal
        self._burnt.burn(nonce, expires_s or 0)
        self._room -= 1
        try:
            right = await asyncio.get_running_loop().run_in_executor(
                self._pool, _is_right, payload, self._key(action, network)
            )
        finally:
            self._room += 1
        self._counts["solved" if right else "failed"] += 1
        if not right:
            self._failures.take(network)
        return None if right else _WRONG

    def close(self) -> None:
        """Lets the threads go once they are done."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _objection(self, payload: Payload, action: str, network: str) -> Refusal | None:
        """All that can be said without deriving and without using the solution up."""
        parameters, solution = payload.challenge.parameters, payload.solution
        if isinstance(parameters.expires_at, int) and parameters.expires_at <= self._unix_time():
            return _TOO_LATE
        try:
            if not verify_solution(payload, self._key(action, network), _reached).verified:
                return _NOT_OURS
        except _WorthDeriving:
            pass
        if not str(solution.derived_key).startswith(PREFIX):
            return _WRONG
        wait_s = self._failures.wait_s(network)
        if wait_s > 0:
            return Refusal(
                Reason.TOO_MANY_ATTEMPTS, "Too many wrong solutions came from your network. Please wait.", wait_s
            )
        return _BUSY if self._room <= 0 or self._burnt.is_full else None

    def _key(self, action: str, network: str) -> bytes:
        """The signature itself binds a challenge: under another action or network it is not ours."""
        return digest(self._secret, f"challenge\x00{action}\x00{network}".encode(), sha256)


def _read(proof: str) -> Payload | None:
    if len(proof) > _LONGEST:
        return None
    try:
        return Payload.from_base64(proof)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _reached(parameters: ChallengeParameters, salt: bytes, password: bytes) -> bytes:
    """Stands in for the derivation, to learn at no cost whether altcha would come to it."""
    raise _WorthDeriving


def _is_right(payload: Payload, key: bytes) -> bool:
    return verify_solution(payload, key).verified
