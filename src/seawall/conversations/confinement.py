"""What a process gives up before it reads a stranger's file. Knows the system's limits; knows no format."""

from __future__ import annotations

import os
import resource
import sys
from contextlib import suppress

# What the process ends with where memory was too small for it.
OUT_OF_MEMORY = 3
# A library written in Python alone has no way around these; limits of the system stand behind them.
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Forbidden(BaseException):
    """Not an Exception: a library that catches everything must not go on."""


def confine(memory_bytes: int, cpu_s: int) -> None:
    """From here on: so much memory and time, no network, no other program, and no byte into any file."""
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_CPU, cpu_s)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    with suppress(OSError):
        os.nice(10)  # Those who chat go first.
    sys.dont_write_bytecode = True
    sys.addaudithook(_watch)


def _limit(kind: int, bound: int) -> None:
    with suppress(OSError, ValueError):  # Not every system takes each of them.
        resource.setrlimit(kind, (bound, bound))


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise Forbidden(event)
    if event == "open" and isinstance(arguments[-1], int) and arguments[-1] & _WRITING:
        raise Forbidden(event)
