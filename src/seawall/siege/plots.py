"""Small plots as inline SVG. Knows scales, marks and classes; colours are the page's, data the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, log10

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 560, 46, 8, 10, 24
HEIGHT = 170


@dataclass(frozen=True, slots=True)
class Axis:
    """Time along the bottom, in seconds; ``marks`` are the event's begin and end."""

    total_s: float
    marks: tuple[float, float]

    def x(self, at_s: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * min(max(at_s / self.total_s, 0.0), 1.0)


def first_token_plot(
    axis: Axis, points: Sequence[tuple[float, float | None]], limit_s: float | None, title: str
) -> str:
    """A dot a request on a logarithmic scale; one that got no token is a cross at the top."""
    lowest, highest = 0.01, 100.0

    def y(value: float) -> float:
        part = (log10(min(max(value, lowest), highest)) - log10(lowest)) / (log10(highest) - log10(lowest))
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - part)

    marks: list[str] = []
    for value in (0.01, 0.1, 1.0, 10.0, 100.0):
        marks.append(_line(LEFT, y(value), WIDTH - RIGHT, y(value), "grid"))
        marks.append(_text(LEFT - 6, y(value) + 4, f"{value:g} s", "end"))
    if limit_s is not None:
        marks.append(_line(LEFT, y(limit_s), WIDTH - RIGHT, y(limit_s), "limit"))
    for at_s, first_s in points:
        x = axis.x(at_s)
        if first_s is None:
            marks.append(f'<path class="failed" d="M{x - 3:.1f} {TOP:g}l6 6m0-6l-6 6"/>')
        else:
            marks.append(f'<circle class="dot" cx="{x:.1f}" cy="{y(first_s):.1f}" r="1.8"/>')
    return _framed(axis, marks, title)


def stacked_plot(axis: Axis, at_s: Sequence[float], series: Sequence[tuple[str, Sequence[int]]], title: str) -> str:
    """Bars, one on the other, in the order of the series; each has the class of its name."""
    heights = [sum(values[number] for _, values in series) for number in range(len(at_s))]
    most = _round_up(max(heights, default=0) or 1)
    full = HEIGHT - TOP - BOTTOM
    width = (WIDTH - LEFT - RIGHT) / max(1, len(at_s))
    marks = [
        _line(LEFT, HEIGHT - BOTTOM - full * part, WIDTH - RIGHT, HEIGHT - BOTTOM - full * part, "grid")
        + _text(LEFT - 6, HEIGHT - BOTTOM - full * part + 4, f"{most * part:g}", "end")
        for part in (0.0, 0.5, 1.0)
    ]
    for number, start_s in enumerate(at_s):
        y = float(HEIGHT - BOTTOM)
        for name, values in series:
            height = full * values[number] / most
            if height:
                y -= height
                x = axis.x(start_s)
                shape = f'x="{x:.1f}" y="{y:.1f}" width="{max(1.0, width - 1):.1f}" height="{height:.1f}"'
                marks.append(f'<rect class="{name}" {shape}/>')
    return _framed(axis, marks, title)


def band_plot(axis: Axis, changes: Sequence[tuple[float, str]], title: str) -> str:
    """A band of states over time, each with its word."""
    marks: list[str] = []
    height = 34
    for number, (at_s, state) in enumerate(changes):
        until_s = changes[number + 1][0] if number + 1 < len(changes) else axis.total_s
        x, width = axis.x(at_s), axis.x(until_s) - axis.x(at_s)
        name = escape(state.lower())
        marks.append(f'<rect class="state {name}" x="{x:.1f}" y="4" width="{max(1, width):.1f}" height="18"/>')
        if width > 48:
            marks.append(_text(x + 5, 17, state.lower(), "start", "on"))
    return _svg(height, marks, title)


def _framed(axis: Axis, marks: Sequence[str], title: str) -> str:
    begin, end = (axis.x(mark) for mark in axis.marks)
    shade = (
        f'<rect class="event" x="{begin:.1f}" y="{TOP}" width="{end - begin:.1f}" height="{HEIGHT - TOP - BOTTOM}"/>'
    )
    words = [
        _text(axis.x(at), HEIGHT - 7, word, "middle")
        for at, word in (
            (axis.marks[0] / 2, "quiet"),
            (sum(axis.marks) / 2, "event"),
            ((axis.marks[1] + axis.total_s) / 2, "recovery"),
        )
    ]
    return _svg(HEIGHT, [shade, *marks, *words], title)


def _svg(height: int, marks: Sequence[str], title: str) -> str:
    told, inside = escape(title), "".join(marks)
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{told}"><title>{told}</title>{inside}</svg>'


def _line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    return f'<line class="{name}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, words: str, anchor: str, name: str = "tick") -> str:
    return f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _round_up(value: float) -> float:
    """The next 1, 2 or 5 of a power of ten."""
    power = 10 ** (ceil(log10(value)) - 1) if value > 1 else 1
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)
