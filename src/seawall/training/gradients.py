"""Two operations whose gradients are written by hand, as torch's own are slower. Knows tensors; knows no model."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class Pick(torch.autograd.Function):
    """``x[index // copies]`` for a permutation ``index``. Its gradient picks too, where torch's own would add row by
    row: slower, and on several threads in no fixed order."""

    @staticmethod
    def forward(ctx: Any, x_MX: Tensor, index_P: Tensor, inverse_P: Tensor, copies: int) -> Tensor:
        ctx.save_for_backward(inverse_P)
        ctx.copies = copies
        return x_MX.index_select(0, index_P // copies)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None, None]:
        (inverse_P,) = ctx.saved_tensors
        return grads[0].index_select(0, inverse_P).unflatten(0, (-1, ctx.copies)).sum(dim=1), None, None, None


class RootMeanSquare(torch.autograd.Function):
    """x over its root mean square, times a weight. torch has it fused for GPUs alone; out of single operations, their
    gradients take a tenth of a small model's step."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, eps: float) -> Tensor:
        exact = x.float() if x.dtype.itemsize < 4 else x
        scale = torch.rsqrt(exact.square().mean(dim=-1, keepdim=True) + eps).to(x.dtype)
        even = x * scale
        ctx.save_for_backward(even, scale, weight)
        return even * weight

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None]:
        even, scale, weight = ctx.saved_tensors
        grad = grads[0] * weight
        along = (grad * even).mean(dim=-1, keepdim=True)
        return (grad - even * along) * scale, (grads[0] * even).flatten(0, -2).sum(dim=0), None
