"""Group-relative policy optimisation: what a draw of answers says about the policy. Knows tensors; knows no model.

GRPO (arXiv 2402.03300, DeepSeek-R1: 2501.12948): several answers are drawn to one question, and each is as good as it
is better than its siblings, so that no second network has to guess what a question is worth. Legend:
    Q questions    G answers to each    B answers in all, or a part of them    T tokens
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Trust:
    """How far one draw may move the policy: the ratio of probabilities counts from 1 - low to 1 + high.

    More room above than below keeps rare answers alive (DAPO, 2503.14476). ``kl_weight`` prices distance from the
    reference; at 0 no reference is needed.
    """

    low: float = 0.2
    high: float = 0.28
    kl_weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A loss to descend, and how much of the draw had left the trusted range, and the KL to the reference."""

    loss: Tensor
    clipped: float
    kl: float


def advantages(reward_QG: Tensor, *, normalise: bool) -> Tensor:
    """How much better each answer is than its group's mean, in deviations of the group where ``normalise`` (GRPO's way;
    without: Dr. GRPO, 2503.20783, which does not favour questions that are nearly always or nearly never solved)."""
    centred_QG = reward_QG - reward_QG.mean(dim=1, keepdim=True)
    return centred_QG / (reward_QG.std(dim=1, keepdim=True) + 1e-4) if normalise else centred_QG


def telling(reward_QG: Tensor) -> Tensor:
    """Which groups say anything: where all answers are worth the same, every advantage is zero."""
    return (reward_QG != reward_QG[:, :1]).any(dim=1)


def judge(
    new_BT: Tensor,
    old_BT: Tensor,
    spoken_BT: Tensor,
    advantage_B: Tensor,
    trust: Trust,
    reference_BT: Tensor | None = None,
    tokens: float | None = None,
) -> Judged:
    """PPO's clipped objective. Each token counts alike, so that a long wrong answer is not let off lightly.

    Args:
        new_BT, old_BT, reference_BT: log-probabilities now, when drawn, and of the reference.
        spoken_BT: which tokens the policy said; the others are the question's, or padding.
        tokens: over how many the mean is taken, where this is a part of them: the parts' losses add up then.
    """
    shared_BT = spoken_BT / (tokens or spoken_BT.sum().clamp(min=1))
    ratio_BT = (new_BT - old_BT).exp()
    held_BT = ratio_BT.clamp(1 - trust.low, 1 + trust.high)
    gain_BT = torch.minimum(ratio_BT * advantage_B[:, None], held_BT * advantage_B[:, None])
    loss, kl = -(gain_BT * shared_BT).sum(), torch.zeros(())
    if reference_BT is not None:
        away_BT = reference_BT - new_BT
        # Schulman's k3: never negative, and of lower variance than the plain difference of log-probabilities.
        kl = ((away_BT.exp() - away_BT - 1) * shared_BT).sum()
        loss = loss + trust.kl_weight * kl
    clipped = ((ratio_BT != held_BT) * shared_BT).sum()
    return Judged(loss, clipped.item(), kl.item())
