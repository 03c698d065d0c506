"""Keeps the windows that verdicts were found from, and says in the log what was found. Knows order; finds no verdict.

An entry comes whenever the kind changes, with each edit of an incident, and every five minutes: with the hash over all
windows since the one before, so that none of them can be edited afterwards. All are kept for two days, longer those of
an incident.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from seawall.observing.logs import logger
from seawall.observing.metrics import Totals
from seawall.records.port import Records, RecordsConflict, RecordsUnavailable
from seawall.records.truth_entries import KeepWindow, LastWindow, PruneWindows, WindowRow
from seawall.safeguards.log_entry import EntryKind, Facts
from seawall.safeguards.report.programs import verdict_program
from seawall.safeguards.served import NOTHING, served_told
from seawall.safeguards.window_records import digest_of, packed, record_text, verdict_told
from seawall.values.verdict import Kind, Verdict
from seawall.values.window import WINDOW_S, Window

EVERY = 30
"""Windows that an entry is over at most: five minutes."""
KEPT = int(48 * 3600 / WINDOW_S)
"""Windows that are kept whatever happened. Counted and not timed: a clock that jumps must not delete them."""
KEPT_OF_INCIDENTS = 250_000
"""However long an incident is, a month of windows at most: a quarter of a gigabyte where all are busy."""

_WAITING = 360
_PRUNE_EVERY = 360
_PAUSE_S = 5.0
# Whoever asks for a report waits so long for the newest windows, and no longer where the records are away.
FLUSH_S = 5.0

Times = Sequence[tuple[float, float]]


class Windows:
    """``append`` is the log's. ``before`` tells the state before the window that has just closed, ``totals`` and
    ``turned_away`` what was counted until now, ``incidents`` the times whose windows are kept longer.
    """

    def __init__(
        self,
        records: Records,
        append: Callable[[str, Facts], asyncio.Future[Any]],
        *,
        before: Callable[[], Mapping[str, Any]],
        totals: Callable[[], Totals],
        turned_away: Callable[[], Mapping[str, float]],
        incidents: Callable[[], Times],
    ) -> None:
        self._records = records
        self._append = append
        self._before = before
        self._totals = totals
        self._turned_away = turned_away
        self._incidents = incidents
        self._counted: Totals = NOTHING
        self._turned: Mapping[str, float] = {}
        self._number = 0
        self._group: list[str] = []
        self._said: Kind | None = None
        self._last: Verdict | None = None
        self._unkept: deque[WindowRow] = deque()
        self._awake = asyncio.Event()
        self._kept = asyncio.Event()
        self._kept.set()
        self._telling: asyncio.Future[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether a window that closes now would be kept."""
        return self._number > 0

    @property
    def is_kept(self) -> bool:
        """Whether all that closed so far is durable."""
        return not self._unkept

    def start(self) -> None:
        """Begins to keep, on the running loop, what closes once the last number is known."""
        verdict_program()  # Read now, as it runs: a file may be exchanged under a service, which goes on as it was.
        self._counted, self._turned = self._totals(), self._turned_away()
        self._task = asyncio.create_task(self._run(), name="windows")

    async def close(self) -> None:
        """Says what is left to say. Idempotent."""
        if self._task is not None:
            self.seal()
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            with suppress(RecordsUnavailable, RecordsConflict):
                await self._keep_all()

    def on_window(self, window: Window, verdict: Verdict) -> None:
        """A window has closed."""
        totals, turned = self._totals(), self._turned_away()
        away = {why: count - self._turned.get(why, 0.0) for why, count in turned.items()}
        served = served_told(self._counted, totals, away)
        self._counted, self._turned = totals, turned
        if not self._number or len(self._unkept) >= _WAITING:
            return  # Nobody could check a window that is not kept.
        try:
            text = record_text(self._number, window, verdict, self._before(), served)
        except ValueError as error:  # A number that is none: the next listener is to hear of the window all the same.
            logger("windows").error("window_not_told", reason=str(error))
            return
        self._unkept.append(WindowRow(self._number, window.from_s, window.to_s, packed(text)))
        self._awake.set()
        self._kept.clear()
        self._group.append(text)
        self._number, self._last = self._number + 1, verdict
        if verdict.kind is not self._said or len(self._group) >= EVERY:
            self._say(verdict)

    def seal(self) -> None:
        """Says now what was found until now: whoever asks about an incident should not wait five minutes for proof."""
        if self._last is not None and self._group:
            self._say(self._last)

    async def flush(self, within_s: float = FLUSH_S) -> None:
        """Says it, and returns once the log and the records have all of it, or after so long."""
        self.seal()
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                if self._telling is not None:
                    await asyncio.shield(self._telling)
                await self._kept.wait()

    def _say(self, verdict: Verdict) -> None:
        windows = {
            "first": self._number - len(self._group),
            "last": self._number - 1,
            "sha256": digest_of(self._group),
            "program": verdict_program(),
        }
        self._said = verdict.kind
        self._group = []
        self._telling = self._append(EntryKind.VERDICT, {**verdict_told(verdict), "windows": windows})

    async def _run(self) -> None:
        while not self._number:
            with suppress(RecordsUnavailable):
                self._number = await self._records.read(LastWindow()) + 1
                break
            await asyncio.sleep(_PAUSE_S)
        while True:
            try:
                await self._keep_all()
            except RecordsConflict as conflict:
                # Another service writes to the same records: what it keeps stands.
                logger("windows").error("window_not_kept", reason=str(conflict))
                self._unkept.popleft()
            except RecordsUnavailable as error:
                logger("windows").warning("windows_wait", reason=str(error))
                await asyncio.sleep(_PAUSE_S)
            else:
                self._kept.set()
                self._awake.clear()
                await self._awake.wait()

    async def _keep_all(self) -> None:
        while self._unkept:
            row = self._unkept[0]
            await self._records.write(KeepWindow(row))
            self._unkept.popleft()
            if row.number % _PRUNE_EVERY == 0:
                spared = tuple(self._incidents())
                await self._records.write(PruneWindows(row.number - KEPT, row.number - KEPT_OF_INCIDENTS, spared))
