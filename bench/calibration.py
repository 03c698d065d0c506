"""What this machine does in a microsecond just now. Knows a loop of plain Python; measures nothing of ours.

A figure from a machine that is slow, or loaded, compares with another only by what the same interpreter does there at
the same time: figures are also told in units of this loop.
"""

from __future__ import annotations

import time
from collections.abc import Callable

CALIBRATION = "1,000 updates of a dict"
_KEYS = 1000
_REPEATS = 5


def cpu_us(once: Callable[[], object]) -> float:
    """CPU time of one call, in which what else runs on the machine does not count."""
    begun = time.process_time()
    once()
    return (time.process_time() - begun) * 1e6


def calibration_us() -> float:
    """The best of a few runs of the loop."""
    counts = dict.fromkeys(range(_KEYS), 0)

    def update() -> None:
        for key in range(_KEYS):
            counts[key] += 1

    return min(cpu_us(update) for _ in range(_REPEATS))
