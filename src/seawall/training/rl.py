"""Reinforcement learning from a project's folder to a run in it. Knows where things lie; the step is another's work.

A run has what one of SFT has: recipe.toml, steps.jsonl, checkpoints/, and final/ when it is done.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import torch

from seawall.training import tokenizer, weights
from seawall.training.checkpoint import Checkpoints, Saved, alone_in
from seawall.training.data import sources
from seawall.training.data.example import DataError
from seawall.training.devices import World, joined
from seawall.training.loop import LINES, Diverged
from seawall.training.recipe import RecipeError, RlRecipe, dump
from seawall.training.reinforce import Reinforcement, RlStep
from seawall.training.stages import finish, origin


@dataclass(frozen=True, slots=True)
class RlResult:
    """A finished run. ``last`` is its last step, None where it was finished before."""

    run: Path
    last: RlStep | None

    @property
    def final(self) -> Path:
        return self.run / "final"


def rl(
    recipe: RlRecipe,
    project: Path,
    *,
    seed: int = 0,
    name: str = "rl",
    source: Path | None = None,
    watch: Callable[[RlStep], None] | None = None,
) -> RlResult:
    """Improves the project's SFT model, or that of ``source``, by rule reward alone; an interrupted run goes on.

    Raises DataError, CheckpointError and Diverged, each with a sentence for the person at the terminal.
    """
    _check(recipe)
    start = source or project / "sft" / "final"
    if not (start / "config.json").exists():
        raise DataError(f"There is no model in '{start}' to begin with: run 'seawall train sft' first.")
    words = tokenizer.load(project / "tokenizer")
    # The answers of the data stay behind, where a rule can do without: nothing but a reward is learnt from.
    questions = [replace(example, reasoning="") for example in sources.lessons(recipe, seed=seed)]
    torch.manual_seed(seed)
    run = project / name
    with joined() as world, alone_in(run) if world.leads else nullcontext():
        model = weights.load(start, str(world.device))
        reference = weights.load(start, str(world.device)) if recipe.kl_weight else None
        policy = Reinforcement(model, words, recipe, questions, seed=seed, reference=reference, world=world)
        data = f"{crc32(repr(questions).encode()):08x}"
        begun_with = {"seed": seed, "source": origin(start, run), "data": data}
        last = _Run(policy, recipe, run, world, begun_with=begun_with).go_on(watch or (lambda _: None))
        finish(model, words, run / "final", world)
    return RlResult(run, last)


def _check(recipe: RlRecipe) -> None:
    """Refuses what this loop would pass over in silence."""
    if recipe.temperature == 0:
        raise RecipeError("At temperature 0 all answers to a question are the same, so that none is better: raise it.")
    if recipe.dtype != "float32" or recipe.accumulation != 1:
        raise RecipeError(
            "Here the policy learns in float32 and parts its batches itself: leave dtype and accumulation out."
        )


class _Run:
    """The steps of one run, from where it stands to its last."""

    def __init__(
        self,
        policy: Reinforcement,
        recipe: RlRecipe,
        folder: Path,
        world: World,
        *,
        begun_with: Mapping[str, Any],
    ) -> None:
        self._policy, self._recipe, self._folder, self._world = policy, recipe, folder, world
        self._identity = tomllib.loads(dump(recipe)) | dict(begun_with)
        self._checkpoints = Checkpoints(folder / "checkpoints", recipe.keep)

    def go_on(self, watch: Callable[[RlStep], None]) -> RlStep | None:
        done, last = self._resumed(), None
        if self._world.leads:
            (self._folder / "recipe.toml").write_text(dump(self._recipe))
        for number in range(done, self._recipe.steps):
            last = self._step(number)
            if self._world.leads:
                with (self._folder / LINES).open("a") as lines:
                    lines.write(json.dumps(asdict(last)) + "\n")
                watch(last)
            if last.number % self._recipe.save_every == 0 or last.number == self._recipe.steps:
                self._save(last.number)
        return last

    def _step(self, number: int) -> RlStep:
        try:
            return self._policy.step(number)
        except Diverged as error:
            left = self._checkpoints.left(number + 1)
            raise Diverged(f"{error} The step is not kept; {left}. Lower the learning rate.") from None

    def _resumed(self) -> int:
        """Takes up the newest checkpoint, if there is one; tells how many steps are done. Raises CheckpointError."""
        saved = self._checkpoints.load(self._identity)
        done = saved.state["step"] if saved else 0
        path = self._folder / LINES
        if self._world.leads and path.exists():  # Lines of steps that will be done again are dropped.
            path.write_text("".join(path.read_text().splitlines(keepends=True)[:done]))
        if saved:
            self._policy.optimizers.load(saved.optimizer)
            model = self._policy.model
            model.load_state_dict(weights.stacked(saved.weights, model.config))
        return done

    def _save(self, step: int) -> None:
        if self._world.leads:
            model = weights.published(self._policy.model.state_dict())
            state = {"step": step, "recipe": self._identity}
            self._checkpoints.save(
                step, Saved(model, self._policy.optimizers.state(), state), self._policy.model.config
            )
        self._world.meet()
