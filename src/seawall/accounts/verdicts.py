"""What the records last said of a secret. Knows freshness, bounds and faults; knows neither keys nor sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from seawall.accounts.bounded import Bounded
from seawall.records.port import RecordsUnavailable
from seawall.values.identity import Identity
from seawall.values.refusal import Refusal

Said = Identity | Refusal
Ask = Callable[[], Awaitable[Said]]

# Yeses and noes have rooms of their own: a flood of wrong secrets must not push a registered user's verdict out.
# A yes with its homes takes a good kilobyte, and sessions and keys have a room each.
MOST_YESES = 4_096
MOST_NOES = 2_000
# A database that hangs is as good as one that is gone.
PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class _Verdict:
    said: Said
    fresh_until_s: float


class Verdicts:
    """Verdicts by the hash of the secret they are about.

    Fresh for ``fresh_s``; then the records are asked again, once however many wait for it. While the records are
    down, the last verdict goes on, and they are tried again every ``fresh_s``.
    """

    def __init__(self, *, fresh_s: float, clock: Callable[[], float]) -> None:
        self._fresh_s = fresh_s
        self._clock = clock
        self._yeses: Bounded[str, _Verdict] = Bounded(MOST_YESES)
        self._noes: Bounded[str, _Verdict] = Bounded(MOST_NOES)
        self._asking: dict[str, asyncio.Task[Said]] = {}
        self._epoch = 0

    def warm(self, name: str) -> Identity | None:
        """The identity, where its verdict is fresh. No I/O, no waiting."""
        verdict = self._yeses.get(name)
        if verdict is None or verdict.fresh_until_s <= self._clock() or isinstance(verdict.said, Refusal):
            return None
        return verdict.said

    def remembered(self, name: str) -> Said | None:
        """What was said last, fresh or not; None for what nothing is known of. No I/O, no waiting."""
        verdict = self._yeses.get(name) or self._noes.get(name)
        return None if verdict is None else verdict.said

    def is_fresh(self, name: str) -> bool:
        """Whether ``of`` would ask nobody."""
        verdict = self._yeses.get(name) or self._noes.get(name)
        return verdict is not None and verdict.fresh_until_s > self._clock()

    async def of(self, name: str, ask: Ask) -> Said:
        """The verdict, asked for where there is no fresh one.

        Raises:
            RecordsUnavailable: there is none, and the records do not answer.
        """
        verdict = self._yeses.get(name) or self._noes.get(name)
        if verdict is not None and verdict.fresh_until_s > self._clock():
            return verdict.said
        task = self._asking.get(name)
        if task is None:
            task = asyncio.create_task(self._ask(name, ask))
            self._asking[name] = task
            task.add_done_callback(lambda done: self._asked(name, done))
        try:
            # Shielded, as the one who asked first may leave while others wait for the same answer.
            return await asyncio.shield(task)
        except RecordsUnavailable:
            if verdict is None:
                raise
            self._put(name, verdict.said)
            return verdict.said

    def put(self, name: str, said: Said) -> None:
        """A verdict that is known without asking, such as of a session that begins or ends here."""
        self._put(name, said)

    def drop(self, condemned: Callable[[Identity], bool]) -> None:
        """Forgets the yeses that are ``condemned``, and every no, so that the next request asks the records."""
        self._epoch += 1
        self._yeses.drop_where(lambda _, verdict: isinstance(verdict.said, Identity) and condemned(verdict.said))
        self._noes.clear()

    async def _ask(self, name: str, ask: Ask) -> Said:
        epoch = self._epoch
        try:
            async with asyncio.timeout(PATIENCE_S):
                said = await ask()
        except TimeoutError:
            raise RecordsUnavailable("The records did not answer in time.") from None
        if epoch == self._epoch:
            # Else something changed meanwhile, and this answer may be from before.
            self._put(name, said)
        return said

    def _asked(self, name: str, task: asyncio.Task[Said]) -> None:
        del self._asking[name]
        if not task.cancelled():
            task.exception()  # Everyone who waited may have left; then nobody else looks at it.

    def _put(self, name: str, said: Said) -> None:
        verdict = _Verdict(said, self._clock() + self._fresh_s)
        kept, other = (self._yeses, self._noes) if isinstance(said, Identity) else (self._noes, self._yeses)
        other.drop(name)
        kept.put(name, verdict)
