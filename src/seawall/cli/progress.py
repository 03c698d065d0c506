"""Draws progress on standard error. Knows terminals; knows not what is being done."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

import click

_WIDTH = 30
_EVERY_S = 0.2


class ProgressLine:
    """A line that grows on a terminal; elsewhere one a tenth, so that logs stay short. Call it with (done, total)."""

    def __init__(self, label: str, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._label = label
        self._stream = stream
        self._clock = clock
        self._tenths = -1
        self._drawn_s = float("-inf")
        self._open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open:
            click.echo(file=self._stream)

    def __call__(self, done: int, total: int) -> None:
        if total <= 0:
            return
        if self._stream.isatty():
            self._draw(done, total)
        elif (tenths := 10 * done // total) > self._tenths:
            self._tenths = tenths
            click.echo(f"{self._label} {_of(done, total)}", file=self._stream)

    def _draw(self, done: int, total: int) -> None:
        if done < total and self._clock() - self._drawn_s < _EVERY_S:
            return
        self._drawn_s = self._clock()
        self._open = True
        full = _WIDTH * done // total
        bar = "█" * full + "░" * (_WIDTH - full)
        click.echo(f"\r{self._label} {bar} {_of(done, total)} ", file=self._stream, nl=False)


def _of(done: int, total: int) -> str:
    unit, bytes_in_one = ("MB", 1e6) if total >= 1e6 else ("kB", 1e3)
    return f"{100 * done // total:3d} %  {done / bytes_in_one:.0f} of {total / bytes_in_one:.0f} {unit}"
