"""How the service stands towards the outside, and when that changes. Knows pressure and time; knows no request.

    NORMAL -> ELEVATED  pressure > 1 for 2 s
           -> SIEGE     pressure > 1.5 for 5 s, or the promise to registered users burns; at once where the loop lags
    down by one step    after pressure < 0.6 for 60 s (300 s from SIEGE), twice as long after each relapse, up to 30 min

Between 0.6 and 1 nothing changes, and going down takes thirty times as long as going up: an attacker who comes in
pulses would otherwise meet an open door at each. The operator's pin goes over all of it until it expires.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

ELEVATED_ABOVE, ELEVATED_AFTER_S = 1.0, 2.0
SIEGE_ABOVE, SIEGE_AFTER_S = 1.5, 5.0
SIEGE_AT_LAG_S = 0.25
CALM_BELOW = 0.6
HOLD_ELEVATED_S, HOLD_SIEGE_S, LONGEST_HOLD_S = 60.0, 300.0, 1800.0


class Posture(StrEnum):
    """Told on every API answer."""

    NORMAL = "normal"
    ELEVATED = "elevated"
    SIEGE = "siege"

    @property
    def step(self) -> int:
        """0, 1, 2."""
        return _STEPS[self]

    @property
    def below(self) -> Posture:
        """One step down; NORMAL's is itself."""
        return _ORDER[max(0, self.step - 1)]


_ORDER = tuple(Posture)
_STEPS = {posture: step for step, posture in enumerate(Posture)}


@dataclass(frozen=True, slots=True)
class Pin:
    """The operator's word. ``until_unix_s`` is when it ends, None for never; ``by`` says who gave it."""

    posture: Posture
    until_unix_s: float | None
    by: str


@dataclass(frozen=True, slots=True)
class Stance:
    """The posture as it is told: since when, by what, and what it would be without the pin."""

    posture: Posture
    since_unix_s: float
    because: str
    automatic: Posture
    pin: Pin | None


class _Since:
    """For how long something has held without a break."""

    __slots__ = ("_began_s",)

    def __init__(self) -> None:
        self._began_s: float | None = None

    def held_s(self, holds: bool, now_s: float) -> float:
        """Seconds that it has held by now; -1 where it does not hold."""
        if not holds:
            self._began_s = None
            return -1.0
        if self._began_s is None:
            self._began_s = now_s
        return now_s - self._began_s


class PostureKeeper:
    """Moves the posture by one look after the other, of which there are four a second."""

    def __init__(self, *, clock: Callable[[], float], unix_time: Callable[[], float]) -> None:
        self._clock = clock
        self._unix_time = unix_time
        self._automatic = Posture.NORMAL
        self._pin: Pin | None = None
        self._told = Posture.NORMAL
        self._since_unix_s = unix_time()
        self._because = ""
        self._pressed, self._besieged, self._calm = _Since(), _Since(), _Since()
        self._relapses = 0
        self._lowered_s: float | None = None

    @property
    def now(self) -> Posture:
        """The posture that holds, the operator's or our own."""
        return self._told

    def stance(self) -> Stance:
        """All of it, for whom it is told."""
        return Stance(self._told, self._since_unix_s, self._because, self._automatic, self._pin)

    def pin(self, pin: Pin | None) -> None:
        """Takes the operator's word, or gives it back with None."""
        self._pin = pin
        self._tell()

    def look(self, pressure: float, because: str, *, lag_s: float = 0.0, burning: bool = False) -> Posture:
        """Takes how it is now, and returns the posture that follows."""
        now_s = self._clock()
        wanted = self._wanted(pressure, now_s, lag_s=lag_s, burning=burning)
        calm_s = self._calm.held_s(pressure < CALM_BELOW, now_s)
        if wanted.step > self._automatic.step:
            self._raise(wanted, because, now_s)
        elif self._automatic is not Posture.NORMAL and calm_s >= self._hold_s():
            self._automatic = self._automatic.below
            self._lowered_s = now_s
            self._calm = _Since()
            self._because = because if self._automatic is not Posture.NORMAL else ""
        self._tell()
        return self._told

    def _wanted(self, pressure: float, now_s: float, *, lag_s: float, burning: bool) -> Posture:
        pressed_s = self._pressed.held_s(pressure > ELEVATED_ABOVE, now_s)
        besieged_s = self._besieged.held_s(pressure > SIEGE_ABOVE, now_s)
        if besieged_s >= SIEGE_AFTER_S or burning or lag_s > SIEGE_AT_LAG_S:
            return Posture.SIEGE
        return Posture.ELEVATED if pressed_s >= ELEVATED_AFTER_S else Posture.NORMAL

    def _raise(self, posture: Posture, because: str, now_s: float) -> None:
        """A relapse is to be raised again within the longest hold after having been lowered."""
        if self._lowered_s is not None:
            self._relapses = self._relapses + 1 if now_s - self._lowered_s < LONGEST_HOLD_S else 0
            self._lowered_s = None
        self._automatic = posture
        self._because = because

    def _hold_s(self) -> float:
        hold_s = HOLD_SIEGE_S if self._automatic is Posture.SIEGE else HOLD_ELEVATED_S
        return min(LONGEST_HOLD_S, hold_s * 2.0 ** min(self._relapses, 16))

    def _tell(self) -> None:
        pin = self._pin
        if pin is not None and pin.until_unix_s is not None and pin.until_unix_s <= self._unix_time():
            pin = self._pin = None
        told = pin.posture if pin is not None else self._automatic
        if told is not self._told:
            self._told = told
            self._since_unix_s = self._unix_time()
