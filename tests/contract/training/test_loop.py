"""Steps that add up, runs that go on exactly where they stopped, and what stops them."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch
from torch.nn.functional import cross_entropy

from seawall.training.batches import Batches, Document
from seawall.training.checkpoint import CheckpointError, Checkpoints, alone_in
from seawall.training.config import ModelConfig
from seawall.training.devices import World
from seawall.training.loop import LINES, Diverged, Loop, Step, learn
from seawall.training.model import V3
from seawall.training.recipe import PretrainRecipe
from seawall.training.weights import load

SHAPE = ModelConfig(
    vocab_size=32,
    hidden_size=32,
    intermediate_size=32,
    moe_intermediate_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    n_routed_experts=4,
    num_nextn_predict_layers=1,
)
RECIPE = PretrainRecipe(
    steps=6, batch=4, context_tokens=16, warmup_steps=2, save_every=2, optimizer="muon", learning_rate=0.01
)


def loop_of(run: Path, recipe: PretrainRecipe = RECIPE, seed: int = 0) -> Loop:
    torch.manual_seed(seed)
    chance = torch.Generator().manual_seed(9)
    lengths = torch.randint(4, 20, (24,), generator=chance).tolist()
    documents = [
        Document(f"document {number}", torch.randint(1, 30, (length,), generator=chance).tolist())
        for number, length in enumerate(lengths)
    ]
    batches = Batches(documents, rows=recipe.batch, length=recipe.context_tokens, seed=seed, cut=True)
    run.mkdir(exist_ok=True)
    return Loop(V3(SHAPE), batches, recipe, run, begun_with={"seed": seed}, world=World())


def losses(run: Path) -> list[tuple[int, float, float, float]]:
    lines = [json.loads(line) for line in (run / LINES).read_text().splitlines()]
    return [(line["number"], line["loss"], line["loss_ahead"], line["gradient_norm"]) for line in lines]


class Interrupted(Exception):
    pass


def until(number: int) -> Callable[[Step], None]:
    def watch(step: Step) -> None:
        if step.number == number:
            raise Interrupted

    return watch


def ignored(step: Step) -> None:
    pass


def test_a_run_learns_and_a_batch_in_parts_learns_the_same(tmp_path: Path) -> None:
    for accumulation in (1, 3):
        recipe = replace(RECIPE, accumulation=accumulation, steps=20, learning_rate=0.02)
        loop_of(tmp_path / str(accumulation), recipe).run(ignored)
    whole, parts = losses(tmp_path / "1"), losses(tmp_path / "3")
    assert whole[-1][1] < whole[0][1] - 0.3
    assert whole[-1][2] < whole[0][2] - 0.3
    # In the first steps; later, roundings send a token to another expert here and there.
    assert [one[1:] for one in parts[:4]] == [pytest.approx(one[1:], rel=1e-4) for one in whole[:4]]


@torch.no_grad()
def test_a_module_ahead_learns_the_token_after_the_one_it_is_given_and_modules_count_alike() -> None:
    torch.manual_seed(0)
    model, row = V3(replace(SHAPE, num_nextn_predict_layers=2)), torch.randint(1, 30, (1, 9))
    (batch,) = islice(Batches([Document("one", row[0].tolist())], rows=1, length=8, seed=0, cut=False), 1)
    first = model.ahead(model(row[:, :8]).hidden_BTD[:, :7], row[:, 1:8])
    second = model.ahead(first.hidden_BTD[:, :6], row[:, 2:8], k=1)
    by_hand = [cross_entropy(first.logits_BTW[0], row[0, 2:]), cross_entropy(second.logits_BTW[0], row[0, 3:])]
    assert learn(model, batch, [8, 7, 6]).ahead.item() == pytest.approx(torch.stack(by_hand).mean().item())


def test_what_is_ahead_weighs_as_much_as_the_recipe_says(tmp_path: Path) -> None:
    for weight in (0.1, 1.0):
        loop_of(tmp_path / str(weight), replace(RECIPE, steps=1, mtp_weight=weight)).run(ignored)
    ((*light, light_norm),), ((*heavy, heavy_norm),) = losses(tmp_path / "0.1"), losses(tmp_path / "1.0")
    assert light == heavy
    assert heavy_norm > 1.1 * light_norm


def test_each_step_moves_the_bias_of_experts_that_had_too_many_or_too_few_tokens(tmp_path: Path) -> None:
    loop = loop_of(tmp_path, replace(RECIPE, steps=1, bias_rate=0.25))
    loop.run(ignored)
    biases = [bias for name, bias in loop.model.named_buffers() if name.endswith("e_score_correction_bias")]
    assert all(set(bias.tolist()) >= {-0.25, 0.25} for bias in biases)


def test_an_interrupted_run_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    loop_of(tmp_path / "whole").run(ignored)
    with pytest.raises(Interrupted):
        loop_of(tmp_path / "cut").run(until(5))
    again = loop_of(tmp_path / "cut")
    again.resume()
    assert again.done == 4
    again.run(ignored)
    assert losses(tmp_path / "cut") == losses(tmp_path / "whole")
    whole, cut = (load_weights(tmp_path / name) for name in ("whole", "cut"))
    assert all(torch.equal(tensor, cut[name]) for name, tensor in whole.items())


def load_weights(run: Path) -> dict[str, torch.Tensor]:
    saved = Checkpoints(run / "checkpoints", keep=2).last()
    assert saved is not None
    return load(saved).state_dict()


def test_only_the_newest_checkpoints_are_kept(tmp_path: Path) -> None:
    loop_of(tmp_path, replace(RECIPE, keep=2)).run(ignored)
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == ["000004", "000006"]


@pytest.mark.parametrize(
    ("change", "said"),
    [({"learning_rate": 0.02}, "learning_rate = 0.01, and not with 0.02"), ({"batch": 2}, "batch = 4")],
)
def test_a_resume_with_another_recipe_is_refused_by_the_key_that_differs(
    tmp_path: Path, change: dict[str, float], said: str
) -> None:
    loop_of(tmp_path).run(ignored)
    with pytest.raises(CheckpointError, match=said):
        loop_of(tmp_path, replace(RECIPE, **change)).resume()
    with pytest.raises(CheckpointError, match="seed = 0, and not with 1"):
        loop_of(tmp_path, seed=1).resume()


def test_a_loss_that_is_no_number_stops_the_run_names_the_documents_and_leaves_the_last_checkpoint(
    tmp_path: Path,
) -> None:
    loop = loop_of(tmp_path)
    with pytest.raises(Interrupted):
        loop.run(until(3))
    with torch.no_grad():
        loop.model.lm_head.weight[7] = float("nan")
    with pytest.raises(Diverged, match=r"Step 4 has loss nan.*000002\. Its batch read document \d+, document \d+"):
        loop.run(ignored)
    again = loop_of(tmp_path)
    again.resume()
    assert again.done == 2
    again.run(ignored)
    assert len(losses(tmp_path)) == 6


def test_a_checkpoint_that_no_step_was_made_from_is_not_called_good(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, keep=2)
    assert checkpoints.left(1) == "no checkpoint was written yet"
    (tmp_path / "000004").mkdir()
    assert checkpoints.left(5) == f"the only checkpoint is of the step before it, {tmp_path / '000004'}"
    (tmp_path / "000005").mkdir()
    assert checkpoints.left(6).endswith("000004")


def test_one_command_at_a_time_works_on_a_run(tmp_path: Path) -> None:
    twice = pytest.raises(CheckpointError, match="Another command is at work")
    with alone_in(tmp_path / "sft"), alone_in(tmp_path / "rl"), twice, alone_in(tmp_path / "sft"):
        pass
    with alone_in(tmp_path / "sft"):
        pass


def test_a_gradient_without_bounds_stops_the_run_though_its_loss_is_a_number(tmp_path: Path) -> None:
    loop = loop_of(tmp_path)
    loop.model.lm_head.weight.register_hook(lambda gradient: gradient * float("inf"))
    with pytest.raises(Diverged, match=r"Step 1 has loss 3\.\d+ and a gradient of length (nan|inf)"):
        loop.run(ignored)


@contextmanager
def disk_of(most_bytes: int) -> Generator[None]:
    """No file may grow larger: what a full disk does to a writer, on any machine."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_keeps_the_last_good_checkpoint_and_says_so(tmp_path: Path) -> None:
    loop = loop_of(tmp_path)
    with pytest.raises(Interrupted):
        loop.run(until(3))
    with disk_of(4096), pytest.raises(CheckpointError, match=r"Checkpoint 4 could not be written.*000002\. Make room"):
        loop.run(ignored)
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["000002"]
    again = loop_of(tmp_path)
    again.resume()
    again.run(ignored)
    loop_of(tmp_path / "whole").run(ignored)
    assert losses(tmp_path) == losses(tmp_path / "whole")


def test_half_precision_learns_much_the_same(tmp_path: Path) -> None:
    for dtype in ("float32", "bfloat16"):
        loop_of(tmp_path / dtype, replace(RECIPE, dtype=dtype)).run(ignored)
    full, half = losses(tmp_path / "float32"), losses(tmp_path / "bfloat16")
    assert half != full
    assert [one[1] for one in half] == pytest.approx([one[1] for one in full], rel=0.02)
