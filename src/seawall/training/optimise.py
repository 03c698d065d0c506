"""How gradients change weights: AdamW, Muon, learning rate, clipping, the experts' bias. Knows no data, no file."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from seawall.training.devices import spread_like, whole
from seawall.training.model import V3, Gate

if TYPE_CHECKING:
    from seawall.training.recipe import Optimising

# Keller Jordan's quintic (https://kellerjordan.github.io/posts/muon): steepest at zero, so that five rounds are enough.
_QUINTIC, _ROUNDS = (3.4445, -4.7750, 2.0315), 5


def orthogonalised(matrix_XYZ: Tensor) -> Tensor:
    """Nearly U V^T of each matrix U S V^T in the stack, by Newton and Schulz."""
    a, b, c = _QUINTIC
    # bfloat16 is enough, and on a GPU twice as fast; CPUs are slower with it.
    x = matrix_XYZ.bfloat16() if matrix_XYZ.is_cuda else matrix_XYZ.float()
    wide = x.shape[-2] <= x.shape[-1]
    x = x if wide else x.mT
    x = x / x.norm(dim=(-2, -1), keepdim=True).clamp(min=1e-7)
    for _ in range(_ROUNDS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x if wide else x.mT).to(matrix_XYZ.dtype)


class Muon(torch.optim.Optimizer):
    """Momentum whose every step is orthogonalised, so that rare directions are learnt as fast as common ones.

    torch's own takes 2-D tensors one by one; a layer's experts are one 3-D tensor, and hundreds of small products one
    after another take longer than the model's own. So matrices of a shape are stacked, whichever tensor they are of.
    Steps have AdamW's size (0.2 sqrt(max(rows, columns)), arXiv 2502.16982): one learning rate serves both.
    """

    def __init__(
        self, params: Iterable[nn.Parameter], *, lr: float, weight_decay: float, momentum: float = 0.95
    ) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        for group in self.param_groups:
            stacks: dict[tuple[int, ...], list[tuple[nn.Parameter, Tensor]]] = defaultdict(list)
            for parameter in group["params"]:
                if parameter.grad is not None:
                    stacks[tuple(parameter.shape[-2:])].append(
                        (parameter, self._nesterov(parameter, group["momentum"]))
                    )
            for shape, stack in stacks.items():
                matrices = orthogonalised(torch.cat([update.reshape(-1, *shape) for _, update in stack]))
                size = group["lr"] * 0.2 * math.sqrt(max(shape))
                parts = matrices.split([update.numel() // math.prod(shape) for _, update in stack])
                for (parameter, update), part in zip(stack, parts, strict=True):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(spread_like(part.view_as(update), parameter), alpha=-size)

    def _nesterov(self, parameter: nn.Parameter, momentum: float) -> Tensor:
        """The direction of this step; a tensor that is spread over processes is gathered for it."""
        assert parameter.grad is not None
        state = self.state[parameter]
        if not state:
            state["momentum_buffer"] = torch.zeros_like(parameter)
        state["momentum_buffer"].lerp_(parameter.grad, 1 - momentum)
        return whole(parameter.grad.lerp(state["momentum_buffer"], momentum))


def learning_rate_at(recipe: Optimising, step: int) -> float:
    """Of step 0, 1, ...: up in a straight line to the peak, then down to ``decay_to`` of it at the last step."""
    if step < recipe.warmup_steps:
        return recipe.learning_rate * (step + 1) / recipe.warmup_steps
    gone = (step - recipe.warmup_steps) / max(recipe.steps - 1 - recipe.warmup_steps, 1)
    if recipe.decay == "none":
        height = 1.0
    elif recipe.decay == "linear":
        height = 1 - gone
    else:
        height = 0.5 * (1 + math.cos(math.pi * min(gone, 1.0)))
    return recipe.learning_rate * (recipe.decay_to + (1 - recipe.decay_to) * max(height, 0.0))


class Optimizers:
    """AdamW, and Muon where the recipe says so: for matrices inside layers, but not the gates, which rank experts."""

    def __init__(self, model: V3, recipe: Optimising) -> None:
        self._recipe = recipe
        self._named = dict(model.named_parameters())
        muon = {name for name in self._named if recipe.optimizer == "muon" and _is_hidden_matrix(name)}
        matrices = [parameter for name, parameter in self._named.items() if name in muon]
        others = [parameter for name, parameter in self._named.items() if name not in muon]
        betas, decay = (recipe.beta1, recipe.beta2), recipe.weight_decay
        # Norms are not decayed: their weights are no matter of size.
        adamw = [
            {"params": [parameter for parameter in others if parameter.dim() > 1], "weight_decay": decay},
            {"params": [parameter for parameter in others if parameter.dim() == 1], "weight_decay": 0.0},
        ]
        self._each: list[torch.optim.Optimizer] = [torch.optim.AdamW(adamw, recipe.learning_rate, betas, fused=True)]
        if matrices:
            self._each.append(Muon(matrices, lr=recipe.learning_rate, weight_decay=decay))

    def clip(self) -> float:
        """Shortens the gradient of all weights together, and tells how long it was."""
        length = nn.utils.clip_grad_norm_(self._named.values(), self._recipe.clip, foreach=True)
        return float(whole(length))

    def step(self, number: int) -> float:
        """Changes the weights, forgets the gradients, tells the learning rate."""
        rate = learning_rate_at(self._recipe, number)
        for optimizer in self._each:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            optimizer.zero_grad()
        return rate

    def state(self) -> dict[str, Tensor]:
        """All that they remember, as ``exp_avg/model.norm.weight``."""
        return {
            f"{kind}/{name}": whole(tensor)
            for optimizer in self._each
            for name, parameter in self._named.items()
            for kind, tensor in optimizer.state.get(parameter, {}).items()
        }

    def load(self, state: Mapping[str, Tensor]) -> None:
        home: dict[nn.Parameter, Any] = {
            parameter: optimizer.state
            for optimizer in self._each
            for group in optimizer.param_groups
            for parameter in group["params"]
        }
        for key, tensor in state.items():
            kind, _, name = key.partition("/")
            parameter = self._named[name]
            spread = spread_like(tensor.to(parameter.device), parameter) if tensor.dim() else tensor
            home[parameter][parameter].setdefault(kind, spread)


def move_bias(model: V3, load_LE: Tensor, rate: float) -> None:
    """Makes experts that had fewer tokens than the mean likelier, the others less likely (arXiv 2408.15664)."""
    gates = [module for module in model.modules() if isinstance(module, Gate)]
    # Modules ahead come last, and were not run if they do not learn.
    for gate, load_E in zip(gates, load_LE, strict=False):
        load_E = load_E.to(gate.e_score_correction_bias)
        gate.e_score_correction_bias.add_((load_E.mean() - load_E).sign(), alpha=rate)


def _is_hidden_matrix(name: str) -> bool:
    return ".layers." in name and "norm" not in name and ".mlp.gate." not in name
