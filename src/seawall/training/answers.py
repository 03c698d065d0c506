"""Draws answers from a model and judges them by rule. Knows model, tokenizer and rules; changes no weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from seawall.training.data.example import Example
from seawall.training.decode import Completion, generate
from seawall.training.model import V3
from seawall.training.rewards import reward
from seawall.training.tokenizer import Words

# As many rows at once as keep a small model's products large and its cache small.
MOST_ROWS = 1_024


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said, and what it is worth. ``tokens`` end with the end of the turn where ``ended``."""

    question: list[int]
    tokens: list[int]
    log_probabilities: list[float]
    text: str
    ended: bool
    reward: float


def answers(
    model: V3,
    words: Words,
    examples: Sequence[Example],
    *,
    samples: int,
    temperature: float,
    most_tokens: int,
    chance: torch.Generator | None = None,
) -> Iterator[list[Answer]]:
    """``samples`` answers to each example, in order; at temperature 0 they would be the same."""
    at_once = max(1, MOST_ROWS // samples)
    for begins in range(0, len(examples), at_once):
        part = examples[begins : begins + at_once]
        questions = [words.question(example.prompt) for example in part]
        drawn = generate(
            model,
            questions,
            max_tokens=most_tokens,
            stops={words.end_of_turn},
            temperature=temperature,
            samples=samples,
            chance=chance,
        ).completions
        texts = words.decode_all([completion.tokens for completion in drawn])
        for number, (example, question) in enumerate(zip(part, questions, strict=True)):
            own = range(number * samples, (number + 1) * samples)
            yield [_judged(example, question, drawn[at], texts[at]) for at in own]


def _judged(example: Example, question: list[int], drawn: Completion, text: str) -> Answer:
    worth = reward(example, text, ended=drawn.stopped)
    return Answer(question, drawn.tokens, drawn.log_probabilities, text, drawn.stopped, worth)
