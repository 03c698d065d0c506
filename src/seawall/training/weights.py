"""A model's folder as the rest of the world reads it: config.json, model.safetensors. Knows no optimizer, no step.

In memory the experts of a layer are one tensor, so that they multiply at once; on disk each has its own, as published.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from seawall.training.config import ConfigError, ModelConfig
from seawall.training.model import V3

WEIGHTS, CONFIG = "model.safetensors", "config.json"
_GATE_UP, _DOWN = ".mlp.experts.gate_up_proj", ".mlp.experts.down_proj"


def published(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A ``state_dict`` under the names of the published weights."""
    named: dict[str, Tensor] = {}
    for name, tensor in state.items():
        stem, dot, kind = name.rpartition(".")
        if name.endswith(_GATE_UP):
            for expert, (gate, up) in enumerate(zip(*tensor.chunk(2, dim=1), strict=True)):
                named[f"{stem}.{expert}.gate_proj.weight"] = gate.contiguous()
                named[f"{stem}.{expert}.up_proj.weight"] = up.contiguous()
        elif name.endswith(_DOWN):
            named |= {f"{stem}.{expert}{dot}{kind}.weight": down.contiguous() for expert, down in enumerate(tensor)}
        else:
            named[name] = tensor.contiguous()
    return named


def stacked(named: Mapping[str, Tensor], config: ModelConfig) -> dict[str, Tensor]:
    """The reverse: a ``state_dict`` from published names. Copies of embedding and head beside MTP are left out."""
    state = {name: tensor for name, tensor in named.items() if ".mlp.experts." not in name and not _is_copy(name)}
    for layer in range(config.num_hidden_layers + config.num_nextn_predict_layers):
        if config.is_sparse(layer):
            stem = f"model.layers.{layer}.mlp.experts"
            gate, up, down = (
                torch.stack([named[f"{stem}.{expert}.{kind}.weight"] for expert in range(config.n_routed_experts)])
                for kind in ("gate_proj", "up_proj", "down_proj")
            )
            state[f"{stem}.gate_up_proj"], state[f"{stem}.down_proj"] = torch.cat((gate, up), dim=1), down
    return state


def _is_copy(name: str) -> bool:
    return name.startswith("model.layers.") and name.endswith((".embed_tokens.weight", ".shared_head.head.weight"))


def save(model: V3, folder: Path, **more: object) -> None:
    """Writes config.json and model.safetensors; ``more`` are config.json's keys of the tokenizer, as eos_token_id."""
    write(model.state_dict(), model.config, folder, **more)


def write(state: Mapping[str, Tensor], config: ModelConfig, folder: Path, **more: object) -> None:
    """The same, of a ``state_dict`` that was gathered from several processes."""
    folder.mkdir(parents=True, exist_ok=True)
    # transformers asks the file for its framework.
    save_file(published(state), folder / WEIGHTS, metadata={"format": "pt"})
    config.save(folder / CONFIG, **more)


def load(folder: Path, device: str = "cpu") -> V3:
    """Raises ConfigError for a shape that is not built, and for weights that are torn or of another shape."""
    config = ModelConfig.load(folder / CONFIG)
    model = V3(config).to(device)
    try:
        model.load_state_dict(stacked(load_file(folder / WEIGHTS, device=device), config))
    except (KeyError, RuntimeError, SafetensorError) as error:
        said = str(error).strip().splitlines()[-1].strip()
        raise ConfigError(
            f"The weights in {folder} are torn, or of another shape than its {CONFIG} ({said})."
        ) from None
    return model
