"""``seawall`` in a process of its own, forked from one that has read the program already. Knows no command.

To read the program costs a second of CPU time and more, which is most of what a short command takes, and a test run
starts hundreds. The process that is forked from has the modules and nothing else, as they do nothing when imported.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

# What `seawall serve` reads until it serves, as little by name as brings in all of it.
PROGRAM = [
    "seawall.cli.main",
    "seawall.serving",
    "seawall.web.application",
    "seawall.web.credentials",
    "alembic.command",
]


@dataclass(frozen=True, slots=True)
class Streams:
    """The files that are a process's standard input, output and error."""

    said: Path
    out: Path
    err: Path


class Process(Protocol):
    """What a test does with a process, forked or not: the part of ``subprocess.Popen`` that both have."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...


def start(arguments: list[str], streams: Streams, environment: Mapping[str, str], *, fresh: bool = False) -> Process:
    """Runs ``seawall ARGUMENTS`` in a session of its own. ``fresh`` is exactly as a shell does it."""
    if fresh:
        return _fresh(arguments, streams, environment)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PROGRAM)
    process = context.Process(target=_run, args=(arguments, streams, dict(environment)))
    process.start()
    return _Forked(process)


def _fresh(arguments: list[str], streams: Streams, environment: Mapping[str, str]) -> Process:
    with streams.said.open("rb") as said, streams.out.open("wb") as out, streams.err.open("wb") as err:
        command = [sys.executable, "-m", "seawall", *arguments]
        return subprocess.Popen(
            command, stdin=said, stdout=out, stderr=err, env=dict(environment), start_new_session=True
        )


class _Forked:
    """A process of ``multiprocessing``'s fork server, with ``Popen``'s verbs."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired("seawall", timeout or 0)
        return status

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


def _run(arguments: list[str], streams: Streams, environment: dict[str, str]) -> None:
    """In the new process: what a shell and Python do before the program's first line."""
    os.setsid()
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, (path, flags) in enumerate(
        ((streams.said, os.O_RDONLY), (streams.out, writing), (streams.err, writing))
    ):
        opened = os.open(path, flags, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["seawall", *arguments]
    from seawall.cli.main import main

    main()
