"""`seawall train` as click runs it: figures, and sentences for what goes wrong."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner, Result

from seawall.cli.invocation import Invocation
from seawall.cli.train import train_group
from seawall.cli.train_sentences import told_in_sentences

V3 = ("cost", "--params", "671e9", "--active", "37e9", "--tokens", "14.8e12")


def run(tmp_path: Path, *words: str) -> Result:
    invocation = Invocation(data_option=tmp_path / "data", environment={})
    return CliRunner().invoke(train_group, words, obj=invocation)


def test_cost_reproduces_the_published_figures_and_says_where_each_number_is_from(tmp_path: Path):
    told = run(tmp_path, *V3).stdout
    assert "2.788 M GPU-hours, $5.576 M." in told
    for number in ("2,664,000 GPU-h", "119,000 GPU-h", "5,000 GPU-h", "34.6%", "2 $/h"):
        assert number in told
    assert all(basis in told for basis in ("given", "stated", "computed"))


def test_threads_that_wait_sleep_unless_the_environment_says_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    run(tmp_path, *V3)
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"
    monkeypatch.delenv("OMP_WAIT_POLICY")
    run(tmp_path, *V3)
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"


def test_cost_speaks_json(tmp_path: Path):
    told = json.loads(run(tmp_path, *V3, "--json").stdout)
    assert round(told["gpu_hours"]) == 2_788_000
    assert {line["key"] for line in told["lines"]} >= {"flops", "utilisation", "usd"}


@pytest.mark.parametrize(
    "wrong",
    [
        ("--params", "0"),
        ("--tokens", "nan"),
        ("--utilisation", "0"),
        ("--utilisation", "1.5"),
        ("--gpu-hour", "-1"),
        ("--active", "inf"),
        ("--active", "2e9"),
    ],
)
def test_cost_refuses_what_cannot_be(tmp_path: Path, wrong: tuple[str, str]):
    result = run(tmp_path, "cost", "--params", "1e9", "--tokens", "1e9", *wrong)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{wrong[0]} cannot be" in result.stderr


def test_without_torch_a_stage_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in sys.modules if name.startswith("seawall.training.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    result = run(tmp_path, "sft", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert result.stderr == 'Error: Training needs torch, which is not installed: pip install "seawall[training]".\n'


def test_a_full_disk_is_told_of_in_a_sentence():
    with pytest.raises(ClickException, match="no more room on the disk"), told_in_sentences():
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_ledger_of_nothing_is_empty(tmp_path: Path):
    told = json.loads(run(tmp_path, "ledger", "--out", str(tmp_path), "--json").stdout)
    assert told["runs"] == []
    assert told["everything"]["usd"] == 0


@pytest.mark.parametrize("stage", ["rl", "eval", "export"])
def test_a_stage_that_needs_a_model_names_the_run_that_is_missing(tmp_path: Path, stage: str):
    result = run(tmp_path, stage, "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "There is no finished run 'sft'" in result.stderr


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"prompt": "a", "answer": "b"}\n{"prompt": "a"}', "line 2: 'answer' is missing"),
        ('{"prompt": "a", "answer": "b"', "line 1: it is not JSON"),
        ("", "has no examples"),
    ],
)
def test_data_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, line: str, told: str):
    (tmp_path / "mine.jsonl").write_text(line)
    (tmp_path / "mine.toml").write_text('data = ["mine.jsonl"]\nheld_out_problems = 5\n')
    result = run(tmp_path, "tokenizer", "--out", str(tmp_path / "out"), "--recipe", str(tmp_path / "mine.toml"))
    assert result.exit_code == 1
    assert told in result.stderr


def test_a_recipe_with_an_unknown_word_names_the_nearest(tmp_path: Path):
    (tmp_path / "mine.toml").write_text("step = 5\n")
    result = run(tmp_path, "sft", "--out", str(tmp_path), "--recipe", str(tmp_path / "mine.toml"))
    assert "did you mean 'steps'?" in result.stderr
    assert not (tmp_path / "ledger.jsonl").exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("--name", "../away"), "'../away' is no name for a run"),
        (("--name", ""), "is no name for a run"),
        (("--name", "tokenizer"), "'tokenizer' is no name for a run"),
        (("--model", "hf:x", "--from", "sft"), "give one"),
        (("--seed", str(2**32)), "--seed"),
    ],
)
def test_a_run_that_cannot_be_is_refused_before_it_begins(tmp_path: Path, wrong: tuple[str, ...], told: str):
    result = run(tmp_path, "rl", "--out", str(tmp_path / "out"), *wrong)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_run_that_fails_is_in_the_ledger(tmp_path: Path):
    (tmp_path / "mine.jsonl").write_text("no json")
    (tmp_path / "mine.toml").write_text('data = ["mine.jsonl"]\nheld_out_problems = 5\n')
    run(tmp_path, "tokenizer", "--out", str(tmp_path / "out"), "--recipe", str(tmp_path / "mine.toml"))
    told = run(tmp_path, "ledger", "--out", str(tmp_path / "out")).stdout
    assert "tokenizer#1" in told
    assert "failed: DataError" in told


def test_no_other_command_waits_for_torch():
    asked = (
        "import sys; from seawall.cli.main import build; build(); "
        "print([one for one in ('torch', 'transformers', 'tokenizers', 'numpy', 'gguf') if one in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
