"""Pretraining and SFT, from a project's folder to a run in it. Knows where things lie; knows no arithmetic.

A run: recipe.toml as it was understood, steps.jsonl, checkpoints/, and when it is done final/, a folder that
transformers loads. Whoever asks again for a run that was interrupted goes on with it.
"""

from __future__ import annotations

import os
import shutil
from array import array
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import torch
from safetensors import SafetensorError

from seawall.training import tokenizer, weights
from seawall.training.batches import Batches, Document
from seawall.training.checkpoint import CheckpointError, alone_in
from seawall.training.config import ConfigError, ModelConfig
from seawall.training.data import sources
from seawall.training.devices import World, joined, spread, whole
from seawall.training.loop import Loop, Step
from seawall.training.model import V3
from seawall.training.recipe import PretrainRecipe, RecipeError, SftRecipe, dump
from seawall.training.tokenizer import Words

# Enough of a document to know it by.
_QUOTED = 40


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run. ``last`` is its last step, None where it was finished before."""

    run: Path
    last: Step | None

    @property
    def final(self) -> Path:
        return self.run / "final"


def pretrain(
    recipe: PretrainRecipe,
    project: Path,
    *,
    seed: int = 0,
    name: str = "pretrain",
    source: Path | None = None,
    watch: Callable[[Step], None] | None = None,
) -> Result:
    """Learns the next tokens of documents, in a new model or that of ``source``.

    Raises DataError, ConfigError, CheckpointError and Diverged, each with a sentence for the person at the terminal.
    """
    words = tokenizer.load(project / "tokenizer")
    texts = sources.documents(recipe, seed=seed)
    documents = [
        Document(f"document {number} ({text[:_QUOTED]!r})", tokens)
        for number, (text, tokens) in enumerate(zip(texts, words.encode_all(texts), strict=True), start=1)
    ]
    return _learn(recipe, documents, words, project / name, seed=seed, source=source, watch=watch, cut=True)


def sft(
    recipe: SftRecipe,
    project: Path,
    *,
    seed: int = 0,
    name: str = "sft",
    source: Path | None = None,
    watch: Callable[[Step], None] | None = None,
) -> Result:
    """Learns replies, not questions: in the project's pretrained model, that of ``source``, or a new one.

    Raises what ``pretrain`` raises.
    """
    words = tokenizer.load(project / "tokenizer")
    documents: list[Document] = []
    for number, example in enumerate(sources.lessons(recipe, seed=seed), start=1):
        question = words.question(example.prompt)
        quoted = f"example {number} ({example.prompt[:_QUOTED]!r})"
        documents.append(Document(quoted, [*question, *words.reply(example)], taught_from=len(question)))
    pretrained = project / "pretrain" / "final"
    source = source or (pretrained if pretrained.exists() else None)
    return _learn(recipe, documents, words, project / name, seed=seed, source=source, watch=watch, cut=False)


def _learn(
    recipe: PretrainRecipe,
    documents: Sequence[Document],
    words: Words,
    run: Path,
    *,
    seed: int,
    source: Path | None,
    watch: Callable[[Step], None] | None,
    cut: bool,
) -> Result:
    batches = Batches(documents, rows=recipe.batch, length=recipe.context_tokens, seed=seed, cut=cut)
    steps: list[Step] = []

    def seen(step: Step) -> None:
        steps[:] = [step]
        if watch:
            watch(step)

    with joined() as world, alone_in(run) if world.leads else nullcontext():
        if recipe.batch % world.size:
            raise RecipeError(f"A batch of {recipe.batch} rows cannot be shared evenly by {world.size} processes.")
        torch.manual_seed(seed)
        model = spread(_model(recipe, words, source), world)
        begun_with = {"seed": seed, "source": origin(source, run), "data": _fingerprint(documents)}
        loop = Loop(model, batches, recipe, run, begun_with=begun_with, world=world)
        loop.resume()
        if world.leads:
            (run / "recipe.toml").write_text(dump(recipe), encoding="utf-8")
        loop.run(seen)
        finish(model, words, run / "final", world)
    return Result(run, steps[0] if steps else None)


def origin(source: Path | None, run: Path) -> str:
    """Where a run's model is from, in words that hold when the project is moved or named in another way."""
    return os.path.relpath(source.resolve(), run.parent.resolve()) if source else "nothing"


def _model(recipe: PretrainRecipe, words: Words, source: Path | None) -> V3:
    if source is None:
        model = V3(ModelConfig.of({"vocab_size": len(words)} | dict(recipe.model)))
    else:
        model = weights.load(source)
    if model.config.vocab_size < len(words):
        whose = f"in {source}" if source else "of the recipe"
        raise ConfigError(f"The model {whose} knows {model.config.vocab_size} tokens, the tokenizer {len(words)}.")
    return model


def _fingerprint(documents: Sequence[Document]) -> str:
    """Tells other data from the same data; a resumed run is exact with the same alone."""
    found = 0
    for document in documents:
        found = crc32(array("q", [document.taught_from, *document.tokens]).tobytes(), found)
    return f"{found:08x}"


def finish(model: V3, words: Words, final: Path, world: World) -> None:
    """Writes the finished model, aside first, so that no half of one is ever found. Raises CheckpointError."""
    state = {name: whole(tensor) for name, tensor in model.state_dict().items()}
    if world.leads:
        aside = final.with_name(".final")
        try:
            shutil.rmtree(aside, ignore_errors=True)
            ids = {"bos_token_id": words.end_of_text, "eos_token_id": words.end_of_turn, "pad_token_id": words.pad}
            weights.write(state, model.config, aside, **ids)
            words.save(aside)
            shutil.rmtree(final, ignore_errors=True)
            aside.rename(final)
        except (OSError, SafetensorError) as error:
            raise CheckpointError(
                f"The finished model could not be written ({error}). Make room and resume."
            ) from error
    world.meet()
