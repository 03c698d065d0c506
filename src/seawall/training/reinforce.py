"""A step of reinforcement learning: draws answers, judges them, moves the policy. Knows no run and no file.

Questions of the training split, a group of answers to each by the policy as it is, rewards by rule, advantages within
each group, and optimizer steps within the trusted range. Groups whose answers were all worth the same say nothing and
are left out. A step's questions and chance follow from seed and number alone, so that a run which was killed goes on as
it would have. Several processes have the whole model each, share the drawing and the reading, and add up gradients.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from seawall.training import flops
from seawall.training.answers import Answer, answers
from seawall.training.data.example import Example
from seawall.training.devices import World
from seawall.training.grpo import Trust, advantages, judge, telling
from seawall.training.lessons import Lesson, lessons
from seawall.training.loop import Diverged, imbalance
from seawall.training.model import V3
from seawall.training.optimise import Optimizers, move_bias
from seawall.training.recipe import RlRecipe
from seawall.training.tokenizer import Words


@dataclass(frozen=True, slots=True)
class RlStep:
    """What a step showed; the first nine mean what they mean in ``loop.Step``.

    Attributes:
        tokens, flops: of drawing and learning together.
        reward: the mean over all answers drawn.
        telling: the share of groups whose answers were not all worth the same; these alone teach.
        entropy: nats a token, by the drawn tokens' own log-probabilities.
        length: tokens an answer; ``ended``: the share of answers that came to their end in time.
        clipped: the share of tokens that had left the trusted range.
        kl: to the model that the run began with, where the recipe prices it.
    """

    number: int
    steps: int
    loss: float
    learning_rate: float
    gradient_norm: float
    tokens: int
    flops: float
    balance: float
    seconds: float
    reward: float
    telling: float
    entropy: float
    length: float
    ended: float
    clipped: float
    kl: float


@dataclass(slots=True)
class Tally:
    """What the optimizer steps of one draw add up to, each counted alike."""

    updates: int = 0
    loss: float = 0.0
    gradient_norm: float = 0.0
    clipped: float = 0.0
    kl: float = 0.0
    balance: float = 0.0
    learning_rate: float = 0.0
    tokens: int = 0
    flops: float = 0.0

    def mean(self, total: float) -> float:
        return total / max(self.updates, 1)


class Reinforcement:
    """A policy that learns from its own answers. ``reference``: needed where the recipe prices distance from it."""

    def __init__(
        self,
        model: V3,
        words: Words,
        recipe: RlRecipe,
        questions: Sequence[Example],
        *,
        seed: int,
        reference: V3 | None = None,
        world: World | None = None,
    ) -> None:
        self.model, self.optimizers = model, Optimizers(model, recipe)
        self._words, self._recipe, self._questions, self._seed = words, recipe, questions, seed
        self._reference = reference if recipe.kl_weight else None
        self._trust = Trust(recipe.clip_low, recipe.clip_high, recipe.kl_weight)
        self._world, self._device = world or World(), next(model.parameters()).device

    def step(self, number: int) -> RlStep:
        """Step 0, 1, ...: draws, judges, learns. Raises Diverged; the model is of no use then."""
        began_s = time.perf_counter()
        groups = self.draw(number)
        reward_QG = torch.tensor([[one.reward for one in group] for group in groups])
        tells_Q = telling(reward_QG)
        advantage_QG = advantages(reward_QG, normalise=self._recipe.normalise)
        taught = [
            (one, gain)
            for row in tells_Q.nonzero().flatten().tolist()
            for one, gain in zip(groups[row], advantage_QG[row].tolist(), strict=True)
        ]
        tally = self.learn(taught, number)
        return self._told(number, [one for group in groups for one in group], tally, reward_QG, tells_Q, began_s)

    def draw(self, number: int) -> list[list[Answer]]:
        """Groups of answers to a step's questions: every question once, in an order of its own each time through."""
        recipe, world, count = self._recipe, self._world, len(self._questions)
        places = range(number * recipe.problems, (number + 1) * recipe.problems)
        orders = {epoch: self._order(epoch) for epoch in {place // count for place in places}}
        asked = [self._questions[orders[place // count][place % count]] for place in places]
        own = self._answered(asked[world.rank :: world.size], number)
        shares = [share for share in world.gather(own) if share is not None]
        if len(shares) < world.size:
            raise Diverged(f"Before step {number + 1} the model gives probabilities that are no numbers.")
        return [shares[at % world.size][at // world.size] for at in range(len(asked))]

    def _answered(self, asked: Sequence[Example], number: int) -> list[list[Answer]] | None:
        """None where the model's probabilities are no numbers."""
        recipe = self._recipe
        seed = (self._seed * 1_000_003 + number) * self._world.size + self._world.rank
        drawn = answers(
            self.model,
            self._words,
            asked,
            samples=recipe.group,
            temperature=recipe.temperature,
            most_tokens=recipe.most_tokens,
            chance=torch.Generator(self._device).manual_seed(seed),
        )
        try:
            return list(drawn)
        except RuntimeError as error:
            if "probability tensor" not in str(error):
                raise
            return None

    def learn(self, taught: Sequence[tuple[Answer, float]], number: int) -> Tally:
        """Moves the policy by these answers, each with its advantage. Raises Diverged."""
        tally, updates = Tally(), self._recipe.updates
        for _ in range(self._recipe.passes):
            chance = Random(f"{self._seed} {number}")
            for parts in lessons(taught, updates, chance, pad=self._words.pad, device=self._device):
                self._update(parts, number, tally)
        return tally

    def _order(self, epoch: int) -> list[int]:
        count = len(self._questions)
        return Random(f"{self._seed} {epoch}").sample(range(count), count)

    def _update(self, parts: Sequence[Lesson], number: int, tally: Tally) -> None:
        """One optimizer step. Raises Diverged."""
        tokens = sum(part.spoken_BP.sum().item() for part in parts)
        # Rows of one length are shared, not parts, so that no process waits long for another.
        own = [part.share(self._world.rank, self._world.size) for part in parts]
        read = [self._read(part, tokens) for part in own]
        seen = self._world.total(torch.stack([shown for shown, _ in read]).sum(0))
        load_LE = self._world.total(torch.stack([load_LE for _, load_LE in read]).sum(0))
        self._world.add_up([parameter.grad for parameter in self.model.parameters() if parameter.grad is not None])
        length = self.optimizers.clip()
        loss, clipped, kl, tokens_read, flops_spent = seen.tolist()
        if not math.isfinite(loss + length):
            raise Diverged(f"Step {number + 1} has loss {loss} and a gradient of length {length}.")
        tally.learning_rate = self.optimizers.step(number)
        move_bias(self.model, load_LE, self._recipe.bias_rate)
        tally.updates += 1
        tally.loss += loss
        tally.gradient_norm += length
        tally.balance += imbalance(load_LE)
        tally.clipped += clipped
        tally.kl += kl
        tally.tokens += round(tokens_read)
        tally.flops += flops_spent

    def _read(self, part: Lesson, tokens: float) -> tuple[Tensor, Tensor]:
        """Adds a part's gradient; returns its loss, clipped share, KL, tokens and FLOPs, and the experts' load."""
        new_BP, load_LE = self._log_probabilities(self.model, part.tokens_BT)
        reference_BP = None
        if self._reference is not None:
            with torch.no_grad():
                reference_BP, _ = self._log_probabilities(self._reference, part.tokens_BT)
        judged = judge(new_BP, part.old_BP, part.spoken_BP, part.advantage_B, self._trust, reference_BP, tokens)
        judged.loss.backward()
        rows, width = part.tokens_BT.shape
        spent = flops.training_flops(self.model.config, tokens=rows * width, context=width)
        shown = [judged.loss.item(), judged.clipped, judged.kl, rows * width, spent]
        return torch.tensor(shown, dtype=torch.float64, device=self._device), load_LE

    def _log_probabilities(self, model: V3, tokens_BT: Tensor) -> tuple[Tensor, Tensor]:
        """Of each next token, at the temperature that answers are drawn with; and the experts' load."""
        read = model(tokens_BT)
        logits_BPW = read.logits_BTW[:, :-1].float() / (self._recipe.temperature or 1.0)
        return logits_BPW.log_softmax(-1).gather(2, tokens_BT[:, 1:, None])[..., 0], read.load_LE

    def _told(
        self,
        number: int,
        every: list[Answer],
        tally: Tally,
        reward_QG: Tensor,
        tells_Q: Tensor,
        began_s: float,
    ) -> RlStep:
        said = sum(len(one.tokens) for one in every)
        # A question is read once for its whole group.
        read = sum(len(one.question) for one in every) // self._recipe.group
        drawing = flops.decoding_flops(self.model.config, tokens=said + read, context=(said + read) // len(every))
        return RlStep(
            number=number + 1,
            steps=self._recipe.steps,
            loss=tally.mean(tally.loss),
            learning_rate=tally.learning_rate,
            gradient_norm=tally.mean(tally.gradient_norm),
            tokens=said + read + tally.tokens,
            flops=drawing + tally.flops,
            balance=tally.mean(tally.balance),
            seconds=time.perf_counter() - began_s,
            reward=reward_QG.mean().item(),
            telling=tells_Q.float().mean().item(),
            entropy=-sum(sum(one.log_probabilities) for one in every) / said,
            length=said / len(every),
            ended=sum(one.ended for one in every) / len(every),
            clipped=tally.mean(tally.clipped),
            kl=tally.mean(tally.kl),
        )
