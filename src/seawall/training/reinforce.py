"""A step of reinforcement learning: draws answers, judges them, moves the policy. Knows no run and no file.

Questions of the training split, a group of answers to each by the policy as it is, rewards by rule, advantages within
each group, and optimizer steps within the trusted range. Groups whose answers were all worth the same say nothing and
are left out. A step's questions and chance follow from seed and number alone, so that a run which was killed goes on as
it would have.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor, nn

from seawall.training import flops
from seawall.training.answers import Answer, answers
from seawall.training.data.example import Example
from seawall.training.grpo import Trust, advantages, judge, telling
from seawall.training.loop import Diverged, imbalance
from seawall.training.model import V3
from seawall.training.optimise import Optimizers, move_bias
from seawall.training.recipe import RlRecipe
from seawall.training.tokenizer import Words

# Answers that are read at once in learning: enough for large products, few enough to be of one length.
ROWS = 64


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


@dataclass(frozen=True, slots=True)
class Lesson:
    """Answers as one batch, padded on the right. T tokens; P = T - 1 places, each of which predicts the next token."""

    tokens_BT: Tensor
    old_BP: Tensor
    spoken_BP: Tensor
    advantage_B: Tensor


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
    ) -> None:
        self.model, self.optimizers = model, Optimizers(model, recipe)
        self._words, self._recipe, self._questions, self._seed = words, recipe, questions, seed
        self._reference = reference if recipe.kl_weight else None
        self._trust = Trust(recipe.clip_low, recipe.clip_high, recipe.kl_weight)
        self._device = next(model.parameters()).device

    def step(self, number: int) -> RlStep:
        """Step 0, 1, ...: draws, judges, learns. Raises Diverged; the model is of no use then."""
        began_s, recipe = time.perf_counter(), self._recipe
        groups = self._draw(number)
        reward_QG = torch.tensor([[one.reward for one in group] for group in groups])
        tells_Q = telling(reward_QG)
        advantage_QG = advantages(reward_QG, normalise=recipe.normalise)
        taught = [
            (one, gain)
            for row in tells_Q.nonzero().flatten().tolist()
            for one, gain in zip(groups[row], advantage_QG[row].tolist(), strict=True)
        ]
        tally = Tally()
        for _ in range(recipe.passes):
            for parts in self._lessons(taught, number):
                self._learn(parts, number, tally)
        return self._told(number, [one for group in groups for one in group], tally, reward_QG, tells_Q, began_s)

    def _draw(self, number: int) -> list[list[Answer]]:
        """Groups of answers to this step's questions: every question once, in an order of its own each time through."""
        recipe, count = self._recipe, len(self._questions)
        places = range(number * recipe.problems, (number + 1) * recipe.problems)
        orders = {epoch: self._order(epoch) for epoch in {place // count for place in places}}
        asked = [self._questions[orders[place // count][place % count]] for place in places]
        chance = torch.Generator(self._device).manual_seed(self._seed * 1_000_003 + number)
        drawn = answers(
            self.model,
            self._words,
            asked,
            samples=recipe.group,
            temperature=recipe.temperature,
            most_tokens=recipe.most_tokens,
            chance=chance,
        )
        try:
            return list(drawn)
        except RuntimeError as error:
            if "probability tensor" not in str(error):
                raise
            raise Diverged(f"Before step {number + 1} the model gives probabilities that are no numbers.") from None

    def _order(self, epoch: int) -> list[int]:
        count = len(self._questions)
        return Random(f"{self._seed} {epoch}").sample(range(count), count)

    def _lessons(self, taught: list[tuple[Answer, float]], number: int) -> Iterator[list[Lesson]]:
        """Deals the answers at random into as many batches as there are to be optimizer steps; each in parts of one
        length, more or less, as a short answer beside a long one is mostly padding."""
        taught = Random(f"{self._seed} {number}").sample(taught, len(taught))
        size = math.ceil(len(taught) / self._recipe.updates)
        for begins in range(0, len(taught), max(size, 1)):
            batch = sorted(taught[begins : begins + size], key=lambda row: len(row[0].question) + len(row[0].tokens))
            yield [self._lesson(batch[at : at + ROWS]) for at in range(0, len(batch), ROWS)]

    def _lesson(self, rows: Sequence[tuple[Answer, float]]) -> Lesson:
        asked = [len(one.question) - 1 for one, _ in rows]
        spoken = [[0.0] * skip + [1.0] * len(one.tokens) for skip, (one, _) in zip(asked, rows, strict=True)]
        old = [[0.0] * skip + one.log_probabilities for skip, (one, _) in zip(asked, rows, strict=True)]
        return Lesson(
            tokens_BT=self._padded([one.question + one.tokens for one, _ in rows], self._words.pad),
            old_BP=self._padded(old, 0.0),
            spoken_BP=self._padded(spoken, 0.0),
            advantage_B=torch.tensor([gain for _, gain in rows], device=self._device),
        )

    def _learn(self, parts: Sequence[Lesson], number: int, tally: Tally) -> None:
        """One optimizer step. Raises Diverged."""
        tokens = sum(part.spoken_BP.sum().item() for part in parts)
        read = [self._read(part, tokens, tally) for part in parts]
        loss, load_LE = sum(loss for loss, _ in read), torch.stack([load_LE for _, load_LE in read]).sum(0)
        length = self.optimizers.clip()
        if not math.isfinite(loss + length):
            raise Diverged(f"Step {number + 1} has loss {loss} and a gradient of length {length}.")
        tally.learning_rate = self.optimizers.step(number)
        move_bias(self.model, load_LE, self._recipe.bias_rate)
        tally.updates += 1
        tally.loss += loss
        tally.gradient_norm += length
        tally.balance += imbalance(load_LE)

    def _read(self, part: Lesson, tokens: float, tally: Tally) -> tuple[float, Tensor]:
        """Adds a part's gradient; returns its loss, and the experts' load."""
        new_BP, load_LE = self._log_probabilities(self.model, part.tokens_BT)
        reference_BP = None
        if self._reference is not None:
            with torch.no_grad():
                reference_BP, _ = self._log_probabilities(self._reference, part.tokens_BT)
        judged = judge(new_BP, part.old_BP, part.spoken_BP, part.advantage_B, self._trust, reference_BP, tokens)
        judged.loss.backward()
        rows, width = part.tokens_BT.shape
        tally.clipped += judged.clipped
        tally.kl += judged.kl
        tally.tokens += rows * width
        tally.flops += flops.training_flops(self.model.config, tokens=rows * width, context=width)
        return judged.loss.item(), load_LE

    def _log_probabilities(self, model: V3, tokens_BT: Tensor) -> tuple[Tensor, Tensor]:
        """Of each next token, at the temperature that answers are drawn with; and the experts' load."""
        read = model(tokens_BT)
        logits_BPW = read.logits_BTW[:, :-1].float() / (self._recipe.temperature or 1.0)
        return logits_BPW.log_softmax(-1).gather(2, tokens_BT[:, 1:, None])[..., 0], read.load_LE

    def _padded(self, rows: Sequence[Sequence[float]], value: float) -> Tensor:
        every = [torch.tensor(row) for row in rows]
        return nn.utils.rnn.pad_sequence(every, batch_first=True, padding_value=value).to(self._device)

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
