"""The real shield before the stub engine, and what became of each who asked. Knows the line; knows no mix."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from seawall.answering.answer import Answering, Unkept
from seawall.answering.meter import UsageMeter
from seawall.observing.metrics import Metrics
from seawall.records.opening import open_records
from seawall.screening.shape import Screening
from seawall.settings.tree import Settings
from seawall.shield import Shield, raise_shield
from seawall.values.arrival import Arrival
from seawall.values.piece import Piece
from seawall.values.question import Question
from seawall.values.refusal import Refusal
from seawall.verdict.pulled import Pulled
from stub_engine import Pace, StubEngine
from virtual_siege.askers import BEGAN_UNIX_S, Asker, Kind


@dataclass(slots=True)
class Asked:
    """One question and what became of it. Times are virtual seconds since the siege began."""

    kind: Kind
    service_class: str
    asked_s: float
    first_token_s: float | None = None
    last_token_s: float = 0.0
    ended_s: float | None = None
    tokens: int = 0
    refusal: Refusal | None = None

    @property
    def waited_s(self) -> float:
        """From asking to the first token; without end where none came."""
        return float("inf") if self.first_token_s is None else self.first_token_s - self.asked_s

    @property
    def token_s(self) -> float | None:
        """The mean time between this answer's tokens."""
        if self.first_token_s is None or self.tokens < 2:
            return None
        return (self.last_token_s - self.first_token_s) / (self.tokens - 1)


class House:
    """Raised within a running virtual loop."""

    def __init__(
        self,
        settings: Settings,
        pace: Pace,
        random: Random,
        *,
        everywhere_home: bool = False,
        pulled: Pulled | None = None,
    ) -> None:
        self._everywhere_home = everywhere_home
        self._loop = asyncio.get_running_loop()
        self.began_s = self._loop.time()
        self.engine = StubEngine(pace)
        self.shield: Shield = raise_shield(
            settings, self.engine, random=random, clock=self._loop.time, unix_time=self.unix_time, pulled=pulled
        )
        # Neither the meter nor its records are started: what is counted stays in memory.
        meter = UsageMeter(open_records("", Path("unused")), unix_time=self.unix_time)
        self._line = Answering(
            self.shield.admission,
            Screening(lambda: self.engine.report().models),
            self.shield.queue,
            self.engine,
            meter,
            Metrics(),
            self._loop.time,
        )
        self._numbers = count(1)
        self.asked: list[Asked] = []

    def unix_time(self) -> float:
        """The calendar's time, which runs with the virtual clock."""
        return BEGAN_UNIX_S + self._loop.time() - self.began_s

    @property
    def now_s(self) -> float:
        """Seconds since the siege began."""
        return self._loop.time() - self.began_s

    async def ask(self, asker: Asker, question: Question, patience_s: float, *, leaves_s: float = 1e9) -> Asked:
        """Asks as the API does: the door first, then the line. The asker leaves when no token came within its
        patience, and at the latest ``leaves_s`` after the first one."""
        admission = self.shield.admission
        if self._everywhere_home and asker.identity.homes:
            asker = asker.at_home()
        now_s = self.now_s
        asked = Asked(asker.kind, admission.class_of(asker.identity, asker.place).value, now_s)
        self.asked.append(asked)
        asked.refusal = admission.hopeless(asker.identity, asker.place)
        if asked.refusal is None:
            arrival = Arrival(f"r{next(self._numbers)}", self._loop.time(), asker.place, asker.identity, question)
            try:
                async with asyncio.timeout(patience_s) as patience:
                    await self._hear(arrival, asked, patience, leaves_s)
            except TimeoutError:
                pass
        asked.ended_s = self.now_s
        return asked

    async def _hear(self, arrival: Arrival, asked: Asked, patience: asyncio.Timeout, leaves_s: float) -> None:
        async with aclosing(self._line.answer(arrival, Unkept())) as steps:
            async for step in steps:
                if isinstance(step, Piece) and step.tokens:
                    asked.last_token_s = self.now_s
                    if asked.first_token_s is None:
                        asked.first_token_s = self.now_s
                        patience.reschedule(self._loop.time() + leaves_s)
                    asked.tokens += step.tokens
                elif isinstance(step, Refusal):
                    asked.refusal = step
