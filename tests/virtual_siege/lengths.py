"""How long people's prompts and answers are. Knows the trace's sample; knows no people."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from random import Random

Length = tuple[int, int]
"""Tokens of a prompt and of its answer."""


class Deck:
    """Deals the trace's lengths like cards: all of them once before any comes again, so that a short siege has the
    long prompts in their true share instead of by luck."""

    def __init__(self, random: Random, cards: int = 50) -> None:
        self._random = random
        lengths = sampled_lengths()
        self._all = lengths[:: max(1, len(lengths) // cards)]
        self._left: list[Length] = []

    def deal(self) -> Length:
        """The next request's length."""
        if not self._left:
            self._left = self._random.sample(self._all, len(self._all))
        return self._left.pop()


@cache
def sampled_lengths() -> tuple[Length, ...]:
    """The sample, by prompt length."""
    with (Path(__file__).parent / "azure_conv_2023_sample.csv").open() as rows:
        return tuple((int(row["ContextTokens"]), int(row["GeneratedTokens"])) for row in csv.DictReader(rows))
