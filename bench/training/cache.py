"""What a token leaves in the cache: latent attention against keys and values of every head. Counts, of real caches."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from heading import heading, table
from seawall.training.cache import Cache
from seawall.training.config import ModelConfig
from seawall.training.model import V3

# DeepSeek-V3's own shape is too large to build here: its row is by the same formula.
V3_671B = ModelConfig(
    vocab_size=129280,
    hidden_size=7168,
    num_hidden_layers=61,
    num_attention_heads=128,
    n_routed_experts=256,
    num_experts_per_tok=8,
    n_group=8,
    topk_group=4,
    q_lora_rank=1536,
    kv_lora_rank=512,
    qk_nope_head_dim=128,
    qk_rope_head_dim=64,
    v_head_dim=128,
)
SHAPES = {
    "the demo's": ModelConfig(vocab_size=512),
    "twice as wide": ModelConfig(vocab_size=512, hidden_size=128, num_attention_heads=8),
}


def in_memory(config: ModelConfig) -> int:
    """Bytes a token, of what a cache really holds after reading."""
    cache = Cache()
    with torch.no_grad():
        V3(config)(torch.ones(1, 100, dtype=torch.long), cache=cache)
    return sum(latent.nbytes for latent in cache.latent_BSX.values()) // 100


def row(name: str, config: ModelConfig, measured: int | None, width: int) -> tuple[str, ...]:
    latent = config.num_hidden_layers * config.cached_numbers * width
    heads = config.num_hidden_layers * config.num_attention_heads * (config.qk_head_dim + config.v_head_dim) * width
    assert measured in (None, latent)
    return (name, str(latent), "measured" if measured else "by formula", str(heads), f"{heads / latent:.1f}")


def main() -> None:
    rows = [row(name, config, in_memory(config), 4) for name, config in SHAPES.items()]
    rows.append(row("DeepSeek-V3, 2 bytes a number", V3_671B, None, 2))
    print(heading(), table(rows, ("model", "latent, bytes a token", "", "of all heads", "ratio")), sep="\n\n")


if __name__ == "__main__":
    main()
