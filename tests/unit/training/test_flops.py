"""The formula and torch's own counter agree within five per cent, on shapes of every kind."""

from dataclasses import replace

import pytest
import torch

from seawall.training.config import ModelConfig
from seawall.training.flops import counted_flops, decoding_flops, training_flops
from seawall.training.model import V3, Cache

DEMO = ModelConfig(vocab_size=300, num_hidden_layers=2)
SHAPES = {
    "the demo's": DEMO,
    "one with compressed queries": replace(DEMO, q_lora_rank=24),
    "one of wide experts in groups": replace(
        DEMO, n_routed_experts=16, n_group=4, topk_group=2, moe_intermediate_size=96
    ),
    "a dense one": replace(DEMO, first_k_dense_replace=9),
    "a wide vocabulary": replace(DEMO, vocab_size=4000),
    "one that looks ahead": replace(DEMO, num_nextn_predict_layers=1),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("length", [16, 192])
def test_the_formula_agrees_with_the_counter(shape: str, length: int):
    config = SHAPES[shape]
    model = V3(config)
    tokens = torch.arange(2 * length).view(2, length) % config.vocab_size

    def train() -> None:
        output = model(tokens)
        loss = output.logits_BTW.mean()
        if config.num_nextn_predict_layers:
            loss = loss + model.ahead(output.hidden_BTD, tokens).logits_BTW.mean()
        loss.backward()

    told = training_flops(config, tokens=2 * length, context=length)
    assert told == pytest.approx(counted_flops(train), rel=0.05)


def test_a_token_that_is_said_after_many_costs_what_the_counter_sees():
    model, cache, context = V3(DEMO), Cache(), 256
    with torch.inference_mode():
        model(torch.zeros(1, context - 1, dtype=torch.long), cache=cache)
        counted = counted_flops(lambda: model(torch.zeros(1, 1, dtype=torch.long), cache=cache))
    assert decoding_flops(DEMO, tokens=1, context=context) == pytest.approx(counted, rel=0.05)
