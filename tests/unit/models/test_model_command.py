"""`seawall model list`, `pull` and `path`, run as click runs them; no hub answers here."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seawall.cli.invocation import Invocation
from seawall.cli.model import model_group
from seawall.cli.progress import ProgressLine
from seawall.models import CATALOGUE


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")


def run(tmp_path: Path, *words: str) -> Result:
    return CliRunner().invoke(model_group, words, obj=Invocation(data_option=tmp_path, environment={}))


def test_list_shows_each_model_with_licence_and_size_and_ends_with_advice(tmp_path: Path) -> None:
    output = run(tmp_path, "list").output
    row = next(line for line in output.splitlines() if line.startswith("qwen3-4b "))
    assert row.split() == ["qwen3-4b", "Apache-2.0", "2.5", "GB", "5.6", "GB", "absent"]
    assert "demonstration model" in output.splitlines()[-1]


def test_list_speaks_json_with_hashes_and_sources(tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, "list", "--json").stdout)
    assert [one["name"] for one in told["models"]] == [entry.name for entry in CATALOGUE]
    assert told["models"][0]["in_use"] is True
    assert all(one["sha256"] and one["source"] for one in told["models"])


def test_path_prints_the_path_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "mine.gguf").write_bytes(b"GGUF")
    result = run(tmp_path, "path", str(tmp_path / "mine.gguf"))
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{tmp_path / 'mine.gguf'}\n", "")


def test_path_of_an_absent_model_says_how_to_get_it(tmp_path: Path) -> None:
    result = run(tmp_path, "path", "qwen3-4b")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "seawall model pull qwen3-4b" in result.stderr


def test_pull_without_a_network_ends_in_one_sentence(tmp_path: Path) -> None:
    result = run(tmp_path, "pull", "qwen3-4b")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "does not answer" in result.stderr


def test_progress_in_a_log_is_a_line_each_tenth() -> None:
    log = io.StringIO()
    with ProgressLine("Fetching", log) as progress:
        for done in range(1001):
            progress(done, 1000)
    assert len(log.getvalue().splitlines()) == 11


def test_progress_on_a_terminal_is_one_line_drawn_now_and_then() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    times = iter(number / 100 for number in range(100_000))
    with ProgressLine("Fetching", terminal, clock=lambda: next(times)) as progress:
        for done in range(1001):
            progress(done, 1000)
    drawn = terminal.getvalue()
    assert drawn.count("\n") == 1
    assert drawn.endswith("100 %  1 of 1 kB \n")
    assert 20 < drawn.count("\r") < 200
