"""Writes a trained model as a GGUF file that llama.cpp runs as `deepseek2`. Knows folders and metadata; knows no loop.

What a key means is said in `conversion/deepseek.py` and `src/models/deepseek2.cpp` of llama.cpp.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import gguf
from safetensors import SafetensorError
from safetensors.torch import load_file  # pyright: ignore[reportUnknownVariableType]
from torch import Tensor

from seawall.training.config import ConfigError, ModelConfig
from seawall.training.gguf_tensors import gguf_tensors

Precision = Literal["F32", "F16", "Q8_0"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)

# llama.cpp reads the gate and whatever has one dimension in F32 only.
_GATE = "ffn_gate_inp.weight"
# Its norms share one epsilon; those of our latents have the published one.
_EPSILON = 1e-6
_UNUSED = "[UNUSED{}]"


class ExportError(Exception):
    """Why there is no file: one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Exported:
    """``kept_larger``: tensors that blocks of 32 do not fit, written in F16."""

    path: Path
    precision: Precision
    size_bytes: int
    kept_larger: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Tokens:
    texts: list[str]
    kinds: list[gguf.TokenType]
    merges: list[str]
    settings: Mapping[str, Any]

    def id_of(self, role: str) -> int:
        return self.texts.index(self.settings[role])


def export(final: Path, path: Path, *, precision: Precision, name: str, licence: str = "unknown") -> Exported:
    """Packs the folder of a finished run. The file appears whole or not at all. Raises ExportError, OSError."""
    config, weights, tokens = _read(final)
    _refuse(config)
    writer = gguf.GGUFWriter(None, "deepseek2")
    writer.add_name(name)
    writer.add_license(licence)
    # What these models are trained for has right answers: who names no temperature is given the likeliest.
    writer.add_sampling_temp(0.0)
    _add_shape(writer, config)
    _add_tokens(writer, tokens, config.vocab_size)
    writer.add_file_type(_file_type(precision))
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    larger: list[str] = []
    for tensor_name, tensor in gguf_tensors(config, weights):
        kind = _kind(tensor_name, tensor, precision)
        if precision == "Q8_0" and kind == gguf.GGMLQuantizationType.F16:
            larger.append(tensor_name)
        packed = gguf.quants.quantize(tensor.float().contiguous().numpy(), kind)
        writer.add_tensor(tensor_name, packed, raw_dtype=kind)
    _write(writer, path)
    return Exported(path, precision, path.stat().st_size, tuple(larger))


def _read(final: Path) -> tuple[ModelConfig, dict[str, Tensor], _Tokens]:
    try:
        config = ModelConfig.load(final / "config.json")
        weights: dict[str, Tensor] = load_file(final / "model.safetensors")
        tokenizer = json.loads((final / "tokenizer.json").read_text(encoding="utf-8"))
        settings = json.loads((final / "tokenizer_config.json").read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        missing = Path(str(fault.filename)).name
        raise ExportError(f"There is no finished model in {final} ({missing} is missing): train one first.") from None
    except (ConfigError, SafetensorError, ValueError) as fault:
        raise ExportError(f"The model in {final} cannot be read: {fault}") from None
    return config, weights, _tokens(tokenizer, settings)


def _tokens(tokenizer: Mapping[str, Any], settings: Mapping[str, Any]) -> _Tokens:
    model = tokenizer["model"]
    if model["type"] != "BPE":
        raise ExportError(f"The tokenizer is a {model['type']}: only byte-level BPE is written.")
    by_id = {number: token for token, number in model["vocab"].items()}
    kinds = dict.fromkeys(by_id, gguf.TokenType.NORMAL)
    for added in tokenizer["added_tokens"]:
        by_id[added["id"]] = added["content"]
        # llama.cpp prints what is user-defined and swallows what is control: reasoning marks must be printed.
        kinds[added["id"]] = gguf.TokenType.CONTROL if added["special"] else gguf.TokenType.USER_DEFINED
    ids = sorted(by_id)
    merges = [one if isinstance(one, str) else " ".join(one) for one in model["merges"]]
    return _Tokens([by_id[at] for at in ids], [kinds[at] for at in ids], merges, settings)


def _refuse(config: ModelConfig) -> None:
    if config.rms_norm_eps != _EPSILON:
        raise ExportError(f"rms_norm_eps is {config.rms_norm_eps}: llama.cpp would compute otherwise, use {_EPSILON}.")
    if config.q_lora_rank is None:
        raise ExportError(
            "The model has no q_lora_rank: llama.cpp's deepseek2 knows compressed queries only, give one."
        )
    yarn = config.rope_scaling
    if yarn and (yarn.mscale, yarn.mscale_all_dim) != (1.0, 1.0):
        raise ExportError("Other values of mscale than V3's, 1.0, mean something else to llama.cpp: keep them.")


def _add_shape(writer: gguf.GGUFWriter, config: ModelConfig) -> None:
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_vocab_size(config.vocab_size)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    # All heads attend to one latent: for llama.cpp, many queries and a single key and value.
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(1)
    writer.add_key_length(config.cached_numbers)
    writer.add_value_length(config.kv_lora_rank)
    writer.add_key_length_mla(config.qk_head_dim)
    writer.add_value_length_mla(config.v_head_dim)
    writer.add_kv_lora_rank(config.kv_lora_rank)
    writer.add_q_lora_rank(config.q_lora_rank or 0)
    _add_experts(writer, config)
    _add_positions(writer, config)


def _add_experts(writer: gguf.GGUFWriter, config: ModelConfig) -> None:
    writer.add_leading_dense_block_count(min(config.first_k_dense_replace, config.num_hidden_layers))
    writer.add_expert_count(config.n_routed_experts)
    writer.add_expert_used_count(config.num_experts_per_tok)
    writer.add_expert_shared_count(config.n_shared_experts)
    writer.add_expert_feed_forward_length(config.moe_intermediate_size)
    writer.add_expert_weights_scale(config.routed_scaling_factor)
    writer.add_expert_weights_norm(config.norm_topk_prob)
    writer.add_expert_gating_func(gguf.ExpertGatingFuncType.SIGMOID)
    writer.add_expert_group_count(config.n_group)
    writer.add_expert_group_used_count(config.topk_group)


def _add_positions(writer: gguf.GGUFWriter, config: ModelConfig) -> None:
    writer.add_rope_dimension_count(config.qk_rope_head_dim)
    writer.add_rope_freq_base(config.rope_theta)
    if (yarn := config.rope_scaling) is None:
        return
    writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
    writer.add_rope_scaling_factor(yarn.factor)
    writer.add_rope_scaling_orig_ctx_len(yarn.original_max_position_embeddings)
    writer.add_rope_scaling_yarn_beta_fast(yarn.beta_fast)
    writer.add_rope_scaling_yarn_beta_slow(yarn.beta_slow)
    writer.add_rope_scaling_yarn_log_mul(0.1 * yarn.mscale_all_dim)


def _add_tokens(writer: gguf.GGUFWriter, tokens: _Tokens, rows: int) -> None:
    """``rows`` of the embedding; those past the vocabulary have names that no text contains."""
    spare = range(len(tokens.texts), rows)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*tokens.texts, *(_UNUSED.format(at) for at in spare)])
    writer.add_token_types([*tokens.kinds, *(gguf.TokenType.UNUSED for _ in spare)])
    writer.add_token_merges(tokens.merges)
    writer.add_bos_token_id(tokens.id_of("bos_token"))
    writer.add_eos_token_id(tokens.id_of("eos_token"))
    writer.add_pad_token_id(tokens.id_of("pad_token"))
    writer.add_add_bos_token(False)
    if template := tokens.settings.get("chat_template"):
        writer.add_chat_template(template)


def _kind(name: str, tensor: Tensor, precision: Precision) -> gguf.GGMLQuantizationType:
    if tensor.dim() == 1 or name.endswith(_GATE):
        return gguf.GGMLQuantizationType.F32
    kind = gguf.GGMLQuantizationType[precision]
    block, _ = gguf.GGML_QUANT_SIZES[kind]
    return gguf.GGMLQuantizationType.F16 if tensor.shape[-1] % block else kind


def _file_type(precision: Precision) -> gguf.LlamaFileType:
    return gguf.LlamaFileType.ALL_F32 if precision == "F32" else gguf.LlamaFileType[f"MOSTLY_{precision}"]


def _write(writer: gguf.GGUFWriter, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        writer.write_header_to_file(draft)
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
