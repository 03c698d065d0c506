"""Who looks on sees a bar and a curve; a log gets few lines."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest

from seawall.training.live import HEIGHT, WIDTH, plot, watching


@dataclass(frozen=True, slots=True)
class Stepped:
    number: int
    steps: int
    loss: float


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def watched(stream: io.StringIO, steps: int) -> str:
    with watching("sft", stream) as watch:
        for number in range(1, steps + 1):
            watch(Stepped(number, steps, 5.0 / number))
    return stream.getvalue()


def dots(lines: list[str]) -> int:
    return sum((ord(letter) - 0x2800).bit_count() for line in lines for letter in line if ord(letter) >= 0x2800)


def test_a_log_has_a_line_each_twentieth_and_the_first():
    lines = watched(io.StringIO(), 400).splitlines()
    assert lines[0] == "sft: step 1 of 400, loss 5.000"
    assert lines[-1] == "sft: step 400 of 400, loss 0.013"
    assert len(lines) == 21


def test_a_terminal_shows_the_steps_the_loss_and_its_curve():
    shown = watched(Terminal(), 30)
    assert "30/30" in shown
    assert "loss 0.167" in shown
    assert any(0x2800 < ord(letter) < 0x2900 for letter in shown)


def test_a_narrow_terminal_has_a_narrow_curve(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    shown = [line for line in watched(Terminal(), 30).splitlines() if any(ord(letter) >= 0x2800 for letter in line)]
    assert shown
    assert all(sum(ord(letter) >= 0x2800 for letter in line) == 30 for line in shown)


def test_a_curve_falls_from_the_upper_left_to_the_lower_right():
    lines = plot([float(100 - at) for at in range(100)])
    assert len(lines) == HEIGHT
    assert lines[0].split()[0] == "100.000"
    assert lines[-1].split()[0] == "1.000"
    assert lines[0][10] != chr(0x2800)
    assert lines[-1][10] == chr(0x2800)


def test_each_step_has_a_dot_until_the_width_is_full_and_then_neighbours_share_one():
    assert dots(plot([1.0, 2.0, 3.0])) == 3
    assert dots(plot([float(at % 7) for at in range(10_000)])) == 2 * WIDTH


def test_a_curve_that_does_not_move_is_a_line():
    assert dots(plot([2.5] * 10)) == 10
