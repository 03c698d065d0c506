"""Shapes of models: what config.json says, and which shapes are refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seawall.training.config import ConfigError, ModelConfig, RopeScaling


def test_a_shape_is_the_same_after_config_json(tmp_path: Path) -> None:
    config = ModelConfig(
        vocab_size=300,
        n_group=2,
        topk_group=1,
        num_nextn_predict_layers=1,
        rope_scaling=RopeScaling(factor=4.0, original_max_position_embeddings=512, mscale=0.7),
    )
    config.save(tmp_path / "config.json", eos_token_id=2)
    assert ModelConfig.load(tmp_path / "config.json") == config
    said = json.loads((tmp_path / "config.json").read_text())
    assert said["model_type"] == "deepseek_v3"
    assert said["rope_scaling"]["type"] == "yarn"
    assert said["eos_token_id"] == 2


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"hidden_sise": 64}, "A model has no `hidden_sise`"),
        ({"hidden_size": 0}, "hidden_size is 0: it must be more than zero"),
        ({"hidden_size": 52}, "hidden_size is 52: it must be a multiple of 8"),
        ({"moe_intermediate_size": 10}, "moe_intermediate_size is 10: it must be a multiple of 8"),
        ({"qk_rope_head_dim": 7}, "qk_rope_head_dim is 7: it must be even"),
        ({"n_routed_experts": 8, "n_group": 3}, "n_routed_experts is 8: it must be a multiple of n_group"),
        ({"n_routed_experts": 4, "n_group": 4}, "n_group is 4: it must leave two experts in a group"),
        ({"n_group": 2, "topk_group": 3}, "topk_group is 3: it must be at most n_group"),
        ({"num_experts_per_tok": 9}, "num_experts_per_tok is 9: it must fit into topk_group groups"),
        ({"rope_scaling": {"factor": 2.0}}, "The model's table cannot be read"),
        ({"rope_scaling": {"factor": "2"}}, "factor is '2': it must be a number"),
        ({"rope_scaling": 5}, "rope_scaling is 5: it must be a table or absent"),
        ({"num_hidden_layers": 2.0}, "num_hidden_layers is 2.0: it must be a whole number"),
        ({"num_hidden_layers": True}, "num_hidden_layers is True: it must be a whole number"),
        ({"norm_topk_prob": 7}, "norm_topk_prob is 7: it must be true or false"),
    ],
)
def test_an_impossible_shape_is_refused_by_the_field_that_makes_it_so(table: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        ModelConfig.of({"vocab_size": 300} | table)


def test_a_config_of_another_architecture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("{")
    with pytest.raises(ConfigError, match="is not JSON"):
        ModelConfig.load(path)
    path.write_text(json.dumps({"model_type": "llama"}))
    with pytest.raises(ConfigError, match="describes a llama, not a deepseek_v3"):
        ModelConfig.load(path)
    path.write_text(json.dumps({"model_type": "deepseek_v3", "vocab_size": 300, "attention_bias": True}))
    with pytest.raises(ConfigError, match="attention_bias = True: only False is built"):
        ModelConfig.load(path)
