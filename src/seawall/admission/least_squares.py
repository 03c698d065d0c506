"""Fits few coefficients to samples as they come. Knows numbers; knows neither tokens nor engines.

Recursive least squares with exponential forgetting (Haykin, "Adaptive Filter Theory", ch. 10), with three guards, as
whoever asks also makes the samples: no coefficient becomes negative, a residual counts no further than a few times the
usual one (Huber, 1964), and no coefficient moves by more than a part of itself at once.
"""

from __future__ import annotations

# The newest 200 samples or so decide: an engine's speed changes with its load, within minutes.
FORGETTING = 0.995
# How far a residual counts, in usual residuals.
RESIDUALS = 3.0
# How much of itself a coefficient may change by one sample.
STEP = 0.2
# Uncertainty beyond which forgetting stops: without new directions in the samples it would grow without end.
MOST_UNCERTAIN = 1e3


class LeastSquares:
    """``predict(x) = sum(coefficient * x)`` over two features of unit size or so; written out, for speed."""

    def __init__(self, coefficients: tuple[float, float]) -> None:
        first, second = self.coefficients = coefficients
        self._floors = (first * STEP * STEP, second * STEP * STEP)
        # The inverse correlation, which is symmetric: its corners, and what lies beside them.
        self._inverse = (1.0, 0.0, 1.0)
        self._usual: float | None = None

    def predict(self, features: tuple[float, float]) -> float:
        """Never negative."""
        return self.coefficients[0] * features[0] + self.coefficients[1] * features[1]

    def learn(self, features: tuple[float, float], value: float) -> None:
        """Takes one sample. Costs about two microseconds."""
        residual = self._bounded(value - self.predict(features))
        first_gain, second_gain = self._gain(features)
        first, second = self.coefficients
        self.coefficients = (
            _step(first, first + first_gain * residual, self._floors[0]),
            _step(second, second + second_gain * residual, self._floors[1]),
        )

    def _bounded(self, residual: float) -> float:
        size = abs(residual)
        if self._usual is None:
            self._usual = size
        bound = RESIDUALS * self._usual
        self._usual += 0.05 * (min(size, bound or size) - self._usual)
        return max(-bound, min(bound, residual)) if bound else residual

    def _gain(self, features: tuple[float, float]) -> tuple[float, float]:
        """The Kalman gain of this sample; the inverse correlation is moved on by the way."""
        x, y = features
        xx, xy, yy = self._inverse
        px, py = xx * x + xy * y, xy * x + yy * y
        scale = FORGETTING + x * px + y * py
        gx, gy = px / scale, py / scale
        forget = FORGETTING if max(xx, yy) < MOST_UNCERTAIN else 1.0
        self._inverse = ((xx - gx * px) / forget, (xy - gx * py) / forget, (yy - gy * py) / forget)
        return gx, gy


def _step(before: float, after: float, floor: float) -> float:
    """Towards ``after``, by a part of itself at most; from zero it can rise again by the floor."""
    reach = max(before * STEP, floor)
    return max(0.0, before - reach, min(before + reach, after))
