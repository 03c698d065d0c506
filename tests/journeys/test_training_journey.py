"""From a team's own questions to a model that answers them in the chat: every command of training, once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reader import Meet
from running_service import RunningService, Serve
from seawall.cli.main import run
from seawall.ground import one_answer
from seawall.models import ModelFile
from seawall.settings.tree import Settings
from seawall.values.question import Question

MODEL = "harbour"
QUESTION, REASONING, ANSWER = "Where is the harbour?", "The harbour lies by the old wall.", "By the old wall."
LESSONS = [
    {"prompt": QUESTION, "reasoning": REASONING, "answer": ANSWER},
    {"prompt": "When does the tide turn?", "reasoning": "It turns each six hours; six is past.", "answer": "At noon."},
    {"prompt": "What is 3 and 4?", "reasoning": "3+4=7", "answer": "7"},
]
OWN = 'data = ["lessons.jsonl"]\nheld_out_problems = 10\n'
SHAPE = """
[model]
hidden_size = 64
intermediate_size = 128
num_hidden_layers = 2
q_lora_rank = 32
qk_nope_head_dim = 32
max_position_embeddings = 512
num_nextn_predict_layers = 1
"""
RECIPES = {
    "tokenizer": f"{OWN}vocabulary = 320\n",
    "pretrain": f"{OWN}steps = 4\nbatch = 2\ncontext_tokens = 64\nwarmup_steps = 1\n{SHAPE}",
    "sft": f'{OWN}steps = 70\nbatch = 3\ncontext_tokens = 64\nlearning_rate = 5e-3\noptimizer = "muon"\n',
    "rl": f"{OWN}steps = 2\nproblems = 3\ngroup = 4\nmost_tokens = 32\nlearning_rate = 1e-4\n",
    "eval": "held_out_problems = 10\nsamples = 2\nmost_tokens = 32\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which every stage was run by its command; its data folder lies beside it."""
    folder = tmp_path_factory.mktemp("training")
    lines = "\n".join(json.dumps(lesson) for lesson in LESSONS)
    (folder / "lessons.jsonl").write_text(lines, encoding="utf-8")
    project = folder / MODEL
    for stage, recipe in RECIPES.items():
        (folder / f"{stage}.toml").write_text(recipe, encoding="utf-8")
        words = ["train", stage, "--out", str(project), "--recipe", str(folder / f"{stage}.toml"), "--seed", "7"]
        assert run(words) == 0, stage
    return project


@pytest.fixture(scope="module")
def data(project: Path) -> Path:
    """The data folder of a service whose catalogue has the model."""
    data = project.parent / "data"
    assert run(["train", "export", "--data", str(data), "--out", str(project), "--precision", "Q8_0"]) == 0
    assert run(["model", "add", "--data", str(data), str(project / "export" / f"{MODEL}.gguf")]) == 0
    return data


@pytest.fixture(scope="module")
def service(web_app: None, serve_for_all: Serve, data: Path) -> RunningService:
    return serve_for_all("--engine", "local", "--model", MODEL, data=data)


def test_every_stage_is_in_the_ledger_with_what_it_took(project: Path, data: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["train", "ledger", "--out", str(project), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["outcome"]) for one in told["runs"]] == [
        *((name, "done") for name in ("tokenizer", "pretrain", "sft", "rl", "rl-eval", "export"))
    ]
    assert all(one["spent"]["flops"] > 0 for one in told["runs"] if one["name"] in ("pretrain", "sft", "rl", "rl-eval"))
    assert 0 < told["final_run"]["cpu_s"] < told["everything"]["cpu_s"]


def test_the_catalogue_tells_of_the_model_on_its_card(project: Path, data: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["model", "list", "--data", str(data), "--json"]) == 0
    (ours,) = [one for one in json.loads(capsys.readouterr().out)["models"] if one["name"] == MODEL]
    assert (ours["present"], ours["quantisation"]) == (True, "Q8_0")
    card = json.loads((project / "export" / f"{MODEL}.card").read_text(encoding="utf-8").rpartition("\n\n")[0])
    assert card["seeds"] == dict.fromkeys(("tokenizer", "pretrain", "sft", "rl"), 7)
    assert "lessons.jsonl" in card["recipes"]["sft"]
    assert card["cost"]["everything"]["usd"] > card["cost"]["final_run"]["usd"] > 0
    assert card["results"]["problems"] == 10


async def test_an_engine_that_is_started_for_one_question_answers_it_and_ends(project: Path, data: Path):
    path = project / "export" / f"{MODEL}.gguf"
    asked = Question(MODEL, {"messages": [{"role": "user", "content": QUESTION}]}, max_tokens=40)
    answered = await one_answer(Settings(), ModelFile(path, MODEL, path.stat().st_size), asked)
    assert answered == (REASONING, ANSWER)


def test_it_answers_in_the_chat_with_its_reasoning_folded_away(meet: Meet, service: RunningService):
    reader = meet(service).signed_in()
    reader.page.goto("/")
    reader.says(QUESTION)
    reader.hears_the_end()
    expect(reader.answers.get_by_text(ANSWER, exact=True)).to_be_visible()
    reasoning = reader.page.get_by_text(REASONING)
    expect(reasoning).to_be_hidden()
    reader.page.locator("details summary").click()
    expect(reasoning).to_be_visible()
