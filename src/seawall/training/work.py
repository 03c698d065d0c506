"""A stage from its command to its run: the ledger around it, its page after it. Knows the order; trains nothing."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import torch

from seawall.models.card import Card, signed
from seawall.safeguards.notes import Signer
from seawall.training import rl, stages, tokenizer
from seawall.training.card import card_of
from seawall.training.config import ModelConfig
from seawall.training.data.example import DataError
from seawall.training.evaluate import Scores, evaluation
from seawall.training.export import Exported, ExportError, Precision, export
from seawall.training.flops import decoding_flops
from seawall.training.ledger import Entry, Ledger, Rates
from seawall.training.live import Told
from seawall.training.recipe import EvalRecipe, RlRecipe, TokenizerRecipe
from seawall.training.report import write_report
from seawall.training.weights import CONFIG

LEDGER, TOKENS = "ledger.jsonl", "tokenizer.json"
# A stage's input, unless another run is named: the last of these that is there.
BEFORE: Mapping[str, tuple[str, ...]] = {
    "pretrain": (),
    "sft": ("pretrain",),
    "rl": ("sft", "pretrain"),
    "eval": ("rl", "sft", "pretrain"),
    "export": ("rl", "sft", "pretrain"),
}


class Counted(Told, Protocol):
    """What every loop tells of a step, for the ledger."""

    @property
    def tokens(self) -> int: ...
    @property
    def flops(self) -> float: ...


Watch = Callable[[Counted], None]


class Recording:
    """A stage that is written down: called by its loop with each step, or told sums by what has no steps."""

    def __init__(self, entry: Entry | None, watch: Watch | None) -> None:
        self._entry, self._watch = entry, watch

    def __call__(self, step: Counted) -> None:
        self.count(flops=step.flops, tokens=step.tokens)
        if self._watch is not None:
            self._watch(step)

    def count(self, *, flops: float, tokens: int) -> None:
        if self._entry is not None:
            peak = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0
            self._entry.count(flops=flops, tokens=tokens, device_peak_bytes=peak)


def ledger_of(project: Path) -> Ledger:
    return Ledger(project / LEDGER)


def leads(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this is the process that writes: the only one, or torchrun's first."""
    return environment.get("RANK", "0") == "0"


@contextmanager
def recorded(
    project: Path,
    stage: str,
    name: str,
    *,
    parent: str | None,
    seed: int | None,
    ablation: bool = False,
    watch: Watch | None = None,
    rates: Rates | None = None,
) -> Generator[Recording]:
    """Writes into the project's ledger what happens within, and the run's page after it. ``watch`` is told each step
    too."""
    ledger, run = ledger_of(project), project / name
    world = int(os.environ.get("WORLD_SIZE", "1"))
    entry_or_none = (
        ledger.run(
            name,
            stage=stage,
            parent=parent,
            resumed=any((run / "checkpoints").glob("*")),
            ablation=ablation,
            seed=seed,
            devices=world if torch.cuda.is_available() else 0,
            processes=world,
        )
        if leads()
        else nullcontext()
    )
    try:
        with entry_or_none as entry:
            yield Recording(entry, watch)
    finally:
        if leads() and run.is_dir():
            write_report(project, name, ledger.runs(), rates or Rates())


def source_of(project: Path, stage: str, named: str | None) -> str | None:
    """The run whose model a stage starts from: the one named, else the last before it that is finished."""
    for name in (named,) if named else BEFORE[stage]:
        if (project / name / "final").is_dir():
            return name
    if named or stage in ("rl", "eval", "export"):
        raise DataError(f"There is no finished run '{named or 'sft'}' in {project}: train it first.")
    return None


def start_of(project: Path, stage: str, named: str | None) -> tuple[str | None, Path | None]:
    """Which run a stage starts from, and where its model lies: that of the run, or of the folder, that is named (a
    checkpoint, a model from elsewhere); else of the last run before it that is finished. Raises DataError."""
    if named is None or (project / named / "final").is_dir() or not (Path(named) / CONFIG).is_file():
        parent = source_of(project, stage, named)
        return parent, project / parent / "final" if parent else None
    folder, home = Path(named).resolve(), project.resolve()
    own, other = home / tokenizer.FOLDER / TOKENS, folder / TOKENS
    if other.exists() and own.exists() and other.read_bytes() != own.read_bytes():
        raise DataError(f"The model in '{named}' has other tokens than the project: copy its {TOKENS} to {own}.")
    return (folder.relative_to(home).parts[0] if folder.is_relative_to(home) else None), folder


def build_tokenizer(recipe: TokenizerRecipe, project: Path, *, seed: int) -> int:
    """Learns the project's tokens; returns how many. Raises DataError."""
    with recorded(project, "tokenizer", "tokenizer", parent=None, seed=seed):
        return len(tokenizer.build(recipe, project, seed=seed))


def judge(recipe: EvalRecipe, project: Path, run: str, *, seed: int) -> Scores:
    """Answers held-out problems with a run's model, and keeps the scores in its folder. Raises DataError."""
    with recorded(project, "eval", f"{run}-eval", parent=run, seed=seed) as recording:
        scores = evaluation(recipe, project, run=run, seed=seed)
        config = ModelConfig.load(project / run / "final" / "config.json")
        tokens = round(scores.mean_tokens * scores.problems * (1 + scores.samples))
        context = max(1, round(scores.mean_tokens / 2))
        recording.count(flops=decoding_flops(config, tokens=tokens, context=context), tokens=tokens)
    write_report(project, run, ledger_of(project).runs(), Rates())
    return scores


def pack(
    project: Path, run: str, *, precision: Precision, name: str, licence: str, signer: Signer, rates: Rates
) -> tuple[Exported, Card, Path]:
    """Writes NAME.gguf and its signed NAME.card into the project's export/. Raises ExportError, OSError."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name):
        raise ExportError(f"'{name}' is no name for a model: use a-z, 0-9, dots and dashes.")
    path = project / "export" / f"{name}.gguf"
    with recorded(project, "export", "export", parent=run, seed=None):
        exported = export(project / run / "final", path, precision=precision, name=name, licence=licence)
    runs = ledger_of(project).runs()
    card = card_of(exported, project, run, runs, licence=licence, rates=rates, unix_time=time.time())
    beside = path.with_suffix(".card")
    beside.write_text(signed(card, signer), encoding="utf-8")
    return exported, card, beside


def stage_named(stage: str, model: str | None) -> Callable[..., Any]:
    """The function of a stage; with ``model``, hf:PATH, reinforcement learning of that one. Raises DataError."""
    if model is None:
        return {"pretrain": stages.pretrain, "sft": stages.sft, "rl": rl.rl}[stage]
    if not model.startswith("hf:"):
        raise DataError(f"'{model}' is no model: give hf: and a folder or name that transformers loads.")
    return partial(_through_trl, path=model.removeprefix("hf:"))


def _through_trl(recipe: RlRecipe, project: Path, *, source: Path | None, path: str, **more: Any) -> Any:
    from seawall.training import trl  # transformers and trl take seconds to import, and few need them.

    return trl.rl(recipe, path, project, **more)
