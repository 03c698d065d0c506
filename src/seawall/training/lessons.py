"""Drawn answers as batches to learn from. Knows tokens and tensors; knows no model, no reward."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from seawall.training.answers import Answer

# Answers that are read at once: enough for large products, few enough to be of one length.
ROWS = 64


@dataclass(frozen=True, slots=True)
class Lesson:
    """Answers as one batch, padded on the right. T tokens; P = T - 1 places, each of which predicts the next token."""

    tokens_BT: Tensor
    old_BP: Tensor
    spoken_BP: Tensor
    advantage_B: Tensor

    def share(self, rank: int, size: int) -> Lesson:
        """The rows of one of ``size`` processes. Each must read something, or the others would wait for its gradient:
        where there are fewer rows than processes, the first row over again, of which nothing counts."""
        rows = slice(rank, None, size) if rank < len(self.tokens_BT) else slice(1)
        counts = float(rank < len(self.tokens_BT))
        return Lesson(self.tokens_BT[rows], self.old_BP[rows], self.spoken_BP[rows] * counts, self.advantage_B[rows])


def lessons(
    taught: Sequence[tuple[Answer, float]], batches: int, chance: Random, *, pad: int, device: torch.device
) -> Iterator[list[Lesson]]:
    """Deals answers, each with its advantage, at random into so many batches; each comes in parts of one length, more
    or less, as a short answer beside a long one is mostly padding."""
    taught = chance.sample(taught, len(taught))
    size = math.ceil(len(taught) / batches)
    for begins in range(0, len(taught), max(size, 1)):
        batch = sorted(taught[begins : begins + size], key=lambda row: len(row[0].question) + len(row[0].tokens))
        yield [_lesson(batch[at : at + ROWS], pad, device) for at in range(0, len(batch), ROWS)]


def _lesson(rows: Sequence[tuple[Answer, float]], pad: int, device: torch.device) -> Lesson:
    asked = [len(one.question) - 1 for one, _ in rows]
    spoken = [[0.0] * skip + [1.0] * len(one.tokens) for skip, (one, _) in zip(asked, rows, strict=True)]
    old = [[0.0] * skip + one.log_probabilities for skip, (one, _) in zip(asked, rows, strict=True)]
    return Lesson(
        tokens_BT=_padded([one.question + one.tokens for one, _ in rows], pad, device),
        old_BP=_padded(old, 0.0, device),
        spoken_BP=_padded(spoken, 0.0, device),
        advantage_B=torch.tensor([gain for _, gain in rows], device=device),
    )


def _padded(rows: Sequence[Sequence[float]], value: float, device: torch.device) -> Tensor:
    return pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=value).to(device)
