"""A clock that stands until it is moved. Knows seconds; knows no test."""

from __future__ import annotations


class SettableClock:
    def __init__(self, now_s: float = 1_000.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds
