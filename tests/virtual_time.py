"""An event loop whose clock jumps to the next timer. Knows time; knows no test.

What takes four minutes of waiting takes none: when nothing is ready, the clock is set to the earliest timer. Nothing
may come from outside such a loop (sockets, threads, processes), as it never waits for anything; so the same program
takes the same course every time.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class NothingLeftError(Exception):
    """All wait for something that no timer will bring about: without virtual time the program would hang."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An asyncio loop in virtual seconds, counted from ``began_s``."""

    def __init__(self, began_s: float = 1_000.0) -> None:
        self._virtual_s = began_s
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        """The virtual seconds of now."""
        return self._virtual_s

    def jump(self, seconds: float) -> None:
        """Lets so much time pass."""
        self._virtual_s += seconds


class _JumpingSelector(selectors.SelectSelector):
    """Where a loop would sleep, its clock jumps; files are looked at by nobody."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NothingLeftError("Every task waits, and there is no timer to wake one.")
        if timeout > 0:
            self._loop.jump(timeout)
        return []


def run_virtually(main: Coroutine[Any, Any, Result], *, began_s: float = 1_000.0) -> Result:
    """Runs ``main`` to its end in virtual time and returns what it returns. Raises NothingLeftError."""
    with asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(began_s)) as runner:
        return runner.run(main)
