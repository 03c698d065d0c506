"""A run as it goes, in the terminal: progress and a plot of the loss. Knows steps and terminals; changes neither.

Where nobody looks, a line each twentieth of the way, so that logs stay short.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from typing import Protocol, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

WIDTH, HEIGHT, LABEL = 64, 8, 9
LINES = 20
# Braille has two dots across and four down in a letter; this is each dot's bit, row by row.
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


class Told(Protocol):
    """What every loop tells of a step; reinforcement learning tells its ``reward`` too."""

    @property
    def number(self) -> int: ...
    @property
    def steps(self) -> int: ...
    @property
    def loss(self) -> float: ...


@contextmanager
def watching(label: str, stream: TextIO) -> Generator[Callable[[Told], None]]:
    """What a loop calls with each step."""
    console = Console(file=stream)
    if not console.is_terminal:
        yield lambda step: _line(label, step, console)
        return
    progress = Progress(
        TextColumn(label), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[value]}"), TimeRemainingColumn()
    )
    task = progress.add_task(label, total=None, value="")
    values: list[float] = []
    width = max(1, min(WIDTH, console.width - LABEL - 1))
    with Live(progress, console=console, refresh_per_second=4) as live:

        def watch(step: Told) -> None:
            name, value = _value(step)
            values.append(value)
            progress.update(task, completed=step.number, total=step.steps, value=f"{name} {value:.3f}")
            live.update(Group(Text("\n".join(plot(values, width))), progress))

        yield watch


@contextmanager
def watching_runs(stream: TextIO) -> Generator[Callable[[str, Told], None]]:
    """The same for several runs, one after the other, each under its name."""
    with ExitStack() as stack:
        shown: dict[str, Callable[[Told], None]] = {}

        def watch(label: str, step: Told) -> None:
            if label not in shown:
                stack.close()
                shown[label] = stack.enter_context(watching(label, stream))
            shown[label](step)

        yield watch


def plot(values: Sequence[float], width: int = WIDTH, height: int = HEIGHT) -> list[str]:
    """A curve in ``height`` lines of braille, with its highest and lowest value beside it."""
    columns, rows = width * 2, height * 4
    shown = _thinned(values, columns)
    low, high = min(shown), max(shown)
    cells = [[0] * width for _ in range(height)]
    for at, value in enumerate(shown):
        row = round((rows - 1) * (high - value) / (high - low)) if high > low else rows // 2
        cells[row // 4][at // 2] |= _DOTS[row % 4][at % 2]
    lines = ["".join(chr(0x2800 + cell) for cell in line) for line in cells]
    labels = {0: f"{high:.3f}", height - 1: f"{low:.3f}"}
    return [f"{labels.get(at, ''):>{LABEL}} {line}" for at, line in enumerate(lines)]


def _line(label: str, step: Told, console: Console) -> None:
    if step.number * LINES // step.steps != (step.number - 1) * LINES // step.steps or step.number == 1:
        name, value = _value(step)
        console.print(
            f"{label}: step {step.number} of {step.steps}, {name} {value:.3f}", highlight=False, soft_wrap=True
        )


def _value(step: Told) -> tuple[str, float]:
    reward: float | None = getattr(step, "reward", None)
    return ("loss", step.loss) if reward is None else ("reward", reward)


def _thinned(values: Sequence[float], most: int) -> list[float]:
    """At most so many, each the mean of its neighbours."""
    if len(values) <= most:
        return list(values)
    borders = [len(values) * at // most for at in range(most + 1)]
    return [sum(values[low:high]) / (high - low) for low, high in pairwise(borders)]
