"""Looks at every open connection once a second and cuts who is too slow. Knows deadlines; knows no socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

from seawall.edge.connections import Connection, Connections
from seawall.edge.deadlines import BODY, Deadlines, Due

SWEEP_S = 1.0
# After so many connections the loop goes on in between: about a millisecond at a time, 1.4 us each.
SLICE = 700
# When looks lie further apart than this, we were asleep, not the clients: what they sent meanwhile is read first.
ASLEEP_S = 3.0
# Apache's default for how long an unused connection is kept, taken while memory or descriptors run short.
TIGHT_KEEP_ALIVE_S = 5.0


class Sweep:
    """One timer for all connections. While ``is_tight``, unused ones are closed early. ``was_cut`` is told the network
    of each that was too slow.
    """

    def __init__(
        self,
        connections: Connections,
        deadlines: Deadlines,
        *,
        clock: Callable[[], float],
        is_tight: Callable[[], bool],
        was_cut: Callable[[str], object] = lambda network: None,
    ) -> None:
        self._connections = connections
        self._deadlines = deadlines
        self._tight = replace(deadlines, keep_alive_s=min(deadlines.keep_alive_s, TIGHT_KEEP_ALIVE_S))
        self._clock = clock
        self._is_tight = is_tight
        self._was_cut = was_cut
        self._looked_s = clock()
        self._task: asyncio.Task[None] | None = None
        self.cut = dict.fromkeys(Due, 0)

    def start(self) -> None:
        """Begins to look, on the running loop."""
        self._task = asyncio.create_task(self._keep_looking(), name="sweep")

    async def close(self) -> None:
        """Idempotent."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def look(self) -> None:
        """One sweep, at once."""
        for _ in self._slices():
            pass

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            for _ in self._slices():
                await asyncio.sleep(0)

    def _slices(self) -> Iterator[None]:
        now_s = self._clock()
        was_asleep = now_s - self._looked_s > ASLEEP_S
        self._looked_s = now_s
        deadlines = self._tight if self._is_tight() else self._deadlines
        for index, connection in enumerate(list(self._connections), 1):
            if connection.stage is BODY and (was_asleep or connection.line.held()):
                connection.hold(now_s)
            elif not was_asleep:
                self._judge(connection, deadlines, now_s)
            if index % SLICE == 0:
                yield

    def _judge(self, connection: Connection, deadlines: Deadlines, now_s: float) -> None:
        line = connection.line
        if deadlines.unread(connection, line.unsent_bytes(), now_s):
            self.cut[Due.UNREAD] += 1
            self._tell(connection)
            line.abort()
            return
        due = deadlines.due(connection, now_s)
        if due is not None:
            self.cut[due] += 1
            if due is not Due.QUIET:
                self._tell(connection)
            line.cut(due)

    def _tell(self, connection: Connection) -> None:
        if connection.network is not None:
            self._was_cut(connection.network.name)
