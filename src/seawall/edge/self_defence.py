"""How near the process is to its own limits, in four stages. Knows readings and a clock; refuses nobody itself."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from seawall.observing.logs import logger

LOOK_S = 0.25
# A second of looks: a full collection or a long body holds the loop once, an attack holds it again and again.
LOOKS = 4
# What calls for a stage has to stay away so long, below so much of where it called, before the stage is left. One step
# at a time, so that a flood which pauses does not swing the service between open and shut.
CALM_S = 10.0
CALM_BELOW = 0.85


class Stage(IntEnum):
    """What each stage does is done by others, who ask for it.

    TIGHT: idle connections are closed early. DEFENDING: strangers are refused at the gate, except for what
    signing in needs. SURVIVAL: only known credentials, operators and probes enter.
    """

    CALM = 0
    TIGHT = 1
    DEFENDING = 2
    SURVIVAL = 3


@dataclass(frozen=True, slots=True)
class Use:
    """Parts of what the process may have, 0 to 1."""

    memory: float
    descriptors: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where on each reading calls for TIGHT, DEFENDING and SURVIVAL."""

    # The kernel ends the process at 1.0; Python gives memory back late, so the last stage begins well before.
    memory: tuple[float, float, float] = (0.80, 0.88, 0.94)
    # Past 1.0 no connection is accepted and no file is opened, the database's neither.
    descriptors: tuple[float, float, float] = (0.70, 0.85, 0.95)
    # A token that comes so late is seen by the reader: 50 ms is the posture's bound, and ten times that nobody's aim.
    lag_ms: tuple[float, float, float] = (100.0, 500.0, 2000.0)


class SelfDefence:
    """Looks four times a second. Memory and descriptors call at once, lag when it lasts for a second."""

    def __init__(self, read: Callable[[], Use], *, clock: Callable[[], float], bounds: Bounds | None = None) -> None:
        self._read = read
        self._clock = clock
        self._bounds = bounds or Bounds()
        self._stage = Stage.CALM
        self._called_s = clock()
        self._lags: deque[float] = deque(maxlen=LOOKS)
        self._use = Use(0.0, 0.0)
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = 0.0
        self._changes = 0

    @property
    def stage(self) -> Stage:
        """The stage of now."""
        return self._stage

    @property
    def lag_ms(self) -> float:
        """The longest that the loop kept a timer waiting within the last second."""
        return max(self._lags, default=0.0)

    @property
    def use(self) -> Use:
        """As read at the last look."""
        return self._use

    @property
    def changes(self) -> int:
        """How often the stage has changed."""
        return self._changes

    def start(self) -> None:
        """Begins to look, on the running loop."""
        self._wait(asyncio.get_running_loop())

    def close(self) -> None:
        """Idempotent."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def look(self, lag_ms: float) -> Stage:
        """One look; ``lag_ms`` is by how much it came too late."""
        self._lags.append(lag_ms)
        self._use = self._read()
        wanted = self._called_for(1.0)
        if wanted > self._stage:
            self._become(wanted)
        elif self._called_for(CALM_BELOW) >= self._stage:
            self._called_s = self._clock()
        elif self._clock() - self._called_s >= CALM_S:
            self._become(Stage(self._stage - 1))
        return self._stage

    def _called_for(self, part: float) -> Stage:
        """The highest stage that a reading calls for, were the bounds at ``part`` of where they are."""
        # While fewer looks than a second's were made, nothing has lasted for a second.
        lasting_ms = min(self._lags) if len(self._lags) == LOOKS else 0.0
        readings = (
            (self._use.memory, self._bounds.memory),
            (self._use.descriptors, self._bounds.descriptors),
            (lasting_ms, self._bounds.lag_ms),
        )
        return Stage(max(sum(value >= bound * part for bound in bounds) for value, bounds in readings))

    def _become(self, stage: Stage) -> None:
        tell = logger("edge").warning if stage > self._stage else logger("edge").info
        tell(
            "self_defence",
            stage=stage.name.lower(),
            before=self._stage.name.lower(),
            memory=round(self._use.memory, 3),
            descriptors=round(self._use.descriptors, 3),
            lag_ms=round(self.lag_ms),
        )
        self._stage = stage
        self._called_s = self._clock()
        self._changes += 1

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        # The loop's own clock, for it is the loop that is measured.
        self._due_s = loop.time() + LOOK_S
        self._timer = loop.call_at(self._due_s, self._timed, loop)

    def _timed(self, loop: asyncio.AbstractEventLoop) -> None:
        self.look(max(0.0, loop.time() - self._due_s) * 1000)
        self._wait(loop)
