"""How many questions an engine answers well at once, where it does not say. Knows times and counts; knows no engine.

The shape is that of Netflix' concurrency-limits (``Gradient2Limit``): a gradient, a square root of headroom,
smoothing, and no raise while the limit is not used. The signal is not: an answer's total time is long because the
answer is, so it says nothing about load. What does is how much later than in an idle engine the first token comes, for
the length of the prompt, and how much slower the others follow:

    gradient = min over both of  tolerance * baseline / now,  between 0.5 and 1
    limit   <- (1 - smoothing) * limit + smoothing * (limit * gradient + sqrt(limit))

A server that batches slows each answer down a little for every one that it takes on, and is right to, as long as
more come out: while tokens a second still grow with what is in flight, their covariance is positive and the limit
does not sink.
"""

from __future__ import annotations

from collections import deque
from math import sqrt
from statistics import fmean

from seawall.scheduling.slots import Slot, SlotOutcome
from seawall.scheduling.slowness import Slowness, normalised

# Where nothing is known: what most servers take without harm. The ceiling is the engine's own.
INITIAL = 16.0
# By how much slower than unloaded is still well served: the promise is 1.5 for the first token.
TOLERANCE = 1.5
SMOOTHING = 0.2
# A failure says more than a slow answer; once for each that fail together.
ON_FAILURE = 0.9
FAILURES_APART_S = 0.25
# Light load, from which baselines are taken: at most a quarter of the limit in flight.
LIGHT = 0.25
# Pairs of in-flight and tokens a second that the guard looks back on, one for each step.
REMEMBERED = 32
STEP_S = 1.0


class LearnedLimit:
    """A number between 1 and the engine's ceiling. Fed by each slot that ends, moved once a second."""

    def __init__(self) -> None:
        self.value = INITIAL
        self._signals = (Slowness(), Slowness())
        self._tokens = 0
        self._failed_s = float("-inf")
        self._most_held = 0
        self._seen: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)
        self._stepped_s: float | None = None

    def ended(self, slot: Slot, prompt_tokens: int, held: int, now_s: float, *, counts: bool) -> None:
        """A slot was given back while ``held`` were in use; its times count if it is a registered user's."""
        self._tokens += slot.tokens
        self._most_held = max(self._most_held, held)
        if slot.outcome is SlotOutcome.DROPPED:
            if now_s - self._failed_s >= FAILURES_APART_S:
                self._failed_s = now_s
                self.value = max(1.0, self.value * ON_FAILURE)
        elif counts and slot.first_token_ms is not None:
            light = held <= max(1.0, LIGHT * self.value)
            first, others = self._signals
            first.see(normalised(slot.first_token_ms, prompt_tokens), light=light)
            if slot.tokens > 1:
                others.see((slot.held_ms - slot.first_token_ms) / (slot.tokens - 1), light=light)

    def step(self, held: int, ceiling: int, waiting_inside: int, now_s: float) -> None:
        """Moves the limit. What waits inside the engine is beyond what it answers at once, whatever its times say."""
        self._most_held = max(self._most_held, held)
        if self._stepped_s is None:
            self._stepped_s = now_s
        elapsed_s = now_s - self._stepped_s
        if elapsed_s < STEP_S:
            return
        for signal in self._signals:
            signal.drift()
        self._seen.append((self._most_held, self._tokens / elapsed_s))
        if self._most_held > self.value / 2:
            gradient = min(_gradient(one) for one in self._signals)
            if gradient < 1 and self._still_pays():
                gradient = 1 - 1 / sqrt(self.value)  # Neither up nor down.
            if waiting_inside:
                gradient = min(gradient, 1 - (1 + waiting_inside) / max(self.value, 2.0))
            wanted = self.value * max(0.5, gradient) + (0 if waiting_inside else sqrt(self.value))
            self.value += SMOOTHING * (wanted - self.value)
        self.value = min(max(1.0, self.value), float(ceiling))
        self._stepped_s, self._tokens, self._most_held = now_s, 0, held

    def _still_pays(self) -> bool:
        """Whether more in flight has meant more tokens a second lately."""
        if len(self._seen) < REMEMBERED // 4:
            return False
        held, rates = (fmean(one) for one in zip(*self._seen, strict=True))
        covariance = fmean((one - held) * (rate - rates) for one, rate in self._seen)
        variance = fmean((one - held) ** 2 for one, _ in self._seen)
        # A slot more should bring at least a third of what a slot brings on the average.
        return variance > 0 and held > 0 and covariance / variance > rates / held / 3


def _gradient(signal: Slowness) -> float:
    return min(1.0, max(0.5, TOLERANCE / signal.ratio)) if signal.ratio > 0 else 1.0
