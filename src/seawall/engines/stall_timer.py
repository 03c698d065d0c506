"""Gives up a stream that has fallen silent. Knows time; knows no bytes.

aiohttp's own ``sock_read`` makes and cancels a timer for every read, 4 us a token warm and 20 us cold. Here a token
costs two attributes, and a stream one timer every ``stall_s``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class StallTimer:
    """``waiting`` before a read, ``moved`` after it: a reader that pauses by itself is no stall.

    ``expired`` is True once it has called ``give_up``.
    """

    __slots__ = ("_give_up", "_handle", "_loop", "_since_s", "_stall_s", "expired")

    def __init__(self, stall_s: float | None, give_up: Callable[[], object]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stall_s = stall_s
        self._give_up = give_up
        self._since_s: float | None = None
        self._handle = None if stall_s is None else self._loop.call_later(stall_s, self._look)
        self.expired = False

    def waiting(self) -> None:
        self._since_s = self._loop.time()

    def moved(self) -> None:
        self._since_s = None

    def cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()

    def _look(self) -> None:
        assert self._stall_s is not None
        now_s = self._loop.time()
        left_s = self._stall_s if self._since_s is None else self._since_s + self._stall_s - now_s
        if left_s <= 0:
            self.expired = True
            self._give_up()
        else:
            self._handle = self._loop.call_later(left_s, self._look)
