"""What processes use and how they are started and ended for sure. Knows /proc, and with it Linux alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
STOP_S = 10.0


def descendants(pid: int) -> list[int]:
    """Children, and theirs, whichever thread started them."""
    children = [int(word) for path in Path(f"/proc/{pid}/task").glob("*/children") for word in _text(path).split()]
    return children + [further for child in children for further in descendants(child)]


def cpu_s(pid: int) -> float:
    """CPU seconds of the process and all below it, those that have ended included; ``TICK_S`` is its grain."""
    return sum(_own_and_ended_s(one) for one in (pid, *descendants(pid)))


def first_thread_s(pid: int) -> float | None:
    """CPU seconds of the process' first thread, by the nanosecond; None where Linux does not tell."""
    words = _text(Path(f"/proc/{pid}/task/{pid}/schedstat")).split()
    return int(words[0]) / 1e9 if words else None


def memory_bytes(pid: int) -> int:
    """Resident memory of the process and all below it; pages that they share count for each."""
    found = (_text(Path(f"/proc/{one}/statm")).split() for one in (pid, *descendants(pid)))
    return sum(int(words[1]) * _PAGE_BYTES for words in found if len(words) > 1)


@contextmanager
def program(
    command: list[str],
    output: Path,
    *,
    environment: Mapping[str, str] | None = None,
    core: int | None = None,
    stdin: int = subprocess.DEVNULL,
) -> Generator[subprocess.Popen[bytes]]:
    """A process group, on this core alone if one is named, that is gone afterwards; what it says is in ``output``."""
    with output.open("wb") as said, on_core(core):
        process = subprocess.Popen(  # noqa: S603 - commands are made here, none comes from outside
            command,
            stdin=stdin,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)


def end_when_told() -> None:
    """Being asked to stop is an interrupt, in the background too: what was started is ended before we are."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)


def end(process: subprocess.Popen[bytes]) -> None:
    """Asks the process to stop, then makes it and its whole group stop."""
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def on_core(core: int | None) -> Generator[None]:
    """What is started inside stays on this core."""
    if core is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def two_cores() -> tuple[int | None, int | None]:
    """One for who asks and one for who answers; none where the machine has but one."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return (cores[0], cores[1]) if len(cores) > 1 else (None, None)


def free_port() -> int:
    """Free now; nobody else on this machine should be in a hurry for it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _own_and_ended_s(pid: int) -> float:
    fields = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) * TICK_S


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):  # It ended while we looked.
        return ""
