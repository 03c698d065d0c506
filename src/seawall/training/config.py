"""What shape a V3 model has, and which shapes are impossible. Knows config.json; knows no tensor."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import NoneType
from typing import Any, Self, get_args, get_type_hints


class ConfigError(ValueError):
    """A shape that no model can have; its text is one sentence for the person who wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RopeScaling:
    """YaRN (arXiv 2309.00071): how positions beyond the length of the first training are squeezed into it.

    ``factor`` is new length over old. Frequencies that turn more than ``beta_fast`` times in the old length stay as
    they are, those that turn less than ``beta_slow`` times are divided by ``factor``, those between are mixed. The
    two ``mscale`` flatten attention's softmax over the longer text, as DeepSeek's code has it.
    """

    factor: float
    original_max_position_embeddings: int
    beta_fast: float = 32.0
    beta_slow: float = 1.0
    mscale: float = 1.0
    mscale_all_dim: float = 1.0

    def flattening(self, mscale: float) -> float:
        return 1.0 if self.factor <= 1 else 0.1 * mscale * math.log(self.factor) + 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """The fields, names and meaning are those of DeepSeek-V3's config.json; the defaults make the demo's model.

    A dense model is one whose ``first_k_dense_replace`` reaches past the last layer.
    """

    vocab_size: int
    hidden_size: int = 64
    intermediate_size: int = 192
    moe_intermediate_size: int = 32
    num_hidden_layers: int = 4
    num_attention_heads: int = 4
    # Routing: experts stand in n_group groups, a token may use topk_group of them, and num_experts_per_tok experts.
    n_routed_experts: int = 8
    n_shared_experts: int = 1
    num_experts_per_tok: int = 2
    n_group: int = 1
    topk_group: int = 1
    norm_topk_prob: bool = True
    routed_scaling_factor: float = 1.0
    first_k_dense_replace: int = 1
    # Latent attention: a token leaves kv_lora_rank + qk_rope_head_dim numbers a layer in the cache, whatever the heads.
    # None has queries uncompressed, which llama.cpp cannot read.
    q_lora_rank: int | None = 32
    kv_lora_rank: int = 32
    qk_nope_head_dim: int = 16
    qk_rope_head_dim: int = 8
    v_head_dim: int = 16
    max_position_embeddings: int = 1024
    rope_theta: float = 10000.0
    rope_scaling: RopeScaling | None = None
    rms_norm_eps: float = 1e-6
    initializer_range: float = 0.02
    # Modules that predict tokens further ahead (MTP). V3 has one.
    num_nextn_predict_layers: int = 0

    def __post_init__(self) -> None:
        for name, rule, holds in _rules(self):
            if not holds:
                raise ConfigError(f"The model's {name} is {getattr(self, name)}: it must {rule}.")

    @property
    def qk_head_dim(self) -> int:
        return self.qk_nope_head_dim + self.qk_rope_head_dim

    @property
    def softmax_scale(self) -> float:
        """What a query's product with a key is multiplied by."""
        yarn = self.rope_scaling
        return self.qk_head_dim**-0.5 * (yarn.flattening(yarn.mscale_all_dim) ** 2 if yarn else 1.0)

    @property
    def rope_size(self) -> float:
        """What rotated dimensions are multiplied by."""
        yarn = self.rope_scaling
        return yarn.flattening(yarn.mscale) / yarn.flattening(yarn.mscale_all_dim) if yarn else 1.0

    @property
    def cached_numbers(self) -> int:
        """What a token leaves in a layer's cache."""
        return self.kv_lora_rank + self.qk_rope_head_dim

    def is_sparse(self, layer: int) -> bool:
        return layer >= self.first_k_dense_replace

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """Reads a recipe's table. Raises ConfigError for keys that no model has."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(table.keys() - known):
            raise ConfigError(f"A model has no `{unknown[0]}`: it has {', '.join(sorted(known))}.")
        values = dict(table)
        try:
            if isinstance(scaling := values.get("rope_scaling"), Mapping):
                values["rope_scaling"] = RopeScaling(**_typed(RopeScaling, scaling))
            return cls(**_typed(cls, values))
        except TypeError as error:
            raise ConfigError(f"The model's table cannot be read: {error}.") from None

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads a config.json of ours, or any DeepSeek-V3's whose other keys have the published values."""
        try:
            document: dict[str, Any] = json.loads(path.read_text())
        except ValueError as error:
            raise ConfigError(f"{path} is not JSON: {error}.") from None
        if document.get("model_type") != "deepseek_v3":
            raise ConfigError(f"{path} describes a {document.get('model_type')}, not a deepseek_v3.")
        for key, published in _PUBLISHED.items():
            if document.get(key, published) != published:
                raise ConfigError(f"{path} has {key} = {document[key]}: only {published} is built.")
        if isinstance(scaling := document.get("rope_scaling"), dict):
            names = {field.name for field in fields(RopeScaling)}
            document["rope_scaling"] = {key: value for key, value in scaling.items() if key in names}  # pyright: ignore[reportUnknownVariableType]
        return cls.of({field.name: document[field.name] for field in fields(cls) if field.name in document})

    def save(self, path: Path, **more: Any) -> None:
        """Writes config.json as transformers reads it; ``more`` are keys of the tokenizer, such as eos_token_id."""
        document = _PUBLISHED | asdict(self) | more
        if self.rope_scaling:
            document["rope_scaling"] |= {"type": "yarn"}
        # So that transformers gives each head its own key: our attention has no groups of heads.
        document["num_key_value_heads"] = self.num_attention_heads
        path.write_text(json.dumps(document, indent=2) + "\n")


# What V3's config.json may say and this architecture has in one form only.
_PUBLISHED: dict[str, Any] = {
    "architectures": ["DeepseekV3ForCausalLM"],
    "model_type": "deepseek_v3",
    "hidden_act": "silu",
    "attention_bias": False,
    "tie_word_embeddings": False,
    "rope_interleave": True,
    "topk_method": "noaux_tc",
    "scoring_func": "sigmoid",
}


_WORDS: dict[type, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    NoneType: "absent",
}


def _typed(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are; a whole number will do for another one. Raises ConfigError for one of another type."""
    hints = get_type_hints(kind)
    for name, value in values.items():
        wanted = get_args(hint) if get_args(hint := hints.get(name, object)) else (hint,)
        fits = isinstance(value, (*wanted, int) if float in wanted else wanted)
        if not fits or (isinstance(value, bool) and not {bool, object} & {*wanted}):
            told = " or ".join(_WORDS.get(one, "a table") for one in wanted)
            raise ConfigError(f"The model's {name} is {value!r}: it must be {told}.")
    return dict(values)


def _rules(config: ModelConfig) -> tuple[tuple[str, str, bool], ...]:
    """Field, what it must do, whether it does."""
    size = config.n_routed_experts // max(config.n_group, 1)
    positive = (
        field.name
        for field in fields(ModelConfig)
        if field.name not in {"num_nextn_predict_layers", "first_k_dense_replace", "rope_scaling", "q_lora_rank"}
        and field.name != "norm_topk_prob"
    )
    return (
        *((name, "be more than zero", getattr(config, name) > 0) for name in positive),
        ("q_lora_rank", "be more than zero, or absent", config.q_lora_rank is None or config.q_lora_rank > 0),
        ("num_nextn_predict_layers", "not be negative", config.num_nextn_predict_layers >= 0),
        ("first_k_dense_replace", "not be negative", config.first_k_dense_replace >= 0),
        ("qk_rope_head_dim", "be even, as rotation turns pairs", config.qk_rope_head_dim % 2 == 0),
        # torch's grouped products want rows of 16 bytes, of two bytes a number in half precision.
        ("hidden_size", "be a multiple of 8", config.hidden_size % 8 == 0),
        ("moe_intermediate_size", "be a multiple of 8", config.moe_intermediate_size % 8 == 0),
        ("n_routed_experts", "be a multiple of n_group", config.n_routed_experts % config.n_group == 0),
        ("n_group", "leave two experts in a group, as a group's score is its best two", size >= 2),
        ("topk_group", "be at most n_group", config.topk_group <= config.n_group),
        ("num_experts_per_tok", "fit into topk_group groups", config.num_experts_per_tok <= config.topk_group * size),
    )
