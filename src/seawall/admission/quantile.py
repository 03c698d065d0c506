"""A quantile of a stream in constant memory. Knows counts; knows nothing of what it counts.

A histogram over a logarithmic scale whose older samples fade (as in HdrHistogram and DDSketch; Masson, VLDB 2019): one
sample moves it by its own weight and no more, whatever its size.
"""

from __future__ import annotations

from math import log2

# Half an octave a bin: a quantile is right to within a fifth of itself, which is far less than answers differ by.
BINS_AN_OCTAVE = 2
# Each sample takes a hundredth of the weight: the newest few hundred decide.
FADE = 0.99
# Weights are taken back to one before they grow so large that small ones are lost beside them.
MOST_WEIGHT = 1e6


class Quantile:
    """The ``share`` quantile of values from 1 to ``most``; ``prior`` until ``PRIOR_WEIGHT`` is outweighed."""

    PRIOR_WEIGHT = 4.0

    def __init__(self, share: float, *, prior: float, most: float) -> None:
        self._share = share
        self._bins = [0.0] * (_bin(most) + 1)
        self._bins[_bin(prior)] = self._total = self.PRIOR_WEIGHT
        self._newest = 1.0
        self.value = prior

    def learn(self, value: float) -> None:
        """Takes one sample. Instead of fading all that is older, the newest counts for more."""
        self._newest /= FADE
        if self._newest > MOST_WEIGHT:
            self._bins = [weight / self._newest for weight in self._bins]
            self._newest, self._total = 1.0, sum(self._bins)
        self._bins[min(_bin(value), len(self._bins) - 1)] += self._newest
        self._total += self._newest
        self.value = self._found()

    def _found(self) -> float:
        sought = self._share * self._total
        for number, weight in enumerate(self._bins):
            if weight >= sought:
                within = sought / weight if weight else 0.0
                return 2.0 ** ((number + within) / BINS_AN_OCTAVE)
            sought -= weight
        return 2.0 ** (len(self._bins) / BINS_AN_OCTAVE)


def _bin(value: float) -> int:
    return int(log2(value) * BINS_AN_OCTAVE) if value > 1 else 0
