"""How much slower an engine is than unloaded. Knows one normalised time, then and now; knows no slot.

What is normalised away is what has nothing to do with load: the length of the prompt, and that of the answer.
"""

from __future__ import annotations

BASELINE_WEIGHT, NOW_WEIGHT = 0.05, 0.2
# A baseline that no light load has confirmed drifts towards what is seen, or a model that was exchanged for a larger
# one would be held to the old one's times for ever.
DRIFT = 1 / 3600  # Each step of a second, so within about an hour.
# A prompt of so many tokens takes about as long to be read as the rest of a first token's way.
PROMPT_TOKENS = 256


def normalised(first_token_ms: float, prompt_tokens: int) -> float:
    """A first token's time as if there had been no prompt to read."""
    return first_token_ms / (1 + prompt_tokens / PROMPT_TOKENS)


class Slowness:
    """One normalised time: its baseline, and as it is now, both in milliseconds.

    ``believes_fast`` is whether a quick one under load lowers the baseline. Where times differ much from one to the
    next and light load is seldom, the quickest alone would make it, and all others seem slow.
    """

    def __init__(self, *, now_weight: float = NOW_WEIGHT, believes_fast: bool = True) -> None:
        self._now_weight = now_weight
        self._believes_fast = believes_fast
        self._baseline_ms: float | None = None
        self._now_ms = 0.0

    @property
    def ratio(self) -> float:
        """Now to unloaded; 1 before anything is known."""
        if self._baseline_ms is None or self._baseline_ms <= 0:
            return 1.0
        return self._now_ms / self._baseline_ms

    def see(self, ms: float, *, light: bool) -> None:
        """Takes one time; ``light`` if the engine had little to do meanwhile."""
        if self._baseline_ms is None:
            self._baseline_ms = self._now_ms = ms
            return
        self._now_ms += self._now_weight * (ms - self._now_ms)
        # Faster than the baseline is news of an idle engine whenever it comes; slower is so under light load only.
        if light or (self._believes_fast and ms < self._baseline_ms):
            self._baseline_ms += BASELINE_WEIGHT * (ms - self._baseline_ms)

    def drift(self) -> None:
        """A second has passed."""
        if self._baseline_ms is not None:
            self._baseline_ms += DRIFT * (self._now_ms - self._baseline_ms)
