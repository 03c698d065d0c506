"""Takes a model to other trainers and back: Hugging Face's folder, torch's distributed checkpoint. Knows no training.

Both hold the published weights' names, so that whoever knows DeepSeek-V3 knows these: torchtitan loads either, verl and
TRL the folder.
"""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.distributed.checkpoint.filesystem import FileSystemReader
from torch.distributed.checkpoint.metadata import TensorStorageMetadata
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save

from seawall.training.config import ModelConfig
from seawall.training.data.example import DataError
from seawall.training.weights import CONFIG, WEIGHTS

_WORDS = ("tokenizer.json", "tokenizer_config.json")
_LAYER = re.compile(r"model\.layers\.(\d+)\.")


def to_distributed(final: Path, folder: Path, *, ahead: bool = True) -> None:
    """Writes the checkpoint beside copies of config and tokenizer. Without ``ahead`` the modules for further tokens,
    which most trainers do not know, are left out. Raises DataError where there is no model."""
    config, weights = _read(final)
    if not ahead:
        weights = {name: weight for name, weight in weights.items() if not _looks_ahead(name, config)}
    with _alone():
        save(cast("dict[str, Any]", weights), checkpoint_id=folder, no_dist=True)
    _accompany(final, folder, config, ahead=ahead)


def from_distributed(folder: Path, final: Path) -> None:
    """The reverse: a folder that our stages, transformers and export read. Raises DataError."""
    if not (folder / ".metadata").exists() or not (folder / CONFIG).exists():
        raise DataError(f"There is no checkpoint in {folder}: .metadata and {CONFIG} are looked for.")
    told = FileSystemReader(folder).read_metadata().state_dict_metadata
    weights: dict[str, Any] = {
        name: torch.empty(one.size, dtype=one.properties.dtype)
        for name, one in told.items()
        if isinstance(one, TensorStorageMetadata)
    }
    with _alone():
        load(weights, checkpoint_id=folder, no_dist=True)
    final.mkdir(parents=True, exist_ok=True)
    save_file(weights, final / WEIGHTS, metadata={"format": "pt"})
    config = ModelConfig.load(folder / CONFIG)
    _accompany(folder, final, config, ahead=any(_looks_ahead(name, config) for name in weights))


@contextmanager
def _alone() -> Generator[None]:
    """We are one process and say so; torch warns of it all the same."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="torch.distributed is disabled")
        yield


def _read(final: Path) -> tuple[ModelConfig, dict[str, Tensor]]:
    try:
        return ModelConfig.load(final / CONFIG), load_file(final / WEIGHTS)
    except FileNotFoundError as fault:
        raise DataError(
            f"There is no finished model in {final} ({Path(str(fault.filename)).name} is missing)."
        ) from None


def _looks_ahead(name: str, config: ModelConfig) -> bool:
    found = _LAYER.match(name)
    return found is not None and int(found[1]) >= config.num_hidden_layers


def _accompany(source: Path, target: Path, config: ModelConfig, *, ahead: bool) -> None:
    text = (source / CONFIG).read_text(encoding="utf-8")
    if not ahead:
        text = re.sub(r'("num_nextn_predict_layers": )\d+', r"\g<1>0", text)
    (target / CONFIG).write_text(text, encoding="utf-8")
    for name in _WORDS:
        if (source / name).exists():
            shutil.copyfile(source / name, target / name)
