"""How long questions and answers are: drawn from a real service's trace. Knows tokens; asks nobody."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Self


@dataclass(frozen=True, slots=True)
class Length:
    """Of one question and its answer, in tokens."""

    prompt: int
    answer: int

    def scaled(self, scale: float) -> Length:
        """Divided by the scale, and never nothing."""
        return Length(max(8, round(self.prompt / scale)), max(2, round(self.answer / scale)))


@dataclass(frozen=True, slots=True)
class Lengths:
    """The pairs of the trace. Prompt and answer are drawn together, as they belong together."""

    pairs: tuple[Length, ...]

    @classmethod
    def of_the_trace(cls, scale: float = 1.0) -> Self:
        """The Azure LLM inference trace 2023 (see ``data/NOTICE``), every length divided by ``scale``."""
        text = files("seawall.siege").joinpath("data/azure_conv_2023.csv").read_text(encoding="ascii")
        rows = csv.DictReader(text.splitlines())
        pairs = ((int(row["ContextTokens"]), int(row["GeneratedTokens"])) for row in rows)
        return cls(tuple(Length(prompt, answer).scaled(scale) for prompt, answer in pairs))

    def draw(self, random: Random) -> Length:
        return random.choice(self.pairs)

    @property
    def mean(self) -> Length:
        count = len(self.pairs)
        return Length(sum(one.prompt for one in self.pairs) // count, sum(one.answer for one in self.pairs) // count)
