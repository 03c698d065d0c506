"""Tells the log when a part of the service falls ill and when it is well again. Knows conditions; knows no part."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from seawall.observing.logs import logger

# The fastest restart of the local engine that was measured takes 0.4 s: none is missed.
LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Condition:
    """How a part is now: ``trouble`` is None while it is well, ``restarts`` counts its lives after the first."""

    part: str
    trouble: str | None
    restarts: int = 0


class Watch:
    """One line a change, none while all stays as it is."""

    def __init__(self, conditions: Callable[[], Iterable[Condition]]) -> None:
        self._conditions = conditions
        self._last: dict[str, Condition] = {}
        self._log = logger("observing")
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to look."""
        self.look()
        self._task = asyncio.create_task(self._keep_looking(), name="watch")

    async def close(self) -> None:
        """Idempotent."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def look(self) -> None:
        """Compares with the look before."""
        for now in self._conditions():
            before = self._last.get(now.part)
            self._last[now.part] = now
            if before is None:
                self._begin(now)
            else:
                self._compare(before, now)

    def _begin(self, now: Condition) -> None:
        """Not well yet is how most parts begin, so it is no warning; but whoever never gets well is told of, too."""
        if now.trouble is not None:
            self._log.info("starting", part=now.part, trouble=now.trouble)

    def _compare(self, before: Condition, now: Condition) -> None:
        if now.trouble is None and before.trouble is not None:
            self._log.info("well", part=now.part)
        elif now.trouble != before.trouble:
            self._log.warning("ill", part=now.part, trouble=now.trouble)
        if now.restarts > before.restarts:
            self._log.warning("restarted", part=now.part, restarts=now.restarts)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()
