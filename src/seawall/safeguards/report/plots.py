"""Lines and bands over time as inline SVG. Knows scales; colours are the page's, data the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 180, 52, 8, 10, 24
# More points than this are drawn as means of neighbours: a line is not finer than its page.
MOST_POINTS = 240

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Line:
    """``style`` is a class of the page's; ``low`` and ``high`` are the edges of a band around it."""

    name: str
    style: str
    values: Values
    low: Values = ()
    high: Values = ()


def plot(
    title: str,
    at_s: Sequence[float],
    lines: Sequence[Line],
    *,
    empty: str,
    unit: str = "",
    top: float | None = None,
) -> str:
    """A figure with its caption and a word for each line, so that none is told by colour alone; ``empty`` stands where
    there is nothing to draw.
    """
    highest = top or max(
        (value for line in lines for value in (*line.values, *line.high) if value is not None), default=0
    )
    scale = top or _round_up(highest or 1.0)
    marks = _grid(scale, unit) + _times(at_s, empty)
    for line in lines:
        marks.append(_band(line, scale))
        marks.append(_path(_thinned(line.values), scale, line.style))
    legend = " ".join(f'<span class="{line.style}">{escape(line.name)}</span>' for line in lines)
    return (
        f'<figure><figcaption>{escape(title)} {legend}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">{"".join(marks)}</svg></figure>'
    )


def _grid(scale: float, unit: str) -> list[str]:
    marks: list[str] = []
    for part in (0.0, 0.5, 1.0):
        y = _y(part * scale, scale)
        marks.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        marks.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{part * scale:g}{unit}</text>')
    return marks


def _times(at_s: Sequence[float], empty: str) -> list[str]:
    if not at_s:
        return [f'<text x="{WIDTH / 2:g}" y="{HEIGHT / 2:g}" text-anchor="middle">{escape(empty)}</text>']
    places = ((LEFT, at_s[0], "start"), (WIDTH - RIGHT, at_s[-1], "end"))
    return [f'<text x="{x}" y="{HEIGHT - 6}" text-anchor="{side}">{_clock(when)}</text>' for x, when, side in places]


def _clock(unix_s: float) -> str:
    minutes = int(unix_s // 60) % 1440
    return f"{minutes // 60:02}:{minutes % 60:02} UTC"


def _band(line: Line, scale: float) -> str:
    low, high = _thinned(line.low), _thinned(line.high)
    if not low:
        return ""
    up = [f"{_x(at, len(high)):.1f} {_y(value or 0.0, scale):.1f}" for at, value in enumerate(high)]
    down = [f"{_x(at, len(low)):.1f} {_y(value or 0.0, scale):.1f}" for at, value in enumerate(low)]
    return f'<path class="band {line.style}" d="M{"L".join([*up, *down[::-1]])}Z"/>'


def _path(values: Values, scale: float, style: str) -> str:
    """Broken where there is nothing to tell."""
    steps, drawing = list[str](), False
    for at, value in enumerate(values):
        if value is None:
            drawing = False
            continue
        steps.append(f"{'L' if drawing else 'M'}{_x(at, len(values)):.1f} {_y(value, scale):.1f}")
        if not drawing:
            steps.append("h.1")  # A point with nothing beside it is to be seen too.
        drawing = True
    return f'<path class="line {style}" d="{"".join(steps)}"/>' if steps else ""


def _thinned(values: Values) -> Values:
    size = ceil(len(values) / MOST_POINTS)
    if size <= 1:
        return values
    return [_mean(values[at : at + size]) for at in range(0, len(values), size)]


def _mean(values: Values) -> float | None:
    told = [value for value in values if value is not None]
    return sum(told) / len(told) if told else None


def _x(at: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (at / (count - 1) if count > 1 else 0.5)


def _y(value: float, scale: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(max(value / scale, 0.0), 1.0))


def _round_up(value: float) -> float:
    """To the next of 1, 2, 5, 10, 20, ..."""
    step = 1e-6
    for _ in range(24):
        for factor in (1, 2, 5):
            if value <= step * factor:
                return step * factor
        step *= 10
    return value
