"""Joins what finds the verdict: signals, lookout, what is usual and its file. Knows these; holds no logic itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from seawall.observing.heartbeat import Heartbeat
from seawall.observing.logs import logger
from seawall.observing.metrics import Labelled, Plain
from seawall.operating.baseline_file import EVERY_S, FILE_NAME, BaselineFile
from seawall.settings.verdict import VerdictSettings
from seawall.values.verdict import Kind, Verdict
from seawall.values.window import Window
from seawall.verdict.baseline import Baseline
from seawall.verdict.lookout import Lookout, Said
from seawall.verdict.port import OnWindow
from seawall.verdict.pulled import Pulled
from seawall.verdict.signals import Signals

LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Truth:
    """``signals`` is told what comes, None where nobody watches; ``pulled`` is where the shield reads what the verdict
    asks of it.
    """

    signals: Signals | None
    lookout: Lookout
    pulled: Pulled
    baseline: Baseline
    file: BaselineFile
    looking: Heartbeat
    saving: Saving

    def verdict(self) -> Verdict:
        """The last one; before the first window has closed, that nothing can be told yet."""
        return self.lookout.verdict

    def window(self) -> Window | None:
        """The last one that has closed."""
        said = self.lookout.said
        return None if said is None else said.window

    def said(self) -> Said | None:
        """The last window with its verdict and the state before it, from which anybody can find it again."""
        return self.lookout.said

    def listen(self, listener: OnWindow) -> None:
        """Tells it every window from now on, on the event loop."""
        self.lookout.listen(listener)

    def is_attack(self) -> bool:
        """Whether an attack is said at the moment, be it inside a surge."""
        return self.verdict().kind in (Kind.ATTACK, Kind.BOTH)

    def harder(self, network: str) -> int:
        """By how many levels the puzzles of this network's strangers are harder: one, where it takes part."""
        return int(self.pulled.weight_of(network) < 1)

    def was_cut(self, network: str) -> None:
        """A connection from there was too slow."""
        if self.signals is not None:
            self.signals.cut(network)

    def tried(self, asker: int, account: str) -> None:
        """Somebody tried to sign in."""
        if self.signals is not None:
            self.signals.tried(asker, account)

    def readings(self) -> Iterable[Plain | Labelled]:
        """For a scrape of the metrics."""
        verdict = self.verdict()
        for kind in Kind:
            yield "gauge", "seawall_verdict", "1 for what is said now.", float(kind is verdict.kind), {"kind": kind}
        for name, share in (("attack", verdict.attack), ("surge", verdict.surge)):
            text = "Estimated part of all requests, with the ends of its 90 % interval."
            for end, value in (("low", share.low), ("middle", share.middle), ("high", share.high)):
                yield "gauge", "seawall_verdict_share", text, value, {"of": name, "end": end}
        askers = 0.0 if self.signals is None else float(len(self.signals.crowd))
        yield "gauge", "seawall_verdict_askers", "Askers that are looked at.", askers

    def start(self) -> None:
        """Begins to look, on the running loop."""
        if self.signals is not None:
            self.looking.start()
            self.saving.start()

    async def close(self) -> None:
        """Keeps what is usual. Idempotent."""
        self.looking.close()
        await self.saving.close()


class Saving:
    """Keeps what is usual every ten minutes, and at the end."""

    def __init__(self, file: BaselineFile, baseline: Baseline) -> None:
        self._file = file
        self._baseline = baseline
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """On the running loop."""
        self._task = asyncio.create_task(self._keep_saving(), name="usual hours")

    async def close(self) -> None:
        """Idempotent; one that was never started keeps nothing."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self._file.save(self._baseline)

    async def _keep_saving(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self._file.save(self._baseline)


def seek_truth(
    settings: VerdictSettings,
    secret: bytes,
    data: Path | None,
    *,
    clock: Callable[[], float] = time.monotonic,
    unix_time: Callable[[], float] = time.time,
) -> Truth:
    """What finds the verdict of this service."""
    file = BaselineFile(data and data / FILE_NAME, unix_time=unix_time)
    baseline = file.load()
    key = blake2b(secret, digest_size=16, person=b"verdict").digest()
    signals = Signals(key, clock=clock, unix_time=unix_time, networks=baseline.networks)
    pulled = Pulled()
    lookout = Lookout(
        signals,
        baseline,
        pulled if settings.influence else Pulled(),
        clock=clock,
        unix_time=unix_time,
        jumped=lambda seconds: logger("verdict").warning("clock_jumped", seconds=round(seconds, 1)),
    )
    looking = Heartbeat(lambda _: lookout.look(), every_s=LOOK_S)
    return Truth(
        signals if settings.enabled else None, lookout, pulled, baseline, file, looking, Saving(file, baseline)
    )
