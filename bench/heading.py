"""The head of each report: what was run, when, on what. Knows the machine; measures nothing."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import seawall


def heading() -> str:
    """One line, so that a figure never stands without its command and date."""
    command = " ".join(["python", f"bench/{Path(sys.argv[0]).name}", *sys.argv[1:]])
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{command} · {now} · seawall {seawall.__version__} · Python {platform.python_version()} · "
        f"{platform.system()} {platform.machine()}, {cores} cores, load {os.getloadavg()[0]:.1f}"
    )


def table(rows: Sequence[tuple[str, ...]], head: tuple[str, ...]) -> str:
    """Aligned text; numbers are formatted by who calls."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)
