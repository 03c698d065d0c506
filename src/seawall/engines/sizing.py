"""How many slots and threads the local engine gets. Knows cores and bytes; knows no model."""

from __future__ import annotations

import os
from math import ceil
from pathlib import Path

FEWEST_SLOTS = 2
MOST_SLOTS = 8
SLOTS_PER_CORE = 2
# Each slot reads all of the weights from memory for its tokens; past this size the machine's memory is the limit.
LIGHT_MODEL_BYTES = 2 * 1024**3
# Below this a cache of 32 bits and attention without its 16-bit short cut cost next to nothing, and a model of one's
# own says what it said in training: log-probabilities then differ by 1e-5, with the short cut by 1e-2.
EXACT_MODEL_BYTES = 64 * 1024**2
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def slots_for(model_bytes: int, cores: int) -> int:
    """2 to 8: two a core, fewer for a model heavier than ``LIGHT_MODEL_BYTES``."""
    lightness = min(1.0, LIGHT_MODEL_BYTES / max(1, model_bytes))
    return max(FEWEST_SLOTS, min(MOST_SLOTS, int(cores * SLOTS_PER_CORE * lightness)))


def is_exact(model_bytes: int) -> bool:
    """Whether a model is small enough to be computed in 32 bits throughout."""
    return model_bytes < EXACT_MODEL_BYTES


def usable_cores(quota_file: Path = _QUOTA) -> int:
    """Cores this process may use: those it may be placed on, or fewer where a container's quota says so.

    A thread more than the quota allows makes every other thread wait at the next barrier.
    """
    placeable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = quota_file.read_text().split()
        return max(1, min(placeable, ceil(int(quota) / int(period))))
    except (OSError, ValueError):  # No cgroup v2, or "max".
        return placeable
