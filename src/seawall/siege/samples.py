"""What was seen during a run, as it is kept. Knows parts and times; draws no conclusion."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self


class Part(StrEnum):
    """Whose request it was."""

    REGISTERED = "registered"
    STRANGER = "stranger"
    LOGIN = "login"
    STATUS = "status"
    ATTACKER = "attacker"


@dataclass(frozen=True, slots=True)
class Sample:
    """One honest request, or one visit of a stranger who came back when told to. Seconds since the run began.

    ``first_s`` is how long the first token took, None where none came; ``service_class`` and ``posture`` as told.
    ``behind_s`` is the processor time of the door's first thread from asking to answer, where it could be seen: what
    the request waited for, without what other programs of the machine did meanwhile.
    """

    part: Part
    begun_s: float
    took_s: float
    status: int
    served: bool
    first_s: float | None = None
    gaps_s: tuple[float, ...] = ()
    tries: int = 1
    told_to_wait: bool = False
    code: str = ""
    service_class: str = ""
    tokens: int = 0
    behind_s: float | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a watcher saw at one moment. None where it could not be seen."""

    at_s: float
    memory_bytes: int | None = None
    cpu_s: float | None = None
    running: int | None = None
    waiting: int | None = None
    work_ms: dict[str, float] = field(default_factory=dict[str, float])
    lag_s: float = 0.0


@dataclass(slots=True)
class Tally:
    """What attackers did, a bucket a second. ``waves`` is keyed by whole seconds since the event began."""

    waves: dict[int, Counter[str]] = field(default_factory=lambda: dict[int, Counter[str]]())
    statuses: Counter[str] = field(default_factory=Counter[str])

    def count(self, at_s: float, what: str, status: int | None = None, number: int = 1) -> None:
        """``what`` is sent, served, refused, cut, or tokens."""
        self.waves.setdefault(int(at_s), Counter())[what] += number
        if status is not None:
            self.statuses[str(status)] += 1

    def total(self, what: str) -> int:
        return sum(wave[what] for wave in self.waves.values())

    def to_json(self) -> dict[str, Any]:
        return {"waves": {str(at): dict(wave) for at, wave in self.waves.items()}, "statuses": dict(self.statuses)}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        waves: dict[int, Counter[str]] = {int(at): Counter(wave) for at, wave in found["waves"].items()}
        return cls(waves, Counter[str](found["statuses"]))


@dataclass(frozen=True, slots=True)
class Pace:
    """How long each part of a run takes; ``scale`` divides lengths, think times and patience alike.

    ``steady`` multiplies rates and lengths of programs that ask at a fixed rate: a small engine takes less of them.
    """

    quiet_s: float = 60.0
    event_s: float = 120.0
    recovery_s: float = 60.0
    scale: float = 1.0
    steady: float = 1.0

    @property
    def first_s(self) -> float:
        """The event's first part, told apart from the rest: its first minute at full length."""
        return self.event_s / 2

    @property
    def event_ends_s(self) -> float:
        return self.quiet_s + self.event_s

    @property
    def total_s(self) -> float:
        return self.quiet_s + self.event_s + self.recovery_s

    def to_json(self) -> dict[str, float]:
        return asdict(self)


FULL = Pace()
QUICK = Pace(quiet_s=12.0, event_s=32.0, recovery_s=12.0, scale=4.0)


@dataclass(slots=True)
class Run:
    """All of one door, one mix, one seed."""

    door: str
    mix: str
    seed: int
    pace: Pace
    slots: int
    samples: list[Sample] = field(default_factory=list[Sample])
    looks: list[Look] = field(default_factory=list[Look])
    postures: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    tally: Tally = field(default_factory=Tally)
    status_path: str = ""
    notes: list[str] = field(default_factory=list[str])
