"""The demo's order of things, with a model that learns nothing in so few steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seawall.training import recipe
from seawall.training.demo import DemoError, demo
from seawall.training.recipe import DemoRecipe
from seawall.training.work import ledger_of

SHAPE = """
hidden_size = 16
intermediate_size = 32
moe_intermediate_size = 16
num_hidden_layers = 2
num_attention_heads = 2
n_routed_experts = 2
num_experts_per_tok = 1
q_lora_rank = 8
kv_lora_rank = 8
qk_nope_head_dim = 8
qk_rope_head_dim = 4
v_head_dim = 8
"""
MATERIAL = "examples = 30\nheld_out_problems = 10\ncountdown = { numbers = 2, largest = 9 }\n"
TINY = f"""
[tokenizer]
{MATERIAL}vocabulary = 300
[sft]
{MATERIAL}steps = 3
batch = 4
context_tokens = 96
[sft.model]{SHAPE}
[rl]
{MATERIAL}steps = 2
problems = 4
group = 2
most_tokens = 8
[control]
{MATERIAL}steps = 2
batch = 4
context_tokens = 96
[eval]
held_out_problems = 10
countdown = {{ numbers = 2, largest = 9 }}
samples = 2
most_tokens = 8
"""


def tiny(tmp_path: Path, text: str = TINY) -> DemoRecipe:
    path = tmp_path / "tiny.toml"
    path.write_text(text)
    return recipe.load("demo", path)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    asked: list[str] = []

    def serve(question: str) -> tuple[str, str]:
        asked.append(question)
        return " 1 + 1 = 2", "1 + 1"

    report = demo(tiny(folder), folder, seed=1, serve=serve)
    assert asked == [report["served"]["question"]]
    return folder


@pytest.fixture
def report(project: Path) -> dict[str, Any]:
    return json.loads((project / "report.json").read_text())


@pytest.mark.parametrize("name", ["sft", "grpo", "control", "best_of_n"])
def test_every_model_is_told_with_its_interval(report: dict[str, Any], name: str):
    low, high = report[name]["interval"]
    assert 0 <= low <= report[name]["sampled" if name == "best_of_n" else "greedy"] <= high <= 1


def test_the_report_says_what_was_asked_and_what_came_back(report: dict[str, Any]):
    assert report["held_out"] == 10
    assert report["served"]["reasoning"] == " 1 + 1 = 2"
    assert report["served"]["right"] is False
    assert report["seconds"] > 0


def test_grpo_and_control_are_both_begun_from_the_cold_start_and_told_with_what_they_cost(
    project: Path, report: dict[str, Any]
):
    runs = {run.name: run for run in ledger_of(project).runs()}
    assert runs["rl"].parent == runs["control"].parent == "sft"
    assert runs["control"].ablation
    assert not runs["rl"].ablation
    for name in ("sft", "grpo", "control"):
        assert report["compute"][name]["cpu_s"] > 0
        assert report["compute"][name]["flops"] > 0


def test_the_control_counts_in_everything_and_not_in_the_final_run(report: dict[str, Any]):
    ledger = report["ledger"]
    assert 0 < ledger["final_run"]["cpu_s"] < ledger["everything"]["cpu_s"]
    assert {"tokenizer", "sft", "rl", "control"} <= {run["name"] for run in ledger["runs"]}


def test_a_control_that_fails_ends_the_demo(project: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    broken = TINY.replace("[control]", "[control]\ndata = ['nothing.jsonl']")
    with pytest.raises(DemoError, match="control ended with status 1"):
        demo(tiny(tmp_path, broken), project, seed=1)
    assert "nothing.jsonl" in capfd.readouterr().err
