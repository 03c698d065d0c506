"""One life of the local engine's process, and whether it still gets on. Knows progress; knows no process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from seawall.engines.port import EngineError

LONGEST_LOOK_S = 1.0


class Life:
    """One life of the child, and what its askers tell of it.

    ``waiting`` counts those who wait for the engine's next piece now: one whose own reader is slow is not among them,
    so a slow reader never looks like a stalled engine. ``moves`` counts pieces.
    """

    __slots__ = ("ended", "moves", "spoke", "waiting")

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.waiting = 0
        self.moves = 0
        self.spoke = False

    async def ended_within(self, patience_s: float) -> bool:
        """Whether it ends by then. A broken connection is often noticed before the death behind it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.ended.wait(), patience_s)
        return self.ended.is_set()


async def until_stalled(
    life: Life,
    decodes: Callable[[], Awaitable[int]],
    *,
    stall_s: float,
    clock: Callable[[], float],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Returns when somebody has waited ``stall_s`` without any progress: neither a piece nor a step of the model."""
    last, since_s = (life.moves, 0), clock()
    while True:
        await sleep(min(LONGEST_LOOK_S, stall_s / 4))
        if not life.waiting:
            since_s = clock()
            continue
        steps = last[1]
        with suppress(EngineError):  # No answer is no progress.
            steps = await decodes()
        if (life.moves, steps) != last:
            last, since_s = (life.moves, steps), clock()
        elif clock() - since_s >= stall_s:
            return
