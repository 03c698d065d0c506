"""The architecture against transformers' DeepseekV3ForCausalLM: logits, weights on disk, prediction ahead."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
import torch
from safetensors import safe_open
from transformers import DeepseekV3ForCausalLM
from transformers.modeling_layers import MtpModel

from seawall.training.config import ModelConfig, RopeScaling
from seawall.training.model import V3
from seawall.training.weights import WEIGHTS, load, save

YARN = RopeScaling(factor=4.0, original_max_position_embeddings=16, mscale=0.8, mscale_all_dim=0.6)
# Each field differs from its neighbours, so that no swap of two of them goes unseen.
SHAPE: dict[str, Any] = {
    "vocab_size": 96,
    "hidden_size": 48,
    "intermediate_size": 40,
    "moe_intermediate_size": 16,
    "num_hidden_layers": 3,
    "num_attention_heads": 3,
    "n_routed_experts": 12,
    "n_shared_experts": 2,
    "num_experts_per_tok": 3,
    "n_group": 4,
    "topk_group": 2,
    "routed_scaling_factor": 2.5,
    "first_k_dense_replace": 1,
    "kv_lora_rank": 20,
    "qk_nope_head_dim": 10,
    "qk_rope_head_dim": 8,
    "v_head_dim": 14,
    "num_nextn_predict_layers": 1,
}


def model_of(**changes: Any) -> V3:
    torch.manual_seed(7)
    # Weights much larger than in training, so that logits are of size 1 and routing has no near ties.
    model = V3(ModelConfig.of(SHAPE | {"initializer_range": 0.2} | changes)).eval()
    for name, buffer in model.named_buffers():
        if name.endswith("e_score_correction_bias"):
            buffer.normal_(std=0.2)
    for name, parameter in model.named_parameters():
        if "norm" in name:
            torch.nn.init.normal_(parameter, mean=1.0, std=0.2)
    return model


def theirs(model: V3, folder: Path) -> DeepseekV3ForCausalLM:
    save(model, folder)
    loaded, report = cast(tuple[Any, Any], DeepseekV3ForCausalLM.from_pretrained(folder, output_loading_info=True))
    assert not report["missing_keys"]
    assert not report["mismatched_keys"]
    assert all(key.startswith("model.layers.3.") for key in report["unexpected_keys"])
    return loaded.eval()


def padded_batch() -> tuple[torch.Tensor, torch.Tensor]:
    tokens_BT = torch.randint(1, SHAPE["vocab_size"], (4, 24), generator=torch.Generator().manual_seed(3))
    mask_BT = torch.ones_like(tokens_BT)
    mask_BT[1, :9] = 0
    mask_BT[2, 17:] = 0
    return tokens_BT, mask_BT


@torch.no_grad()
@pytest.mark.parametrize("yarn", [None, YARN], ids=["plain", "yarn"])
@pytest.mark.parametrize("queries", [None, 28], ids=["whole queries", "compressed queries"])
def test_the_logits_of_a_padded_batch_are_those_of_transformers(
    tmp_path: Path, yarn: RopeScaling | None, queries: int | None
) -> None:
    model = model_of(rope_scaling=yarn, q_lora_rank=queries)
    tokens_BT, mask_BT = padded_batch()
    ours_BTW = model(tokens_BT, mask_BT).logits_BTW
    theirs_BTW = theirs(model, tmp_path)(tokens_BT, attention_mask=mask_BT).logits
    assert ours_BTW.std() > 0.5
    assert (ours_BTW - theirs_BTW)[mask_BT.bool()].abs().max() <= 1e-5


@torch.no_grad()
def test_the_module_ahead_predicts_what_transformers_own_predicts(tmp_path: Path) -> None:
    model = model_of(rope_scaling=YARN, q_lora_rank=28)
    peer = theirs(model, tmp_path)
    # transformers knows by the layer's number alone that these weights are an MTP module's: 61, as in the full V3.
    peer._keys_to_ignore_on_load_unexpected = [r"model\.layers\.3.*"]  # pyright: ignore[reportPrivateUsage]
    tokens_BT, _ = padded_batch()
    read = peer(tokens_BT[:1, :-1], output_hidden_states=True)
    module = MtpModel.from_pretrained(peer)
    position_BT = torch.arange(1, tokens_BT.shape[1])[None]
    _, theirs_BTW, _ = module(tokens_BT[:1, 1:], read.hidden_states[-1], None, position_BT, None)
    ours = model.ahead(model(tokens_BT[:1, :-1]).hidden_BTD, tokens_BT[:1, 1:])
    assert (ours.logits_BTW[:, -1:] - theirs_BTW).abs().max() <= 1e-5


def test_weights_on_disk_have_the_published_names_and_come_back_to_the_bit(tmp_path: Path) -> None:
    model = model_of(q_lora_rank=28)
    save(model, tmp_path)
    with safe_open(tmp_path / WEIGHTS, "pt") as file:
        names = set(file.keys())
    assert {
        "model.embed_tokens.weight",
        "model.layers.0.mlp.down_proj.weight",
        "model.layers.2.mlp.experts.11.up_proj.weight",
        "model.layers.2.mlp.gate.e_score_correction_bias",
        "model.layers.2.self_attn.kv_a_proj_with_mqa.weight",
        "model.layers.3.eh_proj.weight",
        "model.layers.3.shared_head.norm.weight",
        "lm_head.weight",
    } <= names
    again = load(tmp_path)
    assert again.config == model.config
    assert all(torch.equal(tensor, again.state_dict()[name]) for name, tensor in model.state_dict().items())
