"""Calls something again and again, and tells it how late it is. Knows the loop; knows nothing of what it calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Heartbeat:
    """``beat`` is given the lag in seconds, by which the loop kept each of the last two beats waiting at least.

    Of two, as one long pause (a laptop that slept, a full collection of garbage) says nothing of how the loop is.
    """

    def __init__(self, beat: Callable[[float], object], *, every_s: float) -> None:
        self._beat = beat
        self._every_s = every_s
        self._timer: asyncio.TimerHandle | None = None
        self._late_s = 0.0

    def start(self) -> None:
        """Begins to beat on the running loop."""
        loop = asyncio.get_running_loop()
        self._wait(loop, loop.time() + self._every_s)

    def close(self) -> None:
        """Idempotent."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self, loop: asyncio.AbstractEventLoop, due_s: float) -> None:
        self._timer = loop.call_at(due_s, self._due, loop, due_s)

    def _due(self, loop: asyncio.AbstractEventLoop, due_s: float) -> None:
        before_s, self._late_s = self._late_s, max(0.0, loop.time() - due_s)
        # First the next one: a beat that fails is told by the loop, and the ones after it still come.
        self._wait(loop, loop.time() + self._every_s)
        self._beat(min(before_s, self._late_s))
