"""Reinforcement learning with a tiny model: its steps, its runs, its refusals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

import pytest
import torch

from seawall.training import answers, flops, rl, tokenizer, weights
from seawall.training.answers import Answer
from seawall.training.checkpoint import CheckpointError
from seawall.training.config import ConfigError, ModelConfig
from seawall.training.data import sources
from seawall.training.data.countdown import Game
from seawall.training.data.example import DataError, Example
from seawall.training.evaluate import evaluate
from seawall.training.lessons import lessons
from seawall.training.loop import Diverged
from seawall.training.model import V3
from seawall.training.recipe import EvalRecipe, RecipeError, RlRecipe, TokenizerRecipe
from seawall.training.reinforce import Reinforcement, RlStep

GAME = Game(numbers=2, largest=9)
RECIPE = RlRecipe(
    steps=4,
    problems=4,
    group=4,
    most_tokens=6,
    learning_rate=1e-2,
    warmup_steps=1,
    examples=20,
    held_out_problems=5,
    countdown=GAME,
    save_every=2,
    updates=2,
)
SHAPE = {
    "hidden_size": 16, "intermediate_size": 32, "moe_intermediate_size": 16, "num_hidden_layers": 2,
    "num_attention_heads": 2, "n_routed_experts": 2, "num_experts_per_tok": 1, "q_lora_rank": 8, "kv_lora_rank": 8,
    "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
}  # fmt: skip
SAY_IT = (Example("Say it.", "a"),)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a tokenizer and a model that has learnt nothing, as its SFT run."""
    folder = tmp_path_factory.mktemp("project")
    words = tokenizer.build(TokenizerRecipe(examples=20, held_out_problems=5, countdown=GAME, vocabulary=300), folder)
    torch.manual_seed(0)
    weights.save(V3(ModelConfig.of({"vocab_size": len(words), **SHAPE})), folder / "sft" / "final")
    return folder


def lines(run: Path) -> list[dict[str, float]]:
    found = [json.loads(line) for line in (run / "steps.jsonl").read_text().splitlines()]
    return [{key: value for key, value in line.items() if key != "seconds"} for line in found]


def policy(
    project: Path, recipe: RlRecipe, questions: Sequence[Example] = SAY_IT, reference: V3 | None = None
) -> Reinforcement:
    words = tokenizer.load(project / "tokenizer")
    model = weights.load(project / "sft" / "final")
    return Reinforcement(model, words, recipe, questions, seed=1, reference=reference)


@pytest.fixture
def paid_for_a(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is worth the number of its letters a: what a policy can learn in a few steps."""
    monkeypatch.setattr(answers, "reward", lambda _example, text, **_: float(text.count("a")))  # pyright: ignore


def test_a_policy_learns_to_say_what_it_is_paid_for(project: Path, paid_for_a: None):
    recipe = replace(RECIPE, problems=8, group=16, learning_rate=3e-2, most_tokens=4)
    learner = policy(project, recipe)
    rewards = [learner.step(number).reward for number in range(12)]
    assert sum(rewards[-3:]) > 3 * sum(rewards[:3]) > 0


def test_a_step_says_what_it_showed(project: Path, paid_for_a: None):
    learner = policy(project, replace(RECIPE, problems=8, group=16, updates=1, bias_rate=0.25))
    step = learner.step(0)
    assert (step.number, step.steps) == (1, 4)
    assert 0 < step.telling <= 1
    assert step.entropy == pytest.approx(torch.tensor(300.0).log().item(), rel=0.1)
    assert 0 < step.length <= RECIPE.most_tokens
    assert step.tokens > 8 * 16
    # What is drawn is read once, what is learnt from three times as much.
    assert step.flops > 1.5 * flops.forward_flops(learner.model.config, tokens=step.tokens, context=1)
    biases = [bias for name, bias in learner.model.named_buffers() if name.endswith("e_score_correction_bias")]
    assert all(sorted(bias.tolist()) == [-0.25, 0.25] for bias in biases)


def test_what_was_just_drawn_is_trusted_at_any_temperature_and_later_as_far_as_the_recipe_says(
    project: Path, paid_for_a: None
):
    drawn = replace(RECIPE, problems=8, group=16, updates=1, temperature=0.5, clip_low=1e-3, clip_high=1e-3)
    assert policy(project, drawn).step(0).clipped == 0.0
    far = replace(drawn, passes=4, learning_rate=0.1, clip_low=1.0)
    assert policy(project, replace(far, clip_high=0.5)).step(0).clipped > 0.0
    assert policy(project, replace(far, clip_high=1e9)).step(0).clipped == 0.0


def test_the_best_of_many_is_right_where_any_of_them_is(project: Path, paid_for_a: None):
    model, words = weights.load(project / "sft" / "final"), tokenizer.load(project / "tokenizer")
    judged = evaluate(model, words, SAY_IT * 20, EvalRecipe(samples=16, most_tokens=6, temperature=1.0), seed=0)
    assert 0 < judged.sampled < judged.best_of_n < 1


def test_a_draw_in_which_all_are_worth_the_same_changes_no_weight(project: Path):
    learner = policy(project, RECIPE)  # Nobody solves anything.
    before = {name: value.clone() for name, value in learner.model.state_dict().items()}
    step = learner.step(0)
    assert (step.reward, step.telling, step.gradient_norm) == (0.0, 0.0, 0.0)
    assert step.flops > 0  # To draw is not free.
    assert all(torch.equal(value, before[name]) for name, value in learner.model.state_dict().items())


def test_every_question_is_asked_once_before_any_is_asked_again(project: Path):
    learner = policy(project, RECIPE, [Example(f"Say {letter}.", letter) for letter in "abcdefgh"])
    asked = [tuple(group[0].question) for number in (0, 1) for group in learner.draw(number)]
    assert len(set(asked)) == 8


def test_each_draw_has_a_chance_of_its_own_and_the_same_again(project: Path):
    learner = policy(project, RECIPE)
    first, second, again = ([one.tokens for (one, *_) in learner.draw(number)] for number in (0, 1, 0))
    assert first == again
    assert first != second


def test_a_lesson_is_what_was_said_and_not_what_was_asked():
    said = Answer([5, 6, 7], [8, 9], [-1.0, -2.0], text="a", ended=True, reward=1.0)
    ((lesson,),) = lessons([(said, 0.5)], 1, Random(0), pad=0, device=torch.device("cpu"))
    assert lesson.tokens_BT.tolist() == [[5, 6, 7, 8, 9]]
    assert (lesson.spoken_BP.tolist(), lesson.old_BP.tolist()) == ([[0, 0, 1, 1]], [[0, 0, -1, -2]])


def test_the_first_steps_are_small_where_the_recipe_warms_up(project: Path, paid_for_a: None):
    learner = policy(project, replace(RECIPE, warmup_steps=10, problems=8, group=16))
    assert [learner.step(number).learning_rate for number in range(3)] == pytest.approx([1e-3, 2e-3, 3e-3])


def test_distance_from_the_start_is_told_where_it_is_priced(project: Path, paid_for_a: None):
    priced = replace(RECIPE, kl_weight=0.1, problems=8, group=16)
    learner = policy(project, priced, reference=weights.load(project / "sft" / "final"))
    steps = [learner.step(number) for number in range(3)]
    assert 0 <= steps[0].kl < steps[2].kl


def test_a_run_leaves_what_a_run_of_sft_leaves(project: Path):
    seen: list[RlStep] = []
    result = rl.rl(RECIPE, project, seed=1, name="whole", watch=seen.append)
    assert [step.number for step in seen] == [1, 2, 3, 4]
    assert result.last == seen[-1]
    assert len(lines(result.run)) == 4
    assert weights.load(result.final).config.hidden_size == 16
    assert {"recipe.toml", "steps.jsonl", "checkpoints", "final"} <= {path.name for path in result.run.iterdir()}


def test_an_interrupted_run_goes_on_as_it_would_have(project: Path, paid_for_a: None):
    class Interrupted(Exception): ...

    def interrupt(step: RlStep) -> None:
        if step.number == 3:
            raise Interrupted

    rl.rl(RECIPE, project, seed=2, name="straight")
    with pytest.raises(Interrupted):
        rl.rl(RECIPE, project, seed=2, name="torn", watch=interrupt)
    rl.rl(RECIPE, project, seed=2, name="torn")
    assert lines(project / "torn") == lines(project / "straight")
    one, other = (weights.load(project / name / "final").state_dict() for name in ("torn", "straight"))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_run_is_not_gone_on_with_by_another_recipe(project: Path):
    rl.rl(replace(RECIPE, steps=2), project, seed=1, name="mine")
    with pytest.raises(CheckpointError, match="learning_rate"):
        rl.rl(replace(RECIPE, steps=2, learning_rate=1e-3), project, seed=1, name="mine")


def test_a_model_that_has_run_away_ends_the_run_and_says_what_is_left(project: Path, paid_for_a: None):
    wild = replace(RECIPE, problems=8, group=16, learning_rate=1e30, clip=1e30, warmup_steps=0)
    with pytest.raises(Diverged, match=r"no checkpoint was written yet\. Lower the learning rate"):
        rl.rl(wild, project, seed=1, name="wild")


def test_a_model_that_is_torn_is_told_of_in_a_sentence(project: Path, tmp_path: Path):
    torn = tmp_path / "model"
    copytree(project / "sft" / "final", torn)
    (torn / "model.safetensors").write_bytes(b"torn")
    with pytest.raises(ConfigError, match=r"The weights in .*model are torn"):
        rl.rl(RECIPE, project, name="of-torn", source=torn)


@pytest.mark.parametrize(
    "change", [{"temperature": 0.0}, {"dtype": "bfloat16"}, {"accumulation": 2}], ids=["temperature", "dtype", "parts"]
)
def test_what_our_own_loop_would_pass_over_is_refused(project: Path, change: dict[str, Any]):
    with pytest.raises(RecipeError, match=next(iter(change))):
        rl.rl(replace(RECIPE, **change), project, name="refused")


def test_nothing_to_begin_with_is_refused_with_the_command_that_makes_it(tmp_path: Path):
    with pytest.raises(DataError, match="seawall train sft"):
        rl.rl(RECIPE, tmp_path)


def test_a_held_out_problem_among_the_questions_is_refused_and_named(project: Path, tmp_path: Path):
    asked = sources.held_out(["countdown"], 5, GAME)[2].prompt
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps({"prompt": asked, "answer": "-", "rule": "countdown"}))
    with pytest.raises(DataError, match=asked.replace("+", ".")):
        rl.rl(replace(RECIPE, data=("countdown", str(path))), project, name="dirty")
