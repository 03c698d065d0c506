"""Energy: what the machine's own counters tell, else an estimate from stated watts. Knows RAPL and NVML; knows no run.

Counters tell of the whole machine, so whatever runs beside a training is charged to it: rather too
much than too little.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

Joules = Callable[[], float | None]
"""A counter that only grows; None where there is none."""

POWERCAP = Path("/sys/class/powercap")

# A server processor's share a busy core: EPYC 9654 360 W / 96 cores = 3.8 W, Xeon 8480+ 350 W / 56 = 6.3 W; with
# memory, fans and conversion losses about 10 W.
CORE_WATTS = 10.0
# The most that an H100, H800 or H200 SXM board takes (NVIDIA's data sheets).
GPU_WATTS = 700.0


@dataclass(frozen=True, slots=True)
class Energy:
    """``measured`` is False for an estimate."""

    watt_hours: float
    measured: bool


def energy_of(joules: float | None, cpu_s: float, gpu_s: float) -> Energy:
    """What was measured, else busy core-seconds and held GPU-seconds at the stated watts."""
    if joules is not None:
        return Energy(joules / 3600, measured=True)
    return Energy((cpu_s * CORE_WATTS + gpu_s * GPU_WATTS) / 3600, measured=False)


def energy_meter(powercap: Path = POWERCAP, nvml: Callable[[], Joules | None] | None = None) -> Joules:
    """Counts the processors' packages and the GPUs, as far as they may be read. Without a processor's counter it
    counts nothing: half a measurement would pass for a whole one."""
    packages = [_Package(folder) for folder in sorted(powercap.glob("intel-rapl:*")) if folder.name.count(":") == 1]
    gpus = (nvml or nvml_joules)()

    def joules() -> float | None:
        told = [package.joules() for package in packages] + ([gpus()] if gpus else [])
        known = [one for one in told if one is not None]
        return sum(known) if packages and len(known) == len(told) else None

    return joules


class _Package:
    """One processor's counter. It wraps, within minutes on a busy machine, so it must be read now and then."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last: float | None = None
        self._wrapped = 0.0

    def joules(self) -> float | None:
        try:
            now = float((self._folder / "energy_uj").read_text())
            if self._last is not None and now < self._last:
                self._wrapped += float((self._folder / "max_energy_range_uj").read_text())
        except (OSError, ValueError):  # Most kernels let root alone read it, since the PLATYPUS attack.
            return None
        self._last = now
        return (self._wrapped + now) / 1e6


def nvml_joules() -> Joules | None:
    """The counter of all NVIDIA boards together, from the driver's own library; None without one."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL("libnvidia-ml.so.1")
        count = ctypes.c_uint()
        if library.nvmlInit_v2() or library.nvmlDeviceGetCount_v2(ctypes.byref(count)):
            return None
        boards = [ctypes.c_void_p() for _ in range(count.value)]
        if any(library.nvmlDeviceGetHandleByIndex_v2(at, ctypes.byref(board)) for at, board in enumerate(boards)):
            return None
        return lambda: _sum_of_boards(library, boards)
    return None


def _sum_of_boards(library: ctypes.CDLL, boards: Sequence[ctypes.c_void_p]) -> float | None:
    total = 0.0
    for board in boards:
        millijoules = ctypes.c_ulonglong()
        if library.nvmlDeviceGetTotalEnergyConsumption(board, ctypes.byref(millijoules)):
            return None
        total += millijoules.value / 1000
    return total
