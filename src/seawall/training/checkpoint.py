"""A run's checkpoints: whole or not there at all. Knows files and tensors; knows no model and no step's meaning.

A checkpoint is written aside, flushed to the disk and renamed, so that whoever is killed, or runs out of disk, finds
the last good one. Nothing is pickled: safetensors and JSON run no code when they are read.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from seawall.training.config import ModelConfig
from seawall.training.weights import CONFIG, WEIGHTS

_OPTIMIZER, _STATE = "optimizer.safetensors", "state.json"


class CheckpointError(Exception):
    """A checkpoint that cannot be written or gone on from; its text is a sentence."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a run goes on from. ``weights`` have the published names; ``state`` is the loop's own, as JSON."""

    weights: dict[str, Tensor]
    optimizer: dict[str, Tensor]
    state: dict[str, Any]


@contextmanager
def alone_in(run: Path) -> Generator[None]:
    """Makes a run's folder and keeps other processes out of it; the system lets go of it when this one dies.

    Raises CheckpointError where another is at work.
    """
    run.mkdir(parents=True, exist_ok=True)
    handle = os.open(run, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CheckpointError(
                f"Another command is at work on the run in {run}: wait for it, or give this one another name."
            ) from None
        yield
    finally:
        os.close(handle)


class Checkpoints:
    """The checkpoints of a run, by step: the newest ``keep`` of them."""

    def __init__(self, folder: Path, keep: int) -> None:
        self._folder, self._keep = folder, keep

    def last(self) -> Path | None:
        found = sorted(path for path in self._folder.glob("[0-9]*") if path.is_dir())
        return found[-1] if found else None

    def left(self, failed: int) -> str:
        """What there is when step ``failed`` was not taken. No step was made from a checkpoint right before it, which
        may hold what failed."""
        found = sorted(path for path in self._folder.glob("[0-9]*") if path.is_dir())
        good = [path for path in found if int(path.name) < failed - 1]
        if good:
            return f"the last good checkpoint, from which another run can start, is {good[-1]}"
        return (
            f"the only checkpoint is of the step before it, {found[-1]}" if found else "no checkpoint was written yet"
        )

    def save(self, step: int, saved: Saved, config: ModelConfig) -> Path:
        """With ``config`` a checkpoint is a model that others can be begun from.

        Raises CheckpointError when the disk does not take it; the ones before stay as they are.
        """
        aside, place = self._folder / f".{step:06d}", self._folder / f"{step:06d}"
        try:
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(parents=True)
            save_file(saved.weights, aside / WEIGHTS, metadata={"format": "pt"})
            save_file(saved.optimizer, aside / _OPTIMIZER)
            config.save(aside / CONFIG)
            (aside / _STATE).write_text(json.dumps(saved.state, indent=2) + "\n")
            for path in (*aside.iterdir(), aside):
                _flush(path)
            # The same step again, after a resume: what is there is the same to the bit.
            if not place.exists():
                aside.rename(place)
            _flush(self._folder)
        except (OSError, SafetensorError) as error:
            raise CheckpointError(self._not_written(step, error)) from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        self._drop_old()
        return place

    def load(self, recipe: Mapping[str, Any]) -> Saved | None:
        """The newest checkpoint, or None. Raises CheckpointError where it was made by another recipe."""
        if (place := self.last()) is None:
            return None
        try:
            state = json.loads((place / _STATE).read_text())
            saved = Saved(load_file(place / WEIGHTS), load_file(place / _OPTIMIZER), state)
        except (OSError, ValueError, SafetensorError) as error:
            raise CheckpointError(
                f"{place} cannot be read ({error}): delete it, and the one before is used."
            ) from error
        if difference := _difference(state["recipe"], json.loads(json.dumps(recipe))):
            key, before, now = difference
            raise CheckpointError(
                f"The run in {self._folder.parent} was begun with {key} = {before}, and not with {now}: "
                "go on with what it was begun with, or give the new run another name."
            )
        return saved

    def _not_written(self, step: int, error: Exception) -> str:
        last = self.last()
        left = f"the last good one is {last}" if last else "there is none before it"
        return f"Checkpoint {step} could not be written ({error}); {left}. Make room and resume."

    def _drop_old(self) -> None:
        found = sorted(path for path in self._folder.glob("[0-9]*") if path.is_dir())
        for path in found[: -self._keep]:
            shutil.rmtree(path)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _difference(before: Any, now: Any, key: str = "") -> tuple[str, Any, Any] | None:
    """The first key whose value is not the same, with both values."""
    if not (isinstance(before, dict) and isinstance(now, dict)):
        return None if before == now else (key, before, now)
    for name in sorted({*before, *now}):
        found = _difference(before.get(name), now.get(name), f"{key}.{name}" if key else name)
        if found:
            return found
    return None
