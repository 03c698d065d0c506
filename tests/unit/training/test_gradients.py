"""Gradients written by hand, against differences."""

from __future__ import annotations

import torch

from seawall.training.gradients import Pick, RootMeanSquare


def test_the_gradient_of_the_norm_is_that_of_its_formula() -> None:
    x = torch.randn(2, 3, 5, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda *inputs: RootMeanSquare.apply(*inputs, 1e-6), (x, weight), atol=1e-4)
    assert torch.allclose(RootMeanSquare.apply(x, weight, 1e-6), torch.nn.functional.rms_norm(x, (5,), weight, 1e-6))


def test_the_gradient_of_a_pick_gathers_what_each_copy_was_given() -> None:
    x = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
    index = torch.tensor([3, 0, 7, 2, 5, 1, 6, 4])
    assert torch.equal(Pick.apply(x, index, index.argsort(), 2), x[index // 2])
    assert torch.autograd.gradcheck(lambda x: Pick.apply(x, index, index.argsort(), 2), (x,))
