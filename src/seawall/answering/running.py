"""Who is being answered now, and the end of it from outside. Knows identities and tasks; knows no records and no wire.

An answer lasts minutes, and is let in once: what becomes of its account or key meanwhile has to reach it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType

from seawall.values.identity import Identity
from seawall.values.refusal import Refusal


class Ended(Exception):
    """The answer was ended from outside; ``refusal`` is what its asker is told."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class Running:
    """The book of answers in progress or in line, whoever listens to them."""

    def __init__(self) -> None:
        self._answers: set[RunningAnswer] = set()

    def __len__(self) -> int:
        return len(self._answers)

    def answer(self, identity: Identity) -> RunningAnswer:
        """The block within which this asker is answered. Raises Ended where it is ended before its end."""
        return RunningAnswer(self._answers, identity)

    def askers(self) -> tuple[Identity, ...]:
        """Who is being answered; whoever is answered twice is named twice."""
        return tuple(one.identity for one in self._answers)

    def end(self, whose: Callable[[Identity], bool], refusal: Refusal) -> int:
        """Ends the answers of these askers; how many those were."""
        ended = [one for one in self._answers if whose(one.identity)]
        for one in ended:
            one.end(refusal)
        return len(ended)


class RunningAnswer:
    """Cancels the block's task when it is ended, and turns that cancellation into Ended; any other stays as it is."""

    def __init__(self, book: set[RunningAnswer], identity: Identity) -> None:
        self.identity = identity
        self._book = book
        self._task: asyncio.Task[object] | None = None
        self._refusal: Refusal | None = None

    def end(self, refusal: Refusal) -> None:
        """Called while the block's task waits for something."""
        if self._task is not None and self._refusal is None:
            self._refusal = refusal
            self._task.cancel()

    async def __aenter__(self) -> None:
        self._task = asyncio.current_task()
        self._book.add(self)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.discard(self)
        if self._refusal is None or self._task is None:
            return
        self._task.uncancel()
        if kind is asyncio.CancelledError:
            raise Ended(self._refusal) from error
