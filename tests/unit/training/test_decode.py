"""Writing with a cache, with samples, with drafts: always what reading everything anew would have written."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from seawall.training.cache import Cache
from seawall.training.config import ModelConfig, RopeScaling
from seawall.training.decode import generate, padded
from seawall.training.model import V3

SHAPE = ModelConfig(
    vocab_size=48,
    hidden_size=32,
    moe_intermediate_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    num_nextn_predict_layers=1,
    initializer_range=0.3,
    rope_scaling=RopeScaling(factor=2.0, original_max_position_embeddings=16),
)
PROMPTS = [[5, 9, 3], [7], [1, 2, 3, 4, 5, 6, 7, 8]]


def model_of(shape: ModelConfig = SHAPE) -> V3:
    torch.manual_seed(5)
    return V3(shape).eval()


def written_anew(model: V3, prompt: list[int], max_tokens: int) -> list[int]:
    text = list(prompt)
    for _ in range(max_tokens):
        text.append(int(model(torch.tensor([text])).logits_BTW[0, -1].argmax()))
    return text[len(prompt) :]


@torch.no_grad()
def test_a_batch_of_uneven_prompts_is_continued_as_each_would_be_alone() -> None:
    model = model_of()
    decoded = generate(model, PROMPTS, max_tokens=12)
    assert [one.tokens for one in decoded.completions] == [written_anew(model, prompt, 12) for prompt in PROMPTS]
    assert decoded.passes == 12


@torch.no_grad()
@pytest.mark.parametrize("pieces", [[12, 1, 1, 2], [4, 12]], ids=["absorbed", "expanded"])
def test_a_text_read_in_pieces_gives_the_logits_of_one_reading(pieces: list[int]) -> None:
    model, cache = model_of(replace(SHAPE, kv_lora_rank=64)), Cache()
    tokens_BT = torch.randint(1, 48, (2, 16), generator=torch.Generator().manual_seed(2))
    parts = [model(part, cache=cache).logits_BTW for part in tokens_BT.split(pieces, dim=1)]
    assert torch.allclose(torch.cat(parts, dim=1), model(tokens_BT).logits_BTW, atol=1e-5)


@torch.no_grad()
def test_drafts_change_no_token_and_are_counted() -> None:
    model = model_of()
    plain = generate(model, PROMPTS, max_tokens=40)
    drafted = generate(model, PROMPTS, max_tokens=40, drafts=True)
    assert [one.tokens for one in drafted.completions] == [one.tokens for one in plain.completions]
    assert 0 < drafted.drafted <= 39 * 3
    assert 0 <= drafted.accepted <= drafted.drafted


@torch.no_grad()
def test_right_guesses_save_passes_and_wrong_ones_leave_no_trace() -> None:
    model = model_of()
    # A head that says the same token always makes every guess right.
    model.lm_head.weight.zero_()
    right = generate(model, PROMPTS, max_tokens=21, drafts=True)
    assert right.acceptance == 1.0
    assert right.passes == 11
    assert [len(one.tokens) for one in right.completions] == [21, 21, 21]
    assert generate(model, PROMPTS, max_tokens=21).passes == 21


@torch.no_grad()
def test_a_row_ends_at_its_stop_token_while_others_write_on() -> None:
    model = model_of()
    whole = [one.tokens for one in generate(model, PROMPTS, max_tokens=12).completions]
    stop = whole[0][2]
    for drafts in (False, True):
        ended = generate(model, PROMPTS, max_tokens=12, stops={stop}, drafts=drafts).completions
        for one, all_of_it in zip(ended, whole, strict=True):
            cut = all_of_it.index(stop) + 1 if stop in all_of_it else len(all_of_it)
            assert one.tokens == all_of_it[:cut]
            assert one.stopped == (stop in all_of_it)


@torch.no_grad()
def test_samples_of_a_prompt_lie_together_and_come_again_from_the_same_seed() -> None:
    model = model_of()
    first, again = (
        generate(
            model, PROMPTS, max_tokens=6, temperature=1.0, samples=4, chance=torch.Generator().manual_seed(1)
        ).completions
        for _ in range(2)
    )
    assert first == again
    assert len(first) == 12
    assert len({tuple(one.tokens) for one in first}) > 8
    tokens_BT = torch.tensor([PROMPTS[1] + first[5].tokens])
    logp_TW = model(tokens_BT).logits_BTW[0].log_softmax(-1)
    said = [float(logp_TW[t, token]) for t, token in enumerate(first[5].tokens)]
    assert said == pytest.approx(first[5].log_probabilities, abs=1e-4)


@torch.no_grad()
def test_a_token_leaves_a_latent_a_layer_in_the_cache_and_no_more() -> None:
    model, cache = model_of(), Cache()
    model(*padded(PROMPTS), cache)
    per_token = sum(latent.shape[-1] for latent in cache.latent_BSX.values())
    assert per_token == 2 * (SHAPE.kv_lora_rank + SHAPE.qk_rope_head_dim) == 2 * SHAPE.cached_numbers


@torch.no_grad()
def test_drafts_are_refused_where_the_text_would_not_be_the_same() -> None:
    with pytest.raises(ValueError, match="temperature 0"):
        generate(model_of(), PROMPTS, max_tokens=1, temperature=1.0, drafts=True)
    with pytest.raises(ValueError, match="num_nextn_predict_layers"):
        generate(model_of(replace(SHAPE, num_nextn_predict_layers=0)), PROMPTS, max_tokens=1, drafts=True)
    with pytest.raises(ValueError, match="without a token"):
        generate(model_of(), [[1], []], max_tokens=1)
