"""Runs a module of ours that reads a stranger's file in a process of its own. Knows limits and pipes; knows no format.

Whatever a file does to its reader, it does it there: to memory, time and output that are bounded, and that are freed
by killing it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from seawall.conversations.confinement import OUT_OF_MEMORY


class ConfinedFailed(Exception):
    """Base of the ways in which a file is not read."""


class TooBusy(ConfinedFailed):
    """So many files are being read or wait for it that no further one is taken."""


class Exhausted(ConfinedFailed):
    """It took more memory, time or output than it may."""


class Broke(ConfinedFailed):
    """The reader failed otherwise."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one reading. Of output, one line at a time is held in memory."""

    memory_bytes: int
    cpu_s: int
    wall_s: float
    line_bytes: int
    output_bytes: int


class Confined:
    """``at_once`` readings run and ``waiting`` more wait."""

    def __init__(self, module: str, bounds: Bounds, *, at_once: int, waiting: int) -> None:
        self._module = module
        self._bounds = bounds
        self._places = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._taken = 0

    async def lines(self, file: IO[bytes], order: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        """What the reader writes, line by line. To be closed by its user (``aclosing``): that ends the process.

        Raises ConfinedFailed; lines before that are of a reading that did not come to its end.
        """
        if self._taken >= self._most:
            raise TooBusy
        self._taken += 1
        try:
            async with self._places:
                process = await self._spawn(file, order)
                try:
                    async for line in self._read(process):
                        yield line
                finally:
                    await _end(process)
        finally:
            self._taken -= 1

    async def _spawn(self, file: IO[bytes], order: Mapping[str, Any]) -> Process:
        file.seek(0)
        bounds = {"memory_bytes": self._bounds.memory_bytes, "cpu_s": self._bounds.cpu_s}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # The folder we happen to stand in is no place to import from.
            "-m",
            self._module,
            json.dumps({**bounds, **order}),
            stdin=file,
            stdout=PIPE,
            stderr=DEVNULL,
            # Ours without our settings, which hold secrets that it does not need.
            env={name: value for name, value in os.environ.items() if not name.startswith("SEAWALL_")},
            limit=self._bounds.line_bytes,
            start_new_session=True,  # Ctrl-C is for us.
        )

    async def _read(self, process: Process) -> AsyncGenerator[bytes, None]:
        assert process.stdout is not None
        left_bytes = self._bounds.output_bytes
        until_s = asyncio.get_running_loop().time() + self._bounds.wall_s
        try:
            while True:
                async with asyncio.timeout_at(until_s):
                    line = await process.stdout.readline()
                if not line:
                    break
                left_bytes -= len(line)
                if left_bytes < 0:
                    raise Exhausted
                yield line
            async with asyncio.timeout_at(until_s):
                code = await process.wait()
        except (TimeoutError, ValueError) as error:  # ValueError is asyncio's word for a line that is too long.
            raise Exhausted from error
        if code == OUT_OF_MEMORY or code < 0:
            raise Exhausted
        if code:
            raise Broke


async def _end(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    await process.wait()
