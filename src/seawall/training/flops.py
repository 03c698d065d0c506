"""How much arithmetic a V3 model costs, by formula from its shape and as torch counts it. Knows shapes; knows no clock.

A product of an (m, k) with a (k, n) matrix is 2 m k n operations; whatever is not a product of matrices is left out, as
in all published figures. Attention is counted whole, as it is computed: the causal half that is masked away counts too.
Fused attention computes the scores once more for the gradients: that is left out, as published utilisations leave it
out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seawall.training.config import ModelConfig

# A product's two gradients, by its input and by its weights, cost as much as the product each.
BACKWARD_OVER_FORWARD = 2


def forward_flops(config: ModelConfig, *, tokens: int, context: int, predicting_ahead: bool = True) -> float:
    """A forward pass over ``tokens``, each of which attends to ``context`` keys: the length that sequences are padded
    or packed to. ``predicting_ahead`` adds the modules for further tokens (MTP), which decoding may leave out."""
    layers = sum(
        _attention(config, context) + (_experts(config) if config.is_sparse(layer) else _dense(config))
        for layer in range(config.num_hidden_layers)
    )
    ahead = config.num_nextn_predict_layers if predicting_ahead else 0
    # Joins the hidden state with the next token's embedding, then one layer and the shared head.
    module = 4 * config.hidden_size**2 + _attention(config, context) + _experts(config) + _head(config)
    return float(tokens) * (layers + _head(config) + ahead * module)


def training_flops(config: ModelConfig, *, tokens: int, context: int) -> float:
    """Forward and backward."""
    return (1 + BACKWARD_OVER_FORWARD) * forward_flops(config, tokens=tokens, context=context)


def decoding_flops(config: ModelConfig, *, tokens: int, context: int) -> float:
    """Generating with the compressed cache: the queries are moved to the latents, once a token, so that nothing is read
    out of the cache. ``context`` is how many tokens lie there on average."""
    heads, latent, rope = config.num_attention_heads, config.kv_lora_rank, config.qk_rope_head_dim
    moved = 2 * heads * latent * (config.qk_nope_head_dim + config.v_head_dim)
    read = 2 * heads * context * (2 * latent + rope)
    expanded = _attention(config, context) - _projections(config) + _read_out(config)
    saved = config.num_hidden_layers * (expanded - moved - read)
    return forward_flops(config, tokens=tokens, context=context, predicting_ahead=False) - tokens * float(saved)


def counted_flops(work: Callable[[], object]) -> float:
    """What torch's own counter sees while ``work`` is done, told of two kernels that it does not know yet."""
    import torch
    from torch.utils import flop_counter

    counter: Any = flop_counter  # Its formulas are untyped.

    def grouped(a_shape: Sequence[int], b_shape: Sequence[int], *_: Any, **__: Any) -> int:
        return 2 * math.prod(a_shape) * b_shape[-1]  # Each row meets one matrix of the group.

    def attended(q_shape: Sequence[int], k_shape: Sequence[int], v_shape: Sequence[int], *_: Any, **__: Any) -> int:
        return counter.sdpa_flop_count(q_shape, k_shape, v_shape)

    def attended_back(_gradient: Any, *shapes: Any, **_: Any) -> int:
        return BACKWARD_OVER_FORWARD * counter.sdpa_flop_count(*shapes[:3])

    aten = torch.ops.aten
    known = {
        aten._grouped_mm: grouped,
        aten._scaled_dot_product_flash_attention_for_cpu: attended,
        aten._scaled_dot_product_flash_attention_for_cpu_backward: attended_back,
    }
    with counter.FlopCounterMode(display=False, custom_mapping=known) as counted:
        work()
    return float(counted.get_total_flops())


def _attention(config: ModelConfig, context: int) -> int:
    # Values are padded to the size of keys, so that torch fuses it all.
    values = max(config.qk_head_dim, config.v_head_dim)
    scores = 2 * context * config.num_attention_heads * (config.qk_head_dim + values)
    return _projections(config) + scores


def _projections(config: ModelConfig) -> int:
    """Queries, the latent, what is read out of it, and the output."""
    hidden, heads = config.hidden_size, config.num_attention_heads
    queries = heads * config.qk_head_dim
    asked = hidden * queries if config.q_lora_rank is None else config.q_lora_rank * (hidden + queries)
    compressed = hidden * config.cached_numbers
    return 2 * (asked + compressed + heads * config.v_head_dim * hidden) + _read_out(config)


def _read_out(config: ModelConfig) -> int:
    return 2 * config.kv_lora_rank * config.num_attention_heads * (config.qk_nope_head_dim + config.v_head_dim)


def _dense(config: ModelConfig) -> int:
    return 6 * config.hidden_size * config.intermediate_size


def _experts(config: ModelConfig) -> int:
    """The gate, and three matrices of each expert that a token meets."""
    met = config.n_shared_experts + config.num_experts_per_tok
    return (
        2 * config.hidden_size * config.n_routed_experts + 6 * config.hidden_size * config.moe_intermediate_size * met
    )


def _head(config: ModelConfig) -> int:
    return 2 * config.hidden_size * config.vocab_size
