"""Whether those who are being answered are still let in. Knows accounts, keys and records; knows no answer.

An answer goes on for minutes after its asker was let in. So it is asked again every ``verdict_s``, in one read for all
of them, and at once where something changed here or the command line told of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Protocol

from seawall.observing.logs import logger
from seawall.records.entrance_entries import StillIn
from seawall.records.port import Records, RecordsError
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal

# Names in one question: SQLite took 999 until 2020, and PostgreSQL plans a longer list no faster than two.
AT_ONCE = 400

ACCOUNT_ENDED = Refusal(
    Reason.NOT_ALLOWED, "This answer was ended, because its account was disabled or deleted meanwhile."
)
KEY_ENDED = Refusal(Reason.UNKNOWN_KEY, "This answer was ended, because its API key was revoked meanwhile.")


class Answers(Protocol):
    """Answers in progress."""

    def askers(self) -> Collection[Identity]:
        """Who is being answered."""
        ...

    def end(self, whose: Callable[[Identity], bool], refusal: Refusal) -> int:
        """Ends the answers of these askers; how many those were."""
        ...


class RollCall:
    """One of the ``Forgetful``: a change of an account is a reason to look.

    Where the records are away nobody is ended: a fault of ours is no verdict on anybody.
    """

    def __init__(self, records: Records, *, every_s: float) -> None:
        self._records = records
        self._every_s = every_s
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def forget_account(self, account_id: str) -> None:
        """Looks at once; at all, as it costs one read whoever it is about."""
        self.look_soon()

    def look_soon(self) -> None:
        """Somebody may have been shut out."""
        self._changed.set()

    async def start(self, answers: Answers) -> None:
        """Begins to look."""
        self._task = asyncio.create_task(self._run(answers), name="roll-call")

    async def close(self) -> None:
        """Looks no more. Idempotent."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    async def look(self, answers: Answers) -> None:
        """Ends the answers of accounts and keys that are not let in any more. Raises RecordsError."""
        askers = [who for who in answers.askers() if who.role is not Role.GUEST]
        accounts = sorted({who.account_id for who in askers})
        keys = sorted({who.key_id for who in askers if who.key_id is not None})
        gone = set(accounts) - await self._still_in(accounts, keys=False)
        revoked = set(keys) - await self._still_in(keys, keys=True)
        if gone or revoked:
            ended = answers.end(lambda who: who.account_id in gone, ACCOUNT_ENDED)
            ended += answers.end(lambda who: who.key_id in revoked, KEY_ENDED)
            logger("accounts").info("answers_ended", accounts=sorted(gone), keys=sorted(revoked), answers=ended)

    async def _still_in(self, ids: list[str], *, keys: bool) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for start in range(0, len(ids), AT_ONCE):
            some = tuple(ids[start : start + AT_ONCE])
            found |= await self._records.read(StillIn(keys=some) if keys else StillIn(accounts=some))
        return found

    async def _run(self, answers: Answers) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._every_s)
            self._changed.clear()
            with suppress(RecordsError):  # They are asked again with the next look.
                await self.look(answers)
