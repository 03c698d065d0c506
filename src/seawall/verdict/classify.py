"""Finds a verdict from windows alone, so that a stranger can find it again. Knows neither clock nor traffic.

``state, verdict = classify(state, window)`` is a pure function; ``replay`` runs it over published windows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from seawall.values.verdict import Kind, Share, Verdict
from seawall.values.window import Window


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered from window to window. ``State()`` is the state of who has seen none."""

    kind: Kind = Kind.UNCLEAR
    since_s: float = 0.0


def classify(state: State, window: Window) -> tuple[State, Verdict]:
    """What is said after this window."""
    since_s = state.since_s or window.to_s
    nothing = Share(0.0, 0.0, 1.0)
    return State(Kind.UNCLEAR, since_s), Verdict(Kind.UNCLEAR, window.to_s, since_s, nothing, nothing)


def replay(state: State, windows: Iterable[Window]) -> list[Verdict]:
    """The verdicts of these windows in their order."""
    verdicts: list[Verdict] = []
    for window in windows:
        state, verdict = classify(state, window)
        verdicts.append(verdict)
    return verdicts
