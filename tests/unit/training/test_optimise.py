"""Muon as torch has it, for stacks too; the learning rate's way; the bias that balances experts."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from seawall.training.config import ModelConfig
from seawall.training.model import V3
from seawall.training.optimise import Muon, Optimizers, learning_rate_at, move_bias, orthogonalised
from seawall.training.recipe import PretrainRecipe

SHAPE = ModelConfig(vocab_size=32, hidden_size=32, moe_intermediate_size=16, num_hidden_layers=2, num_attention_heads=2)


def test_muon_takes_the_steps_of_torchs_own() -> None:
    torch.manual_seed(0)
    start = [torch.randn(6, 20), torch.randn(20, 6)]
    ours, theirs = ([torch.nn.Parameter(matrix.clone()) for matrix in start] for _ in range(2))
    pair = (
        Muon(ours, lr=0.1, weight_decay=0.1),
        torch.optim.Muon(theirs, lr=0.1, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"),
    )
    for step in range(3):
        for parameters, optimizer in zip((ours, theirs), pair, strict=True):
            torch.manual_seed(step)
            for parameter in parameters:
                parameter.grad = torch.randn_like(parameter)
            optimizer.step()
    # torch iterates in bfloat16, we on a CPU in float32.
    assert all(torch.allclose(a, b, atol=0.02) for a, b in zip(ours, theirs, strict=True))
    assert all((a - b).abs().max() > 0.1 for a, b in zip(ours, start, strict=True))


def test_a_stack_of_experts_is_orthogonalised_expert_by_expert() -> None:
    stack = torch.randn(5, 12, 8, generator=torch.Generator().manual_seed(1))
    one_by_one = torch.stack([orthogonalised(matrix[None])[0] for matrix in stack])
    assert torch.allclose(orthogonalised(stack), one_by_one, atol=1e-5)
    singular = torch.linalg.svdvals(orthogonalised(stack))
    assert 0.5 < float(singular.min()) <= float(singular.max()) < 1.5


def test_muon_has_matrices_inside_layers_and_adamw_all_else() -> None:
    model = V3(SHAPE)
    optimizers = Optimizers(model, PretrainRecipe(optimizer="muon"))
    loss = model(torch.randint(0, 32, (2, 8))).logits_BTW.square().mean()
    loss.backward()
    optimizers.step(0)
    muon = {key.partition("/")[2] for key in optimizers.state() if key.startswith("momentum_buffer/")}
    assert "model.layers.1.mlp.experts.gate_up_proj" in muon
    assert "model.layers.0.self_attn.kv_b_proj.weight" in muon
    assert not muon & {"lm_head.weight", "model.embed_tokens.weight", "model.layers.1.mlp.gate.weight"}
    assert "exp_avg/model.layers.1.mlp.gate.weight" in optimizers.state()


def test_the_rate_goes_up_in_a_line_and_down_to_its_share() -> None:
    recipe = PretrainRecipe(steps=100, warmup_steps=10, learning_rate=1.0, decay="linear", decay_to=0.1)
    assert [learning_rate_at(recipe, step) for step in (0, 4, 9, 10)] == pytest.approx([0.1, 0.5, 1.0, 1.0])
    for decay in ("linear", "cosine"):
        assert learning_rate_at(replace(recipe, decay=decay), 99) == pytest.approx(0.1)
    assert learning_rate_at(replace(recipe, decay="none"), 99) == 1.0


def test_bias_rises_where_tokens_are_missing_and_falls_where_they_crowd() -> None:
    model = V3(replace(SHAPE, n_routed_experts=4))
    move_bias(model, torch.tensor([[10, 2, 4, 4]]), 0.01)
    bias_E = model.get_buffer("model.layers.1.mlp.gate.e_score_correction_bias")
    assert bias_E.tolist() == pytest.approx([-0.01, 0.01, 0.01, 0.01])
    move_bias(model, torch.tensor([[5, 5, 5, 5]]), 0.01)
    assert bias_E.tolist() == pytest.approx([-0.01, 0.01, 0.01, 0.01])


def test_a_long_gradient_is_shortened_norms_do_not_decay_and_betas_are_the_recipes() -> None:
    model = V3(SHAPE)
    optimizers = Optimizers(model, PretrainRecipe(optimizer="adamw", clip=1.0, beta1=0.5, weight_decay=0.5))
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 3.0)
    assert optimizers.clip() > 100
    norm = model.model.norm.weight
    assert norm.grad is not None
    assert torch.stack([one.grad.norm() for one in model.parameters() if one.grad is not None]).norm().item() < 1.001
    first = norm.grad.clone()
    rate = optimizers.step(0)
    assert optimizers.state()["exp_avg/model.norm.weight"].tolist() == pytest.approx((0.5 * first).tolist())
    # Adam's first step is the rate itself; a decay would have taken half as much again.
    assert norm.tolist() == pytest.approx([1 - rate] * SHAPE.hidden_size, rel=1e-6)


@torch.no_grad()
def test_padding_weighs_on_no_expert() -> None:
    model, mask_BT = V3(SHAPE), torch.tensor([[0, 0, 1, 1, 1], [1, 1, 2, 2, 0]])
    load_LE = model(torch.ones_like(mask_BT), mask_BT).load_LE
    assert load_LE.sum(dim=1).tolist() == [7 * SHAPE.num_experts_per_tok]
