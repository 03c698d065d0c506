"""A run that is killed, and one that two processes share, against one that nothing disturbs: all real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file
from torch.testing import assert_close

import training_run
from seawall.training.loop import LINES

PROGRAM = training_run.__file__
FINAL = Path("sft", "final", "model.safetensors")


def losses(project: Path) -> list[tuple[int, float, float, float]]:
    lines = [json.loads(line) for line in (project / "sft" / LINES).read_text().splitlines()]
    return [(line["number"], line["loss"], line["loss_ahead"], line["gradient_norm"]) for line in lines]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = training_run.project_in(tmp_path_factory.mktemp("undisturbed"))
    training_run.train(project)
    return project


def test_a_run_that_was_killed_ends_with_the_bits_of_one_that_was_not(
    undisturbed: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    project = training_run.project_in(tmp_path)
    process = subprocess.Popen([sys.executable, PROGRAM, project], stdout=subprocess.PIPE)
    assert process.stdout is not None
    while (line := process.stdout.readline()) != b"7\n":
        assert line, "the program ended before its seventh step"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    training_run.train(project)
    first = int(capfd.readouterr().out.split()[0])
    assert 4 < first < 12
    assert losses(project) == losses(undisturbed)
    assert (project / FINAL).read_bytes() == (undisturbed / FINAL).read_bytes()


def test_two_processes_under_torchrun_learn_what_one_does(undisturbed: Path, tmp_path: Path) -> None:
    project = training_run.project_in(tmp_path)
    # It takes its own port: one that is looked for beforehand may be another test's by the time torch has started.
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--local-addr=127.0.0.1", "--nproc-per-node=2"]
    ran = subprocess.run(
        [sys.executable, *torchrun, PROGRAM, project],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    shared, alone = losses(project), losses(undisturbed)
    assert [one[0] for one in shared] == list(range(1, 13))
    # Later, roundings send a token to another expert here and there.
    for ours, theirs in zip(shared[:6], alone[:6], strict=True):
        assert ours == pytest.approx(theirs, rel=1e-3)
    assert (project / FINAL).stat().st_size == (undisturbed / FINAL).stat().st_size

    # Reinforcement learning: the same weights in both processes, and those that one alone would have.
    assert [json.loads(line)["number"] for line in (project / "rl" / LINES).read_text().splitlines()] == [1, 2]
    assert (project / "rl" / "final" / "model.safetensors").exists()
    learnt, other = (project / f"learnt-{rank}.safetensors" for rank in (0, 1))
    assert learnt.read_bytes() == other.read_bytes()
    both = load_file(learnt)
    training_run.reinforce(project)
    one, before = load_file(learnt), load_file(project / "sft" / "final" / "model.safetensors")
    for name, tensor in one.items():
        assert_close(both[name], tensor, rtol=1e-4, atol=1e-6)
    assert not one["lm_head.weight"].equal(before["lm_head.weight"])
