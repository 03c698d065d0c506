"""Keeps a child process alive. Knows lives, restarts and stalls; knows no questions.

States: away -> (loaded) alive -> (ended, or stalled and killed) away. A death is followed by a new life at once; a
child that dies again and again without having said one token is given ever longer pauses.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from seawall.engines.child_order import ChildOrder
from seawall.engines.child_process import ChildProcess
from seawall.engines.life import Life, until_stalled
from seawall.engines.port import EngineError, EngineUnavailable

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
# A model of this many bytes may take a second longer to load: a slow disk.
LOADING_BYTES_PER_S = 20 * 1024 * 1024
SHORTEST_LOADING_S = 60.0


class Supervisor:
    """Runs one child at a time.

    Args:
        on_alive: called when the model is loaded, before anybody may ask; may raise EngineError.
        on_death: called when a life ended by a fault, before its ``ended`` is set.
        decodes: how many steps the model has made, as liveness beside the pieces: a long prompt shows no pieces.
        stall_s: without a sign of progress for so long while somebody waits, the child is killed.
    """

    def __init__(
        self,
        order: ChildOrder,
        *,
        on_alive: Callable[[], Awaitable[None]],
        on_death: Callable[[], None],
        decodes: Callable[[], Awaitable[int]],
        stall_s: float,
        clock: Callable[[], float],
    ) -> None:
        self._order = order
        self._on_alive = on_alive
        self._on_death = on_death
        self._decodes = decodes
        self._stall_s = stall_s
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._alive = asyncio.Event()
        self._life = Life()
        self._lives = 0
        self._closed = False
        self._fruitless = 0
        self.pid: int | None = None
        self.trouble: str | None = "The model is loading."

    @property
    def is_alive(self) -> bool:
        return self._alive.is_set() and not self._closed

    @property
    def restarts(self) -> int:
        return max(0, self._lives - 1)

    def start(self) -> None:
        """Begins the first life. Idempotent."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="engine supervisor")

    async def close(self) -> None:
        """Ends the child for good. Idempotent."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._closed = True
        self.trouble = "It is closed."
        self._life.ended.set()
        self._alive.set()  # Wakes who waits for a life, to be told that there is none to come.

    async def life(self, patience_s: float) -> Life:
        """The life that is, or the next. Raises EngineUnavailable when none begins by then."""
        if not self._alive.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._alive.wait(), patience_s)
        if self._closed:
            raise EngineUnavailable("The engine is closed.")
        if not self._alive.is_set():
            raise EngineUnavailable("The model is starting. Try again in a moment.", retry_after_s=3.0)
        return self._life

    async def _run(self) -> None:
        while True:
            self._life = Life()
            self._lives += 1
            try:
                self.trouble = await self._live(self._life)
            except (EngineError, TimeoutError, OSError) as error:
                self.trouble = f"The model's process does not start: {error or 'it takes too long.'}"
            self._on_death()
            self._life.ended.set()
            self._fruitless = 0 if self._life.spoke else self._fruitless + 1
            await asyncio.sleep(_pause_s(self._fruitless))

    async def _live(self, life: Life) -> str:
        """One life. Tells how it ended."""
        with suppress(FileNotFoundError):
            os.unlink(self._order.socket_path)  # noqa: PTH108  # A path of /run or /tmp: nothing blocks here.
        child = await ChildProcess.spawn(self._order)
        self.pid = child.pid
        try:
            await asyncio.wait_for(child.ready(), _loading_s(self._order))
            await self._on_alive()
            self.trouble = None
            self._alive.set()
            return await self._end_of(child, life)
        finally:
            self._alive.clear()
            self.pid = None
            child.kill()
            await child.ended()

    async def _end_of(self, child: ChildProcess, life: Life) -> str:
        """Waits until it died or stalled."""
        ended = asyncio.create_task(child.ended())
        stalled = asyncio.create_task(until_stalled(life, self._decodes, stall_s=self._stall_s, clock=self._clock))
        try:
            await asyncio.wait((ended, stalled), return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                return f"The model's process died: {ended.result()}"
            return f"The model's process made no progress for {self._stall_s:g} s and was ended."
        finally:
            ended.cancel()
            stalled.cancel()


def _pause_s(fruitless: int) -> float:
    if fruitless <= 1:
        return 0.0
    return min(FIRST_PAUSE_S * 2.0 ** (fruitless - 2), LONGEST_PAUSE_S)


def _loading_s(order: ChildOrder) -> float:
    return SHORTEST_LOADING_S + Path(order.model_path).stat().st_size / LOADING_BYTES_PER_S
