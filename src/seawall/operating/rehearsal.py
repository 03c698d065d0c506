"""A siege in rehearsal: played by a process of its own against a service of its own. Knows when it may; plays nothing.

The siege starts a staging service with a stub engine on this machine, attacks that one, and stops both by itself: this
service, its engine and its people are not asked for anything but some of the processor, at the lowest priority.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

from seawall.observing.logs import logger
from seawall.values.refusal import Reason, Refusal

# A quick siege of one mix takes about a minute and a half, a full one five, and twice that on a busy machine.
LONGEST_S = 900.0
_LAST_WORDS = 400
_NICEST = 19
FOLDER = "rehearsal"
Mix = Literal["fame", "get-flood", "signup-storm", "stuffing", "amplify", "stolen-100", "pulse", "week"]
MIXES: tuple[str, ...] = get_args(Mix)
Length = Literal["quick", "full"]

_BUSY = Refusal(Reason.CONFLICT, "A rehearsal is going on. Wait for its end, or stop it.")
_NOT_NOW = Refusal(
    Reason.CONFLICT,
    "The service is under pressure now: a rehearsal would take processor time from people. Wait for a quiet hour.",
)
_NOWHERE = Refusal(Reason.CONFLICT, "This service keeps nothing on disk: there is no place for a rehearsal's report.")

State = Literal["none", "running", "ended", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How the last rehearsal stands. ``promises`` are as the siege judged them; ``why`` tells of a failed one."""

    state: State = "none"
    mix: str = ""
    length: str = ""
    began_s: float = 0.0
    ended_s: float = 0.0
    promises: tuple[dict[str, Any], ...] = ()
    why: str = ""


class Rehearsals:
    """One at a time. ``is_calm`` tells whether the service has time for it.

    ``command`` is the siege's, to which length, mix and folder are added.
    """

    def __init__(
        self,
        data: Path | None,
        *,
        is_calm: Callable[[], bool],
        unix_time: Callable[[], float],
        command: Sequence[str] = (sys.executable, "-m", "seawall", "siege"),
        longest_s: float = LONGEST_S,
    ) -> None:
        self._folder = data and data / FOLDER
        self._is_calm = is_calm
        self._unix_time = unix_time
        self._command = tuple(command)
        self._longest_s = longest_s
        self._task: asyncio.Task[None] | None = None
        self._log = logger("operator")
        self.last = Rehearsed()

    async def read_page(self) -> bytes | None:
        """The report of the last one, where it came to its end, as one HTML page."""
        return await self._read("siege.html")

    async def read_bundle(self) -> bytes | None:
        """What the besieged service itself reports of it, for strangers to check."""
        return await self._read(f"{self.last.mix}.zip")

    async def _read(self, name: str) -> bytes | None:
        if self._folder is None or self.last.state != "ended":
            return None
        with suppress(OSError):
            return await asyncio.to_thread((self._folder / name).read_bytes)
        return None

    def begin(self, mix: Mix, length: Length = "quick") -> Rehearsed | Refusal:
        """Starts one, unless one goes on or the service is busy. A quick one is scaled down to a minute, a full one
        takes four.
        """
        if self._folder is None:
            return _NOWHERE
        if self._task is not None and not self._task.done():
            return _BUSY
        if not self._is_calm():
            return _NOT_NOW
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in ("siege.json", f"{mix}.zip"):
                (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            return Refusal(Reason.CONFLICT, f"The folder {self._folder} cannot be written ({error.strerror}).")
        self.last = Rehearsed("running", mix, length, self._unix_time())
        self._log.warning("rehearsal_begun", mix=mix, length=length)
        self._task = asyncio.create_task(self._play(mix, length, self._folder), name="rehearsal")
        return self.last

    async def stop(self) -> Rehearsed:
        """Ends the one that goes on, with all its processes. Idempotent."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            if self.last.state == "running":  # It was stopped before it had begun.
                self.last = replace(self.last, state="stopped", ended_s=self._unix_time())
        return self.last

    async def _play(self, mix: str, length: str, folder: Path) -> None:
        state: State = "stopped"
        promises: tuple[dict[str, Any], ...] = ()
        why = ""
        try:
            async with asyncio.timeout(self._longest_s):
                status, words = await self._run(mix, length, folder)
            # 1 says that a promise was not kept, which is a result like any other.
            promises = _promises(folder / "siege.json") if status in (0, 1) else ()
            state, why = ("ended", "") if promises else ("failed", words)
        except TimeoutError:
            state, why = "failed", f"It took longer than {self._longest_s:.0f} s and was ended."
        except OSError as error:
            state, why = "failed", f"It could not be started ({error.strerror or error})."
        finally:
            self.last = replace(self.last, state=state, ended_s=self._unix_time(), promises=promises, why=why)
            self._log.warning("rehearsal_over", mix=mix, state=state, why=why)

    async def _run(self, mix: str, length: str, folder: Path) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            f"--{length}",
            "--mix",
            mix,
            "--out",
            str(folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ended as a whole, with the service and the engine that it starts.
        )
        try:
            with suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, process.pid, _NICEST)  # What it starts inherits that.
            assert process.stderr is not None
            words = await _last_words(process.stderr)
            return await process.wait(), words
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM if process.returncode is None else signal.SIGKILL)
            if process.returncode is None:
                await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """It stops what it has started by itself when it is told; what does not within five seconds is ended with it."""
    try:
        async with asyncio.timeout(5):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _last_words(stream: asyncio.StreamReader) -> str:
    """The end of what it says, in constant memory."""
    words = b""
    while piece := await stream.read(4096):
        words = (words + piece)[-_LAST_WORDS:]
    return words.decode(errors="replace").strip()


def _promises(file: Path) -> tuple[dict[str, Any], ...]:
    """What the siege's report says of each promise; empty where there is no such report."""
    with suppress(OSError, ValueError, LookupError, TypeError):
        result = cast("dict[str, Any]", json.loads(file.read_text("utf-8")))["results"][0]
        return tuple(dict(one) for one in result["promises"])
    return ()
