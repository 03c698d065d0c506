"""Closes a window every ten seconds, says what is thought of it, learns what is usual. Knows the clocks it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seawall.values.verdict import Kind, Share, Verdict
from seawall.values.window import WINDOW_S, Window, window_of
from seawall.verdict.baseline import Baseline
from seawall.verdict.classify import State, classify
from seawall.verdict.closing import Closing
from seawall.verdict.port import Influence, OnWindow
from seawall.verdict.pull import Pull
from seawall.verdict.signals import Signals

# When the two clocks differ by more after a window, somebody has set one, and the hour of the day is not to be trusted.
JUMP_S = 5.0
# Quiet days vary by no more (the 97th percentile in the bench): a crowd that stays must not make itself unseen.
MOST_SPREAD, MOST_REQUESTS_SPREAD = 6.0, 16.0
# A window that lasted longer is none: the process slept.
ASLEEP_S = 6 * WINDOW_S


@dataclass(frozen=True, slots=True)
class Said:
    """The last window with its verdict, and the state from which it was found."""

    before: State
    window: Window
    verdict: Verdict


class Lookout:
    """``look`` is to be called about once a second, on the event loop. Nothing else of it takes long.

    ``jumped`` is told of each jump of the wall clock, in seconds.
    """

    def __init__(
        self,
        signals: Signals,
        baseline: Baseline,
        influence: Influence,
        *,
        clock: Callable[[], float],
        unix_time: Callable[[], float],
        jumped: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self._signals = signals
        self._baseline = baseline
        self.closing = Closing(signals, baseline)
        self._pull = Pull(influence)
        self._clock = clock
        self._unix_time = unix_time
        self._jumped = jumped
        self._listeners: list[OnWindow] = []
        self._state = State()
        self._began_s, self._began_unix_s = clock(), unix_time()
        self.said: Said | None = None
        self.verdict = Verdict(Kind.UNCLEAR, self._began_unix_s, self._began_unix_s, _NOTHING, _NOTHING)

    def listen(self, listener: OnWindow) -> None:
        """Tells it each window from now on."""
        self._listeners.append(listener)

    def look(self) -> None:
        """Closes the window where it is time."""
        now_s = self._clock()
        lasted_s = now_s - self._began_s
        if lasted_s < WINDOW_S:
            return
        to_unix_s = self._unix_time()
        jump_s = to_unix_s - self._began_unix_s - lasted_s
        has_jumped = abs(jump_s) > JUMP_S
        if has_jumped:
            self._jumped(jump_s)
        # What the clock says now is all that anybody else will believe: the window ends there.
        # As it will be published, to the digit: else a stranger could come to another verdict than we did.
        window = window_of(self.closing.close(now_s, to_unix_s - lasted_s, to_unix_s).told())
        self._began_s, self._began_unix_s = now_s, to_unix_s
        if lasted_s <= ASLEEP_S:
            self._say(window, learns=not has_jumped)

    def _say(self, window: Window, *, learns: bool) -> None:
        before = self._state
        self._state, self.verdict = classify(before, window)
        self.said = Said(before, window, self.verdict)
        if learns:
            self._learn(window)
        self._signals.turn(is_usual=learns and self.verdict.kind not in (Kind.ATTACK, Kind.BOTH))
        self._pull.follow(window, self.verdict)
        for listener in self._listeners:
            listener(window, self.verdict)

    def _learn(self, window: Window) -> None:
        kind = self.verdict.kind
        features = {
            **window.features,
            "hostile": self.verdict.attack.middle,
            "spread": min(MOST_SPREAD, _spread(window.identities, window.usual.get("identities"))),
            "requests_spread": min(MOST_REQUESTS_SPREAD, _spread(window.requests, window.usual.get("requests"))),
        }
        self._baseline.learn(window.to_s, features, self.closing.fingerprints, kind)
        if kind in (Kind.NORMAL, Kind.UNCLEAR):
            self.closing.know_networks()


def _spread(now: float, usual: float | None) -> float:
    """By how much more than Poisson's a number varies: its variance over its mean."""
    return 1.0 if usual is None else (now - usual) ** 2 / max(1.0, usual)


_NOTHING = Share(0.0, 0.0, 1.0)
