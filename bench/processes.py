"""What processes have used, as the kernel tells. Knows /proc, and with it Linux alone; starts nothing."""

from __future__ import annotations

import os
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """Children, and theirs, whichever thread started them."""
    children = [int(word) for path in Path(f"/proc/{pid}/task").glob("*/children") for word in _text(path).split()]
    return children + [further for child in children for further in descendants(child)]


def cpu_s(pid: int) -> float:
    """CPU seconds of the process and all below it, those that have ended included; ``TICK_S`` is its grain."""
    return sum(_own_and_ended_s(one) for one in (pid, *descendants(pid)))


def _own_and_ended_s(pid: int) -> float:
    fields = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) * TICK_S


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):  # It ended while we looked.
        return ""
