"""What this process has used since a moment: time, memory, energy. Knows the kernel's files; knows no training."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from seawall.training.energy import Joules, energy_meter

# Writing 5 resets the kernel's record of the most memory (proc(5)), so that a stage is not charged for an earlier one.
_RESET_PEAK = "5"


@dataclass(frozen=True, slots=True)
class Used:
    """``joules`` is None where the machine does not tell."""

    wall_s: float
    cpu_s: float
    peak_bytes: int
    joules: float | None


class Meter:
    """Reads what was used since it was made. All threads of this process count, its children do not."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        cpu_clock: Callable[[], float] = time.process_time,
        joules: Joules | None = None,
        proc: Path = Path("/proc/self"),
    ) -> None:
        self._clock, self._cpu_clock, self._proc = clock, cpu_clock, proc
        self._joules = energy_meter() if joules is None else joules
        with suppress(OSError):
            (proc / "clear_refs").write_text(_RESET_PEAK)
        self._wall_s, self._cpu_s, self._at_first = clock(), cpu_clock(), self._joules()

    def read(self) -> Used:
        now = self._joules()
        joules = None if now is None or self._at_first is None else now - self._at_first
        return Used(self._clock() - self._wall_s, self._cpu_clock() - self._cpu_s, self._peak_bytes(), joules)

    def _peak_bytes(self) -> int:
        with suppress(OSError, StopIteration):
            lines = (self._proc / "status").read_text().splitlines()
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024  # bytes there, kilobytes elsewhere
