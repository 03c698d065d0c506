"""How hard the service is pressed, and by what. Knows loads and waits; knows neither postures nor who asks.

Each part is 1 where a promise is about to break. The parts that come from a line count only where the line is a crowd:
on a small machine three people who chat wait for each other as a matter of course, and that is no siege. What a model
server tells of itself always counts: who fills it need not have come through here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, fields

from seawall.admission.fading import Fading
from seawall.values.load import ClassLoad, Load
from seawall.values.served import Served
from seawall.values.ticket import ServiceClass

# An engine's KV cache thrashes (preempts and computes anew) when it is nearly full.
KV_FULL = 0.9
# A loop that is late by more makes every stream and every refusal late.
LAG_S = 0.05
# Up to one round of the slots, or this few, a line is how a small machine is shared.
FEW = 4
# What was refused for want of room counts as if it still stood in line for so long: a line that is kept short by
# refusing is no short line.
REFUSED_HALF_LIFE_S = 5.0
# The promise allows one registered question in a hundred to fail. Burning ten hundredths at once, over both a short
# and a longer while, is no accident (Google SRE workbook, ch. 5: alerts by burn rate over two windows).
BUDGET, BURN = 0.01, 10.0
SHORT_S, LONG_S = 10.0, 60.0
# Below so many questions a share says nothing.
ENOUGH = 10.0
# What registered users do to each other raises the posture by one step and no more: keeping others out, which is what
# a siege is for, would not help them. Brownout does.
OWN_DOING = 1.5


@dataclass(frozen=True, slots=True)
class Pressure:
    """The parts: C1's wait, others' wait, KV cache and what waits inside the engine, loop lag, C1 refused; and what the
    verdict asks for where it sees an attack, before anything is full.
    """

    queue: float = 0.0
    others: float = 0.0
    kv: float = 0.0
    loop: float = 0.0
    refused: float = 0.0
    verdict: float = 0.0

    @property
    def most(self) -> float:
        """The part that presses hardest."""
        return max(astuple(self))

    @property
    def because(self) -> str:
        """Its name; empty while nothing presses."""
        name, value = max(((field.name, getattr(self, field.name)) for field in fields(self)), key=lambda one: one[1])
        return name if value > 0 else ""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw. ``c1_wait_s`` is what a registered user would wait, ``burning`` the promise's budget."""

    pressure: Pressure
    burning: bool
    c1_wait_s: float
    crowd: bool
    others: bool


class PressureGauge:
    """Counts what is asked and refused, and reads the rest from the queue's load."""

    def __init__(
        self, *, promise_s: float, patience_s: Callable[[ServiceClass], float], clock: Callable[[], float]
    ) -> None:
        self._promise_s = promise_s
        self._patience_s = patience_s
        self._refused = {one: Fading(REFUSED_HALF_LIFE_S, clock) for one in ServiceClass}
        self._asked_c1 = [Fading(half_life_s, clock) for half_life_s in (SHORT_S, LONG_S)]
        self._broken_c1 = [Fading(half_life_s, clock) for half_life_s in (SHORT_S, LONG_S)]
        self._refused_c1 = Fading(SHORT_S, clock)

    def turned_away(self, service_class: ServiceClass) -> None:
        """Somebody of this class was refused for want of room."""
        self._refused[service_class].add()
        if service_class is ServiceClass.C1:
            self._refused_c1.add()
            self._count_c1(broken=True)

    def served(self, service_class: ServiceClass, served: Served) -> None:
        """A ticket ended otherwise than by a refusal for want of room."""
        if service_class is ServiceClass.C1:
            self._count_c1(broken=served.queued_ms > self._promise_s * 1000)

    def look(self, load: Load, lag_s: float, hint: float = 0.0) -> Look:
        """How it is now. ``hint`` is what the verdict asks for: one step up and never two, as it may be wrong."""
        refused = {one: fading.value() for one, fading in self._refused.items()}
        crowd = load.waiting + sum(refused.values()) > max(FEW, load.slots)
        others = [one for one in ServiceClass if one.rank > ServiceClass.C1.rank and _asks(load.of(one), refused[one])]
        c1 = load.of(ServiceClass.C1)
        c1_wait_s = max(c1.expected_wait_s, c1.oldest_wait_s) if crowd else 0.0
        most_own = float("inf") if any(load.of(one).held or load.of(one).waiting for one in others) else OWN_DOING
        pressure = Pressure(
            queue=min(most_own, c1_wait_s / self._promise_s),
            others=max((self._impatience(load, one) for one in others), default=0.0) if crowd else 0.0,
            kv=max(load.kv_use / KV_FULL if crowd else 0.0, _told(load)),
            loop=lag_s / LAG_S,
            refused=min(most_own, self._share(self._refused_c1, self._asked_c1[0]) / BUDGET) if crowd else 0.0,
            verdict=min(OWN_DOING, hint),
        )
        return Look(pressure, crowd and bool(others) and self._burns(), c1_wait_s, crowd, bool(others))

    def _impatience(self, load: Load, one: ServiceClass) -> float:
        return load.of(one).expected_wait_s / self._patience_s(one)

    def _count_c1(self, *, broken: bool) -> None:
        for asked, failed in zip(self._asked_c1, self._broken_c1, strict=True):
            asked.add()
            if broken:
                failed.add()

    def _burns(self) -> bool:
        return all(
            self._share(failed, asked) > BURN * BUDGET
            for asked, failed in zip(self._asked_c1, self._broken_c1, strict=True)
        )

    @staticmethod
    def _share(part: Fading, whole: Fading) -> float:
        return part.value() / max(ENOUGH, whole.value())


def _told(load: Load) -> float:
    """By its own word the engine is full, or has as many waiting as it answers at once. Those may be other programs'
    questions, which keeping strangers out here would not end: so no siege comes of it. An engine that is well used but
    not full is as it should be: halved, that keeps no posture from coming down."""
    full = max(load.told_kv_use / KV_FULL, load.inside / max(FEW, load.slots))
    return min(OWN_DOING, full) if full >= 1 else full / 2


def _asks(load: ClassLoad, refused: float) -> bool:
    """Whether anybody of a class is here; half a refusal of late is one that has faded for one half-life."""
    return bool(load.waiting or load.held) or refused >= 0.5


def is_free(load: Load) -> bool:
    """Whether the whole engine is there for who comes next."""
    return load.slots > 0 and not load.waiting and not load.held and load.kv_use < KV_FULL
