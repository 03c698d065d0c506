"""The card of a model that was trained here: what it was made of and what that cost. Knows files; signs nothing."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from safetensors import safe_open

from seawall import __version__
from seawall.models.card import Card
from seawall.models.model_file import sha256_of
from seawall.training.config import ModelConfig
from seawall.training.export import Exported
from seawall.training.ledger import Rates, Run, Spent, totals

# The engine keeps the latents of a small model in 32 bits (seawall.engines.sizing).
_BYTES_A_NUMBER = 4
RECIPE = "recipe.toml"
REPORT = "report.json"


def card_of(
    exported: Exported, project: Path, run: str, runs: Sequence[Run], *, licence: str, rates: Rates, unix_time: float
) -> Card:
    """What is to be known of the model that ``run`` made. ``runs`` are the ledger's."""
    config = ModelConfig.load(project / run / "final" / "config.json")
    both = totals(runs, run)
    made_by = {one.name: one for one in runs if one.id in both.final_runs}
    parameters = _parameters(project / run / "final" / "model.safetensors")
    return Card(
        name=exported.path.stem,
        licence=licence,
        parameters=parameters,
        active_parameters=parameters - _idle(config),
        precision=exported.precision,
        size_bytes=exported.size_bytes,
        sha256=sha256_of(exported.path),
        context_tokens=config.max_position_embeddings,
        kv_bytes=config.num_hidden_layers * config.cached_numbers * _BYTES_A_NUMBER,
        vocabulary=config.vocab_size,
        reasons=True,
        made_on=datetime.fromtimestamp(unix_time, UTC).date().isoformat(),
        software={"seawall": __version__, "torch": importlib.metadata.version("torch"), "on": platform.machine()},
        seeds={name: one.seed for name, one in made_by.items()},
        recipes={name: recipe for name in made_by if (recipe := _text(project / name / RECIPE)) is not None},
        cost={
            "final_run": told(both.final_run, rates),
            "everything": told(both.everything, rates),
            "runs": len(runs),
            "rates": asdict(rates),
        },
        results=_results(project, run),
    )


def told(spent: Spent, rates: Rates) -> dict[str, Any]:
    """What was spent, with its price, for programs."""
    return asdict(spent) | {"usd": spent.usd(rates)}


def _parameters(weights: Path) -> int:
    """Learned numbers; the gates' biases are moved by rule and are none."""
    count = 0
    with safe_open(weights, framework="pt") as file:
        for name in file.keys():  # noqa: SIM118  # It is no mapping.
            size = 1
            for side in file.get_slice(name).get_shape():
                size *= side
            count += 0 if name.endswith("e_score_correction_bias") else size
    return count


def _idle(config: ModelConfig) -> int:
    """Of the routed experts, those that a token does not meet; and what only predicts further tokens in training."""
    sparse = sum(config.is_sparse(layer) for layer in range(config.num_hidden_layers + config.num_nextn_predict_layers))
    unmet = config.n_routed_experts - config.num_experts_per_tok
    return sparse * unmet * 3 * config.hidden_size * config.moe_intermediate_size


def _results(project: Path, run: str) -> dict[str, Any]:
    """Of the run's evaluation, else of the demo."""
    for path in (project / run / "evaluation.json", project / REPORT):
        if (text := _text(path)) is not None:
            read: dict[str, Any] = json.loads(text)
            return {key: value for key, value in read.items() if key != "ledger"}
    return {}


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
