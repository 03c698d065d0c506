"""What the learning benches share: sums as text, a model that learns them, what is left to learn. Prints nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from random import Random

import torch

from seawall.training.batches import IGNORED, Batch, Batches, Document
from seawall.training.config import ModelConfig
from seawall.training.data import arithmetic
from seawall.training.data.example import END_OF_TEXT, as_question, as_reply
from seawall.training.flops import BACKWARD_OVER_FORWARD, forward_flops
from seawall.training.loop import imbalance, learn
from seawall.training.model import V3
from seawall.training.optimise import Optimizers, move_bias
from seawall.training.recipe import PretrainRecipe
from seawall.training.tokenizer import Words, train

LENGTH = 128


@dataclass(slots=True)
class Progress:
    """What a run had spent and reached, a value a step; ``held_out`` is (flops, CPU seconds,
    loss) on text that was not learnt."""

    flops: float = 0.0
    cpu_s: float = 0.0
    balance: list[float] = field(default_factory=list[float])
    held_out: list[tuple[float, float, float]] = field(default_factory=list[tuple[float, float, float]])


def words_and_documents(seed: int, count: int = 4000) -> tuple[Words, list[Document], list[Document]]:
    """A tokenizer of 512 tokens, sums to learn and sums to be judged by, as chats with their reasoning."""
    made = islice(arithmetic.sums(Random(f"bench {seed}"), "train"), count)
    texts = [as_question(one.prompt) + as_reply(one) + END_OF_TEXT for one in made]
    words = train(texts[:500], vocabulary=512)
    tokens = words.encode_all(texts)
    documents = [Document(str(number), row) for number, row in enumerate(tokens)]
    return words, documents[:-200], documents[-200:]


def held_out_loss(model: V3, documents: list[Document]) -> float:
    batch = next(iter(Batches(documents, rows=32, length=LENGTH, seed=0, cut=True)))
    taught = int((batch.target_BT != IGNORED).sum())
    with torch.no_grad():
        return float(learn(model, batch, [taught]).loss)


def studying(
    config: ModelConfig, recipe: PretrainRecipe, documents: list[Document], judged: list[Document], seed: int
) -> Iterator[tuple[V3, Progress]]:
    """Trains a new model, and yields it after each step with what was spent; whoever asks decides when it is enough."""
    torch.manual_seed(seed)
    model = V3(config)
    optimizers, progress = Optimizers(model, recipe), Progress()
    depths = 1 + (config.num_nextn_predict_layers if recipe.mtp_weight > 0 else 0)
    batches = Batches(documents, rows=recipe.batch, length=LENGTH, seed=seed, cut=True)
    for number, batch in zip(range(recipe.steps), batches, strict=False):
        began = time.process_time()
        load_LE = _step(model, optimizers, batch, recipe, depths, number)
        progress.cpu_s += time.process_time() - began
        progress.flops += (1 + BACKWARD_OVER_FORWARD) * forward_flops(
            config, tokens=batch.tokens_BT.numel(), context=LENGTH, predicting_ahead=depths > 1
        )
        progress.balance.append(imbalance(load_LE))
        if (number + 1) % 10 == 0:
            progress.held_out.append((progress.flops, progress.cpu_s, held_out_loss(model, judged)))
        yield model, progress


def _step(
    model: V3, optimizers: Optimizers, batch: Batch, recipe: PretrainRecipe, depths: int, number: int
) -> torch.Tensor:
    taught = [int((batch.target_ahead(k) != IGNORED).sum()) for k in range(depths)]
    part = learn(model, batch, taught)
    (part.loss + recipe.mtp_weight * part.ahead).backward()
    optimizers.clip()
    optimizers.step(number)
    if part.load_LE.numel():
        move_bias(model, part.load_LE, recipe.bias_rate)
    return part.load_LE
