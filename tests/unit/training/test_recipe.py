"""A recipe says what it means, or is refused in a sentence."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from seawall.training import recipe
from seawall.training.recipe import STAGES, RecipeError, RlRecipe, SftRecipe


@pytest.mark.parametrize("stage", STAGES)
def test_the_packaged_recipe_of_each_stage_is_understood(stage: str):
    assert isinstance(recipe.load(stage), STAGES[stage])


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_written_into_a_run_reads_as_the_same_recipe(stage: str):
    packaged = recipe.load(stage)
    assert recipe.read(STAGES[stage], tomllib.loads(recipe.dump(packaged))) == packaged


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


REFUSED = {
    "setps = 3": "no 'setps': did you mean 'steps'",
    "[countdown]\nlargst = 3": "no 'countdown.largst': did you mean 'largest'",
    "qqq = 1": "no 'qqq'",
    "steps = 'many'": "'steps' is 'many': it must be a whole number",
    "steps = 1.5": "must be a whole number",
    "steps = true": "must be a whole number",
    "steps = 0": "at least 1",
    "learning_rate = -1e-3": "at least 0",
    "learning_rate = nan": "finite",
    "learning_rate = inf": "finite",
    "beta1 = 1": "must be below 1",
    "group = 1": "at least 2",
    "optimizer = 'sgd'": "one of adamw, muon",
    "data = 'countdown'": "must be a list of text",
    "data = [1]": "must be text",
    "countdown = 3": "must be a table",
    "steps =": "not TOML",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_no_recipe_can_mean_is_refused_with_what_is_wrong(text: str, tmp_path: Path):
    with pytest.raises(RecipeError, match=REFUSED[text]):
        recipe.load("rl", written(tmp_path, text))


def test_a_recipe_that_is_not_there_is_refused_by_name(tmp_path: Path):
    with pytest.raises(RecipeError, match=r"missing\.toml"):
        recipe.load("rl", tmp_path / "missing.toml")


def test_what_is_not_said_has_its_default_and_a_whole_number_will_do_for_a_rate(tmp_path: Path):
    read = recipe.load("rl", written(tmp_path, "learning_rate = 1\n"))
    assert read == RlRecipe(learning_rate=1.0)


def test_files_are_looked_for_beside_the_recipe_first(tmp_path: Path):
    (tmp_path / "team.jsonl").write_text("")
    read = recipe.load("sft", written(tmp_path, 'data = ["countdown", "team.jsonl", "elsewhere.jsonl"]'))
    assert read.data == ("countdown", str(tmp_path / "team.jsonl"), "elsewhere.jsonl")


def test_a_models_shape_is_kept_as_it_was_written(tmp_path: Path):
    read = recipe.load("sft", written(tmp_path, "[model]\nhidden_size = 32\nrope_scaling = { factor = 4.0 }\n"))
    again = recipe.read(SftRecipe, tomllib.loads(recipe.dump(read)))
    assert again.model == read.model == {"hidden_size": 32, "rope_scaling": {"factor": 4.0}}
