"""What a draw of answers says about the policy, by formulas that were worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from seawall.training.grpo import Trust, advantages, judge, telling

SPOKEN = torch.tensor([[0.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
NO_MOVE = torch.zeros(2, 3)


def test_an_answer_is_as_good_as_it_is_better_than_its_siblings():
    reward = torch.tensor([[1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]])
    assert advantages(reward, normalise=False).tolist() == [[0.75, -0.25, -0.25, -0.25], [0.0] * 4]
    assert advantages(reward, normalise=True)[0].tolist() == pytest.approx([1.5, -0.5, -0.5, -0.5], abs=1e-3)


def test_a_group_whose_answers_are_all_worth_the_same_tells_nothing():
    assert telling(torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])).tolist() == [True, False, False]


def test_where_the_policy_has_not_moved_the_gradient_is_the_advantage_alone():
    new = NO_MOVE.clone().requires_grad_()
    judged = judge(new, NO_MOVE, SPOKEN, torch.tensor([1.0, -2.0]), Trust())
    judged.loss.backward()
    assert new.grad is not None
    # Three tokens were spoken; descending raises the first answer's and lowers the second's.
    assert new.grad.tolist() == [[0.0, pytest.approx(-1 / 3), pytest.approx(-1 / 3)], [0.0, pytest.approx(2 / 3), 0.0]]
    assert judged.clipped == 0.0


@pytest.mark.parametrize(
    ("ratio", "advantage", "moves"),
    [(1.5, 1.0, False), (1.25, 1.0, True), (0.5, -1.0, False), (0.5, 1.0, True), (1.5, -1.0, True)],
)
def test_outside_the_trusted_range_only_the_way_back_is_learnt(ratio: float, advantage: float, moves: bool):
    new = torch.full((1, 1), math.log(ratio), requires_grad=True)
    judge(new, torch.zeros(1, 1), torch.ones(1, 1), torch.tensor([advantage]), Trust(0.2, 0.28)).loss.backward()
    assert new.grad is not None
    assert bool(new.grad.abs().sum() > 0) == moves


def test_the_share_that_left_the_trusted_range_is_told():
    new = torch.tensor([[0.0, 1.0, 0.0], [5.0, 0.0, 5.0]])
    assert judge(new, NO_MOVE, SPOKEN, torch.ones(2), Trust()).clipped == pytest.approx(1 / 3)


def test_distance_from_the_reference_is_never_negative_and_costs_its_weight():
    advantage, reference = torch.zeros(2), torch.randn(2, 3, generator=torch.Generator().manual_seed(1))
    judged = judge(NO_MOVE, NO_MOVE, SPOKEN, advantage, Trust(kl_weight=0.5), reference)
    assert judged.kl > 0
    assert judged.loss.item() == pytest.approx(0.5 * judged.kl)
    assert judge(NO_MOVE, NO_MOVE, SPOKEN, advantage, Trust(kl_weight=0.5), NO_MOVE).kl == 0.0
    assert judge(NO_MOVE, NO_MOVE, SPOKEN, advantage, Trust(), NO_MOVE + 1).kl == pytest.approx(math.e - 2)


def test_what_the_policy_did_not_say_counts_for_nothing():
    said = judge(NO_MOVE, NO_MOVE, SPOKEN, torch.ones(2), Trust()).loss
    wild = torch.where(SPOKEN == 1, NO_MOVE, torch.full_like(NO_MOVE, 3.0))
    assert judge(wild, NO_MOVE, SPOKEN, torch.ones(2), Trust()).loss == said


def test_the_losses_of_parts_add_up_to_the_loss_of_the_whole():
    new, advantage = torch.randn(2, 3, generator=torch.Generator().manual_seed(1)), torch.tensor([1.0, -2.0])
    whole = judge(new, NO_MOVE, SPOKEN, advantage, Trust())
    parts = [
        judge(new[row], NO_MOVE[row], SPOKEN[row], advantage[row], Trust(), tokens=SPOKEN.sum().item())
        for row in (slice(0, 1), slice(1, 2))
    ]
    assert sum(part.loss.item() for part in parts) == pytest.approx(whole.loss.item())
    assert sum(part.clipped for part in parts) == pytest.approx(whole.clipped)
