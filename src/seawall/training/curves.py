"""Curves over steps as inline SVG, and shares with their intervals. Knows scales; colours are the page's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 400, 180, 52, 10, 10, 26
ROW = 34
# A line is not finer than its page: more points are drawn as the mean and the range of neighbours.
MOST_POINTS = 200

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """``style`` is a class of the page's. ``points`` are (step, value); values that are no numbers are left out."""

    name: str
    style: str
    points: Sequence[Point]


def curves(title: str, drawn: Sequence[Curve], *, from_zero: bool = False) -> str:
    """A figure with its caption and a word for each curve, so that none is told by colour alone."""
    finite = [Curve(one.name, one.style, [at for at in one.points if math.isfinite(at[1])]) for one in drawn]
    values = [value for one in finite for _, value in one.points]
    steps = [step for one in finite for step, _ in one.points]
    if not values:
        return ""
    scale = _Scale(min(steps), max(steps), 0.0 if from_zero else min(values), max(values))
    marks = [*scale.grid(), *(_drawn(one, scale) for one in finite if one.points)]
    legend = (
        " ".join(f'<span class="{one.style}">{escape(one.name)}</span>' for one in finite) if len(finite) > 1 else ""
    )
    return _figure(f"{escape(title)} {legend}", title, HEIGHT, "".join(marks))


def intervals(title: str, shares: Sequence[tuple[str, float, tuple[float, float]]]) -> str:
    """A dot and a bar for each share and its 95 % interval, on one axis from 0 to the highest, or to all."""
    top = min(max((high for _, _, (_, high) in shares), default=0.0) * 1.1, 1.0) or 1.0
    left, height = 140, ROW * len(shares) + BOTTOM

    def x(share: float) -> float:
        return left + (WIDTH - left - 50) * share / top

    marks: list[str] = []
    for at, (name, share, (low, high)) in enumerate(shares):
        y = ROW * at + ROW / 2
        marks.append(f'<text x="{left - 10}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        ends = f"M{x(low):.1f} {y - 5}v10M{x(high):.1f} {y - 5}v10"
        marks.append(f'<path class="interval" d="M{x(low):.1f} {y}H{x(high):.1f}{ends}"/>')
        marks.append(f'<circle class="dot" cx="{x(share):.1f}" cy="{y}" r="4"/>')
        marks.append(f'<text x="{x(high) + 8:.1f}" y="{y + 4}">{share:.1%}</text>')
    marks.append(f'<path class="grid" d="M{left} {ROW * len(shares)}H{WIDTH}"/>')
    marks += [
        f'<text x="{x(0)}" y="{height - 6}">0</text>',
        f'<text x="{x(top)}" y="{height - 6}" text-anchor="end">{top:.0%}</text>',
    ]
    return _figure(escape(title), title, height, "".join(marks))


@dataclass(frozen=True, slots=True)
class _Scale:
    first: float
    last: float
    low: float
    high: float

    def x(self, step: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((step - self.first) / (self.last - self.first or 1.0))

    def y(self, value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - self.low) / (self.high - self.low or 1.0))

    def grid(self) -> list[str]:
        marks: list[str] = []
        for part in (0.0, 0.5, 1.0):
            value = self.low + part * (self.high - self.low)
            y = self.y(value)
            marks.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            marks.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_told(value)}</text>')
        marks.append(f'<text x="{LEFT}" y="{HEIGHT - 6}">step {self.first:g}</text>')
        marks.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{self.last:g}</text>')
        return marks


def _told(value: float) -> str:
    if 0 < abs(value) < 1e-3:
        return f"{value:.1e}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _drawn(curve: Curve, scale: _Scale) -> str:
    """A line of means; where points were put together, a band from the lowest to the highest of them behind it."""
    size = math.ceil(len(curve.points) / MOST_POINTS)
    groups = [curve.points[at : at + size] for at in range(0, len(curve.points), size)]
    means = [(group[len(group) // 2][0], sum(value for _, value in group) / len(group)) for group in groups]
    line = "L".join(f"{scale.x(step):.1f} {scale.y(value):.1f}" for step, value in means)
    path = f'<path class="line {curve.style}" d="M{line}h.1"/>'
    if size == 1:
        return path
    at = [scale.x(step) for step, _ in means]
    up = [f"{x:.1f} {scale.y(max(value for _, value in group)):.1f}" for x, group in zip(at, groups, strict=True)]
    down = [f"{x:.1f} {scale.y(min(value for _, value in group)):.1f}" for x, group in zip(at, groups, strict=True)]
    return f'<path class="band {curve.style}" d="M{"L".join([*up, *down[::-1]])}Z"/>{path}'


def _figure(caption: str, label: str, height: float, marks: str) -> str:
    return (
        f'<figure><figcaption>{caption}</figcaption><svg viewBox="0 0 {WIDTH} {height:g}" role="img" '
        f'aria-label="{escape(label)}">{marks}</svg></figure>'
    )
