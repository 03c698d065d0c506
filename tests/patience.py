"""Waits for a condition with a deadline. Knows time; knows no test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


async def until(condition: Callable[[], bool], within_s: float = 10.0) -> float:
    """Returns the seconds it took. Raises TimeoutError when it does not come true in time."""
    began_s = time.monotonic()
    while not condition():
        if time.monotonic() - began_s > within_s:
            raise TimeoutError(f"Not within {within_s:g} s.")
        await asyncio.sleep(0.005)
    return time.monotonic() - began_s
