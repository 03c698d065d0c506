"""What the process uses of what it may: memory, descriptors. Knows /proc and cgroups; judges nothing."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from pathlib import Path

from seawall.edge.self_defence import Use

_PROC = Path("/proc/self")
_CGROUPS = Path("/sys/fs/cgroup")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def most_descriptors() -> int:
    """Raises the soft limit of open descriptors to the hard one, and returns it.

    The soft limit of 1,024 is for programs that use select(2); one that does not should raise it (systemd's advice).
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):  # macOS tells of no bound and takes none.
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class OwnUse:
    """Reads in some 50 us. Where the system does not tell, nothing is used."""

    def __init__(self, *, memory_mib: int = 0, proc: Path = _PROC, cgroups: Path = _CGROUPS) -> None:
        self._proc = proc
        self._group = _group_of(proc, cgroups) if memory_mib == 0 else None
        self._most_bytes = memory_mib * 1024 * 1024 or _machine_bytes(proc)

    def __call__(self) -> Use:
        return Use(self._memory(), self._descriptors())

    def _memory(self) -> float:
        """The container's own use where it has a bound: what else runs in it, such as the engine, counts there."""
        with suppress(OSError, ValueError, IndexError):
            if self._group is not None:
                return _working_set_bytes(self._group) / int((self._group / "memory.max").read_text())
            return int((self._proc / "statm").read_text().split()[1]) * _PAGE_BYTES / self._most_bytes
        return 0.0

    def _descriptors(self) -> float:
        with suppress(OSError):
            folder = self._proc / "fd"
            # Linux 6.2 and later tell the number as the folder's size; before, each had to be listed.
            used = folder.stat().st_size or sum(1 for _ in folder.iterdir())
            return used / resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return 0.0


def _group_of(proc: Path, cgroups: Path) -> Path | None:
    """The process's control group (version 2), where it has a bound on memory."""
    with suppress(OSError, ValueError, IndexError):
        path = (proc / "cgroup").read_text().strip().rpartition("::")[2].lstrip("/")
        for group in (cgroups / path, cgroups):
            if (group / "memory.max").exists() and (group / "memory.max").read_text().strip() != "max":
                return group
    return None


def _working_set_bytes(group: Path) -> int:
    """Without the pages of files that the kernel drops before it ends anybody."""
    droppable = 0
    for line in (group / "memory.stat").read_text().splitlines():
        if line.startswith("inactive_file "):
            droppable = int(line.split()[1])
    return max(0, int((group / "memory.current").read_text()) - droppable)


def _machine_bytes(proc: Path) -> int:
    with suppress(OSError, ValueError, IndexError):
        for line in (proc.parent / "meminfo").read_text().splitlines():
            if line.startswith("MemTotal:"):
                return int(line.split()[1]) * 1024
    return os.sysconf("SC_PHYS_PAGES") * _PAGE_BYTES
