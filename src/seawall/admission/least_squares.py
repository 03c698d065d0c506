"""Fits few coefficients to samples as they come. Knows numbers; knows neither tokens nor engines.

Recursive least squares with exponential forgetting (Haykin, "Adaptive Filter Theory", ch. 10), with three guards, as
whoever asks also makes the samples: no coefficient becomes negative, a residual counts no further than a few times the
usual one (Huber, 1964), and no coefficient moves by more than a part of itself at once.
"""

from __future__ import annotations

from collections.abc import Sequence

# The newest 200 samples or so decide: an engine's speed changes with its load, within minutes.
FORGETTING = 0.995
# How far a residual counts, in usual residuals.
RESIDUALS = 3.0
# How much of itself a coefficient may change by one sample.
STEP = 0.2
# Uncertainty beyond which forgetting stops: without new directions in the samples it would grow without end.
MOST_UNCERTAIN = 1e3


class LeastSquares:
    """``predict(x) = sum(coefficient * x)`` over features of about unit size."""

    def __init__(self, coefficients: Sequence[float]) -> None:
        self.coefficients = tuple(coefficients)
        self._floors = tuple(each * STEP * STEP for each in coefficients)
        size = len(self.coefficients)
        self._inverse = [[float(row == column) for column in range(size)] for row in range(size)]
        self._usual: float | None = None

    def predict(self, features: Sequence[float]) -> float:
        """Never negative."""
        return sum(each * x for each, x in zip(self.coefficients, features, strict=True))

    def learn(self, features: Sequence[float], value: float) -> None:
        """Takes one sample. Costs a few microseconds."""
        residual = self._bounded(value - self.predict(features))
        gain = self._gain(features)
        moved = zip(self.coefficients, gain, self._floors, strict=True)
        self.coefficients = tuple(_step(each, each + one * residual, floor) for each, one, floor in moved)

    def _bounded(self, residual: float) -> float:
        size = abs(residual)
        if self._usual is None:
            self._usual = size
        bound = RESIDUALS * self._usual
        self._usual += 0.05 * (min(size, bound or size) - self._usual)
        return max(-bound, min(bound, residual)) if bound else residual

    def _gain(self, features: Sequence[float]) -> list[float]:
        """The Kalman gain of this sample; the inverse correlation is moved on by the way."""
        inverse = self._inverse
        size = range(len(features))
        projected = [sum(inverse[row][column] * features[column] for column in size) for row in size]
        scale = FORGETTING + sum(x * p for x, p in zip(features, projected, strict=True))
        gain = [each / scale for each in projected]
        forget = FORGETTING if max(inverse[one][one] for one in size) < MOST_UNCERTAIN else 1.0
        self._inverse = [
            [(inverse[row][column] - gain[row] * projected[column]) / forget for column in size] for row in size
        ]
        return gain


def _step(before: float, after: float, floor: float) -> float:
    """Towards ``after``, by a part of itself at most; from zero it can rise again by the floor."""
    reach = max(before * STEP, floor)
    return max(0.0, before - reach, min(before + reach, after))
