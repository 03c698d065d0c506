"""A run's page holds its curves, its results and what it cost, and asks nobody for anything."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from seawall.training.curves import MOST_POINTS, Curve, curves, intervals
from seawall.training.ledger import Rates, Run, Spent
from seawall.training.report import write_report

RUNS = [
    Run("sft#1", "sft", "sft", outcome="failed: Diverged: <NaN>", spent=Spent(wall_s=5, cpu_s=3600, flops=1e9)),
    Run("sft#2", "sft", "sft", outcome="done", spent=Spent(wall_s=60, cpu_s=7200, flops=2e9)),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    run = tmp_path / "sft"
    run.mkdir()
    steps = [
        {
            "number": at,
            "steps": 500,
            "loss": 5 / at,
            "loss_ahead": 6 / at,
            "learning_rate": 1e-3,
            "tokens": 10,
            "seconds": 0.5,
        }
        for at in range(1, 501)
    ]
    (run / "steps.jsonl").write_text("\n".join(json.dumps(step) for step in steps) + '\n{"number": 501, "lo')
    (run / "recipe.toml").write_text('data = ["<countdown>"]\n')
    scores = {
        "problems": 1000,
        "samples": 4,
        "greedy": 0.39,
        "interval": [0.36, 0.42],
        "sampled": 0.3,
        "sampled_interval": [0.28, 0.32],
    }
    (run / "evaluation.json").write_text(json.dumps(scores))
    return tmp_path


def told(project: Path) -> str:
    return write_report(project, "sft", RUNS, Rates(core_hour_usd=1.0)).read_text()


def test_it_begins_with_what_came_out(project: Path):
    assert "<h1>sft: loss from 0.763 to 0.0102 in 500 steps</h1>" in told(project)


def test_every_curve_is_an_image_of_its_own_with_a_name(project: Path):
    images = re.findall(r"<svg.*?</svg>", told(project), re.DOTALL)
    names = [ElementTree.fromstring(image).get("aria-label") for image in images]
    assert "Loss, nats a token" in names
    assert "Tokens a second" in names
    assert "Solved of 1000 held-out problems, with 95 % intervals" in names


def test_it_tells_both_totals_and_every_run_with_its_price(project: Path):
    page = told(project)
    assert "failed: Diverged: &lt;NaN&gt;" in page
    rows = dict(re.findall(r"<tr><th>([^<]+)<td>.*?(\$[\d.]+)", page))
    assert rows == {"sft#1": "$1.0000", "sft#2": "$2.0000", "final run": "$2.0000", "everything": "$3.0000"}


def test_it_fetches_nothing_and_runs_nothing(project: Path):
    page = told(project)
    assert not re.search(r"""(src|href)=["']?(?!data:)\S""", page)
    assert "<script" not in page
    assert "&lt;countdown&gt;" in page


def test_a_run_without_a_step_has_a_page_too(tmp_path: Path):
    (tmp_path / "rl").mkdir()
    assert "no step was made" in write_report(tmp_path, "rl", [], Rates()).read_text()


def test_a_long_curve_is_thinned_and_keeps_its_range():
    image = curves("loss", [Curve("loss", "main", [(at, float(at % 2)) for at in range(10_000)])])
    line = re.findall(r'class="line main" d="([^"]+)"', image)[0]
    assert line.count("L") < MOST_POINTS
    assert 'class="band main"' in image


def test_no_axis_of_shares_goes_past_all():
    assert ">100%<" in intervals("Solved", [("likeliest", 0.95, (0.9, 1.0))])
    assert ">11%<" in intervals("Solved", [("likeliest", 0.05, (0.0, 0.1))])


def test_numbers_that_are_none_are_left_out():
    assert curves("loss", [Curve("loss", "main", [(1, float("nan"))])]) == ""
    assert "nan" not in curves("loss", [Curve("loss", "main", [(1, 1.0), (2, float("nan")), (3, 2.0)])])
