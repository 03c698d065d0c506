"""V3's published weights under llama.cpp's names and in its shapes (`deepseek2`). Knows tensors; knows no file.

llama.cpp keeps the experts of a layer in one tensor, and attends to the latents alone: what is read out of them is
split into its keys, which it wants transposed, and its values (`conversion/deepseek.py` there). It turns neighbouring
dimensions, as we do, so that nothing is permuted. Modules that predict further tokens are left out: it has no use for
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from seawall.training.config import ModelConfig

_TOP = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
_OF_A_LAYER = {
    "input_layernorm.weight": "attn_norm.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight",
    "self_attn.q_proj.weight": "attn_q.weight",
    "self_attn.q_a_proj.weight": "attn_q_a.weight",
    "self_attn.q_a_layernorm.weight": "attn_q_a_norm.weight",
    "self_attn.q_b_proj.weight": "attn_q_b.weight",
    "self_attn.kv_a_proj_with_mqa.weight": "attn_kv_a_mqa.weight",
    "self_attn.kv_a_layernorm.weight": "attn_kv_a_norm.weight",
    "self_attn.o_proj.weight": "attn_output.weight",
    "mlp.gate.weight": "ffn_gate_inp.weight",
    "mlp.gate.e_score_correction_bias": "exp_probs_b.bias",
    "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight",
    "mlp.down_proj.weight": "ffn_down.weight",
    "mlp.shared_experts.gate_proj.weight": "ffn_gate_shexp.weight",
    "mlp.shared_experts.up_proj.weight": "ffn_up_shexp.weight",
    "mlp.shared_experts.down_proj.weight": "ffn_down_shexp.weight",
    "mlp.experts.gate_proj": "ffn_gate_exps.weight",
    "mlp.experts.up_proj": "ffn_up_exps.weight",
    "mlp.experts.down_proj": "ffn_down_exps.weight",
}
_LAYER = re.compile(r"model\.layers\.(\d+)\.(.+)")
_EXPERT = re.compile(r"(.+\.mlp\.experts)\.(\d+)\.(\w+)\.weight")


def gguf_tensors(config: ModelConfig, weights: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """Every tensor of the file, by its name there. Raises KeyError for a weight that V3 does not have."""
    for name, weight in _joined(weights).items():
        if name in _TOP:
            yield _TOP[name], weight
            continue
        found = _LAYER.fullmatch(name)
        if found is None:
            raise KeyError(name)
        layer, part = int(found[1]), found[2]
        if layer >= config.num_hidden_layers:
            continue
        for said, split in _split(config, part, weight):
            yield f"blk.{layer}.{said}", split


def _joined(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A layer's experts, which are published one by one, as one tensor for each of their three matrices."""
    joined: dict[str, Tensor] = {}
    alone: dict[str, dict[int, Tensor]] = {}
    for name, weight in weights.items():
        if found := _EXPERT.fullmatch(name):
            alone.setdefault(f"{found[1]}.{found[3]}", {})[int(found[2])] = weight
        else:
            joined[name] = weight
    return joined | {name: torch.stack([many[at] for at in sorted(many)]) for name, many in alone.items()}


def _split(config: ModelConfig, part: str, weight: Tensor) -> Iterator[tuple[str, Tensor]]:
    if part == "self_attn.kv_b_proj.weight":
        heads = weight.view(config.num_attention_heads, -1, config.kv_lora_rank)
        yield "attn_k_b.weight", heads[:, : config.qk_nope_head_dim].transpose(1, 2)
        yield "attn_v_b.weight", heads[:, config.qk_nope_head_dim :]
    else:
        yield _OF_A_LAYER[part], weight
