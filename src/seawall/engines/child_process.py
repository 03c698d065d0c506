"""One child process from birth to death. Knows pipes and signals; knows neither restarts nor questions."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress

from seawall.engines.child_order import ChildOrder
from seawall.engines.port import EngineError

TAIL_BYTES = 4096
# Of what it prints while it serves, the lines that tell how it died and quote nobody: llama.cpp prints a schema that it
# cannot parse, and that is a user's.
_OWN_WORDS = re.compile(rb"GGML_ASSERT\(|^terminate called ", re.MULTILINE)
LONGEST_LINE_BYTES = 200
# llama.cpp's clock at the beginning of its lines: the same trouble should read the same each time.
_CLOCK = re.compile(rb"^\d+(?:\.\d+){3} ", re.MULTILINE)


class ChildFailed(EngineError):
    """It ended, or said that it cannot serve, before it was ready."""


class ChildProcess:
    """``ended`` is set once it is dead and reaped, however that came."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._tail = b""
        self._serves = False
        self._reading = asyncio.create_task(self._read_tail(), name="engine child's standard error")

    @classmethod
    async def spawn(cls, order: ChildOrder) -> ChildProcess:
        """Starts a fresh interpreter, as a fork would take our locks and open files along, and hands it its order."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # The folder we happen to stand in is no place to import from.
            "-m",
            "seawall.engines.child",
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=child_environment(os.environ),
            start_new_session=True,  # Ctrl-C is for us; we end the child when its answers are done.
        )
        child = cls(process)
        assert process.stdin is not None
        process.stdin.write(order.line())  # Stays open: its end tells the child that we are gone.
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ready(self) -> None:
        """Returns when it serves. Raises ChildFailed."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        said: dict[str, str] = {}
        with suppress(ValueError):
            said = json.loads(line)
        if "ready" in said:
            self._serves = True
            return
        await self.ended()
        raise ChildFailed(self._in_words(said.get("failure")))

    async def ended(self) -> str:
        """Waits for its end and tells it as a sentence."""
        await self._process.wait()
        await asyncio.wait((self._reading,))
        return self._in_words(None)

    def kill(self) -> None:
        """SIGKILL: whoever is stuck or stopped hears nothing else. Idempotent."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()

    def _in_words(self, failure: str | None) -> str:
        code = self._process.returncode
        how = failure or (
            f"it was ended by signal {-code}" if code is not None and code < 0 else f"it ended with {code}"
        )
        said = _own_words(self._tail) if self._serves else self._tail
        tail = _CLOCK.sub(b"", said).decode(errors="replace").strip()
        return f"{how}. It said last: {tail}" if tail else f"{how}."

    async def _read_tail(self) -> None:
        assert self._process.stderr is not None
        while block := await self._process.stderr.read(TAIL_BYTES):
            self._tail = (self._tail + block)[-TAIL_BYTES:]


def _own_words(said: bytes) -> bytes:
    return b"\n".join(line[:LONGEST_LINE_BYTES] for line in said.splitlines() if _OWN_WORDS.search(line))


def child_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Ours without our settings, which hold secrets that it does not need.

    ``OMP_WAIT_POLICY=PASSIVE`` must stand before the library loads: idle workers sleep instead of spinning on the cores
    that the gateway needs (docs/rooms/engines.md has the figures).
    """
    kept = {name: value for name, value in ours.items() if not name.startswith("SEAWALL_")}
    return kept | {"OMP_WAIT_POLICY": "PASSIVE", "PYTHONUNBUFFERED": "1"}
