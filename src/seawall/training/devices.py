"""Where training runs: one process or several, CPU or GPU, and how tensors are spread over them. Knows no step.

Under torchrun each process learns from its environment which one it is. Weights, gradients and what optimizers remember
are spread by FSDP2 (``fully_shard``), so that a model may be larger than one GPU; the loop is the same.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from seawall.training.model import V3

if TYPE_CHECKING:
    from torch.distributed.tensor import DTensor

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class World:
    """This process among those that train together."""

    rank: int = 0
    size: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes files."""
        return self.rank == 0

    def total(self, value: Tensor) -> Tensor:
        """The sum over all processes."""
        if self.size > 1:
            value = value.clone()
            dist.all_reduce(value)
        return value

    def add_up(self, tensors: Sequence[Tensor]) -> None:
        """Makes each the sum over all processes, in place and in one go."""
        if self.size > 1:
            every = torch.cat([tensor.flatten() for tensor in tensors])
            dist.all_reduce(every)
            for tensor, total in zip(tensors, every.split([tensor.numel() for tensor in tensors]), strict=True):
                tensor.copy_(total.view_as(tensor))

    def gather(self, value: T) -> list[T]:
        """What each process has, by rank."""
        if self.size == 1:
            return [value]
        every: list[Any] = [None] * self.size
        dist.all_gather_object(every, value)
        return every

    def meet(self) -> None:
        """Waits for the others."""
        if self.size > 1:
            dist.barrier()


@contextmanager
def joined(environment: Mapping[str, str] = os.environ) -> Generator[World]:
    """The processes that torchrun started, or this one alone; a GPU each where there is one. They can meet once in
    their lives: who lets several stages run within one of these has them share it."""
    size, local = int(environment.get("WORLD_SIZE", 1)), int(environment.get("LOCAL_RANK", 0))
    device = torch.device("cuda", local) if torch.cuda.is_available() else torch.device("cpu")
    if size == 1:
        yield World(device=device)
        return
    if dist.is_initialized():
        yield World(dist.get_rank(), size, device)
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)  # What is gathered travels by the current one.
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield World(dist.get_rank(), size, device)
    finally:
        dist.destroy_process_group()


def spread(model: V3, world: World) -> V3:
    """Spreads a model's weights over all processes, layer by layer."""
    model.to(world.device)
    if world.size > 1:
        from torch.distributed.fsdp import fully_shard, register_fsdp_forward_method

        for layer in model.model.layers:
            fully_shard(layer)
        fully_shard(model)
        register_fsdp_forward_method(model, "ahead")
    return model


def whole(tensor: Tensor) -> Tensor:
    """All of a tensor that may be spread; every process must ask together."""
    return tensor.full_tensor() if _is_spread(tensor) else tensor


def spread_like(tensor: Tensor, example: Tensor) -> Tensor:
    """A whole tensor, spread as ``example`` is."""
    if not _is_spread(example):
        return tensor
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(tensor, example.device_mesh, example.placements)


def _is_spread(tensor: Any) -> TypeGuard[DTensor]:
    """Whether it is a DTensor, without importing what that is: a second that one process alone need not spend."""
    return hasattr(tensor, "full_tensor")
