"""Learning next tokens, step by step, for pretraining and SFT alike. Knows losses and steps; knows no text, no screen.

Whoever looks on (ledger, plots, progress) is given each ``Step``; steps.jsonl has them too, one a line.
"""

from __future__ import annotations

import json
import math
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from seawall.training.batches import IGNORED, Batch, Batches, Position
from seawall.training.checkpoint import Checkpoints, Saved
from seawall.training.devices import World, spread_like, whole
from seawall.training.flops import BACKWARD_OVER_FORWARD, forward_flops
from seawall.training.model import V3
from seawall.training.optimise import Optimizers, move_bias
from seawall.training.recipe import PretrainRecipe, dump
from seawall.training.weights import published, stacked

# A run's folder has a line here for each step.
LINES = "steps.jsonl"
# So many documents of a bad batch are named.
NAMED = 12


class Diverged(Exception):
    """A loss that is no number; its text names the batch, its documents and what is left to go on from."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step was. ``loss`` is a token's mean, of next tokens, and ``loss_ahead`` of those after (0 without MTP);
    ``balance`` the largest load of an expert over the mean load, of the worst layer; ``seconds`` the step's own."""

    number: int
    steps: int
    loss: float
    loss_ahead: float
    learning_rate: float
    gradient_norm: float
    tokens: int
    flops: float
    balance: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of a step's batch adds to its loss, and how many tokens each layer sent to each expert."""

    loss: Tensor
    ahead: Tensor
    load_LE: Tensor


def learn(model: V3, batch: Batch, taught: Sequence[int]) -> Part:
    """The loss of a part of a step in which ``taught[k]`` tokens are to be learnt ``k`` places after the next, so that
    parts add up to the mean over the whole step. Formulas 24 and 25 of V3's report, without the weight."""
    read = model(batch.tokens_BT, batch.document_BT)
    hidden_BTD, loads = read.hidden_BTD, [read.load_LE]
    loss = cross_entropy(read.logits_BTW, batch.target_BT) / max(taught[0], 1)
    ahead = torch.zeros_like(loss)
    for k, count in enumerate(taught[1:]):
        output = model.ahead(hidden_BTD, batch.tokens_ahead(k + 1), batch.document_BT, k=k)
        share = max(count, 1) * (len(taught) - 1)
        ahead = ahead + cross_entropy(output.logits_BTW, batch.target_ahead(k + 1)) / share
        hidden_BTD = output.hidden_BTD
        loads.append(output.load_LE)
    return Part(loss, ahead, torch.cat([load_LE for load_LE in loads if load_LE.numel()] or loads[:1]))


def cross_entropy(logits_BTW: Tensor, target_BT: Tensor) -> Tensor:
    """The sum over all targets."""
    return F.cross_entropy(logits_BTW.flatten(0, 1).float(), target_BT.flatten(), ignore_index=IGNORED, reduction="sum")


class Loop:
    """One run of training, from where it stands to its last step."""

    def __init__(
        self,
        model: V3,
        batches: Batches,
        recipe: PretrainRecipe,
        run: Path,
        *,
        begun_with: Mapping[str, Any],
        world: World,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """``begun_with`` is what a resumed run must have in common with the one that was begun, beside the recipe."""
        self.model, self._batches, self._recipe, self._run = model, batches, recipe, run
        self._world, self._clock = world, clock
        self._identity = tomllib.loads(dump(recipe)) | dict(begun_with)
        self._optimizers = Optimizers(model, recipe)
        self._checkpoints = Checkpoints(run / "checkpoints", recipe.keep)
        self._depths = 1 + (model.config.num_nextn_predict_layers if recipe.mtp_weight > 0 else 0)
        self.done = 0

    def resume(self) -> None:
        """Goes on from the newest checkpoint, if there is one. Raises CheckpointError."""
        saved = self._checkpoints.load(self._identity)
        self._keep_lines(saved.state["step"] if saved else 0)
        if saved is None:
            return
        torch.set_rng_state(saved.optimizer.pop("chance"))
        self._optimizers.load(saved.optimizer)
        weights = stacked(saved.weights, self.model.config)
        with torch.no_grad():
            for name, tensor in self.model.state_dict().items():
                tensor.copy_(spread_like(weights[name].to(tensor.device), tensor))
        self._batches.position = Position(**saved.state["position"])
        self.done = saved.state["step"]

    def run(self, watch: Callable[[Step], None]) -> None:
        """Raises Diverged, and CheckpointError when the disk is full."""
        batches = iter(self._batches)
        while self.done < self._recipe.steps:
            step = self._step(next(batches))
            self.done = step.number
            if self._world.leads:
                with (self._run / LINES).open("a") as lines:
                    lines.write(json.dumps(asdict(step)) + "\n")
                watch(step)
            if self.done % self._recipe.save_every == 0 or self.done == self._recipe.steps:
                self._save()

    def _step(self, batch: Batch) -> Step:
        began, recipe, number = self._clock(), self._recipe, self.done + 1
        taught = [int((batch.target_ahead(k) != IGNORED).sum()) for k in range(self._depths)]
        parts = [self._learn(part.to(self._world.device), taught) for part in self._parts(batch)]
        loss = self._world.total(torch.stack([part.loss for part in parts]).sum()).item()
        ahead = self._world.total(torch.stack([part.ahead for part in parts]).sum()).item()
        load_LE = self._world.total(torch.stack([part.load_LE for part in parts]).sum(dim=0))
        length = self._optimizers.clip()
        if not (math.isfinite(loss + ahead) and math.isfinite(length)):
            raise Diverged(self._why(number, loss, length, batch))
        rate = self._optimizers.step(number - 1)
        move_bias(self.model, load_LE, recipe.bias_rate)
        return Step(
            number=number,
            steps=recipe.steps,
            loss=loss,
            loss_ahead=ahead,
            learning_rate=rate,
            gradient_norm=length,
            tokens=int((batch.document_BT > 0).sum()),
            flops=self._flops(batch.tokens_BT.numel()),
            balance=imbalance(load_LE),
            seconds=self._clock() - began,
        )

    def _learn(self, part: Batch, taught: Sequence[int]) -> Part:
        halved = self._recipe.dtype == "bfloat16"
        with torch.autocast(self._world.device.type, torch.bfloat16, enabled=halved):
            learnt = learn(self.model, part, taught)
        # FSDP takes the mean of gradients over processes, but each has a share of one sum.
        ((learnt.loss + self._recipe.mtp_weight * learnt.ahead) * self._world.size).backward()
        return Part(learnt.loss.detach(), learnt.ahead.detach(), learnt.load_LE)

    def _parts(self, batch: Batch) -> Iterator[Batch]:
        """This process' rows, in as many parts as the recipe says, so that memory is needed for one part."""
        own = batch.part(slice(self._world.rank, None, self._world.size))
        rows = -(-len(own.names) // self._recipe.accumulation)
        return (own.part(slice(first, first + rows)) for first in range(0, len(own.names), rows))

    def _save(self) -> None:
        weights = {name: whole(tensor) for name, tensor in self.model.state_dict().items()}
        optimizer = self._optimizers.state() | {"chance": torch.get_rng_state()}
        if self._world.leads:
            state = {"step": self.done, "position": asdict(self._batches.position), "recipe": self._identity}
            self._checkpoints.save(self.done, Saved(published(weights), optimizer, state), self.model.config)
        self._world.meet()

    def _keep_lines(self, count: int) -> None:
        """Drops lines of steps that will be done again."""
        path = self._run / LINES
        if self._world.leads and path.exists():
            path.write_text("".join(path.read_text().splitlines(keepends=True)[:count]))

    def _flops(self, tokens: int) -> float:
        forward = forward_flops(
            self.model.config, tokens=tokens, context=self._recipe.context_tokens, predicting_ahead=self._depths > 1
        )
        return (1 + BACKWARD_OVER_FORWARD) * forward

    def _why(self, number: int, loss: float, length: float, batch: Batch) -> str:
        names = list(dict.fromkeys(chain.from_iterable(batch.names)))
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        return (
            f"Step {number} has loss {loss} and a gradient of length {length}, so it was not taken; "
            f"{self._checkpoints.left(number)}. "
            f"Its batch read {', '.join(names[:NAMED])}{more}. Look at these, or lower the learning rate."
        )


def imbalance(load_LE: Tensor) -> float:
    """The largest load of an expert over the mean, in the worst layer; 1 is perfect, and so is having no experts."""
    if not load_LE.numel():
        return 1.0
    return float((load_LE.amax(dim=1) / load_LE.float().mean(dim=1).clamp(min=1)).max())
