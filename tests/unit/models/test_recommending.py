"""A recommendation fits the machine, and says plainly when only a demonstration can be had."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from seawall.models import DEFAULT_MODEL, hub_answers, machine_memory_bytes, recommend

GIB = 1024**3


@pytest.mark.parametrize(
    ("memory_gib", "name"),
    [
        (1, DEFAULT_MODEL),
        (3, DEFAULT_MODEL),
        (6, "qwen2.5-1.5b"),
        (10, "qwen3-1.7b"),
        (16, "qwen3-4b"),
        (512, "qwen3-4b"),
    ],
)
def test_the_strongest_model_that_fits_in_half_the_memory_is_recommended(memory_gib: int, name: str) -> None:
    advice = recommend(memory_gib * GIB, hub_answers=True)
    assert advice.entry.name == name
    assert f"`{name}`" in advice.sentence
    assert advice.entry.demonstration or advice.entry.memory_bytes() <= memory_gib * GIB / 2


def test_without_a_hub_the_default_is_called_a_demonstration_and_better_ways_are_named() -> None:
    advice = recommend(512 * GIB, hub_answers=False)
    assert advice.entry.name == DEFAULT_MODEL
    assert "demonstration model" in advice.sentence
    assert "--model" in advice.sentence
    assert "--engine" in advice.sentence


@pytest.mark.parametrize(
    ("file", "own"),
    [
        ("sys/fs/cgroup/memory.max", None),
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", None),
        ("sys/fs/cgroup/system.slice/memory.max", "0::/system.slice/seawall.service"),
        ("sys/fs/cgroup/memory/docker/memory.limit_in_bytes", "5:cpu,memory:/docker"),
    ],
)
def test_a_limit_of_the_control_group_counts_as_the_machines_memory(tmp_path: Path, file: str, own: str | None) -> None:
    limit = tmp_path / file
    limit.parent.mkdir(parents=True)
    limit.write_text(f"{64 * 1024 * 1024}\n")
    if own is not None:
        (tmp_path / "proc/self").mkdir(parents=True)
        (tmp_path / "proc/self/cgroup").write_text(f"{own}\n")
    assert machine_memory_bytes(tmp_path) == 64 * 1024 * 1024


def test_no_limit_leaves_the_machines_own_memory(tmp_path: Path) -> None:
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/memory.max").write_text("max\n")
    assert machine_memory_bytes(tmp_path) > 64 * 1024 * 1024


@pytest.mark.parametrize(
    "environment",
    [{"HF_ENDPOINT": "http://127.0.0.1:1"}, {"HF_ENDPOINT": "ftp://127.0.0.1"}, {"HF_HUB_OFFLINE": "1"}],
)
def test_a_hub_that_cannot_be_reached_is_found_out_soon(environment: dict[str, str]) -> None:
    begun_s = time.monotonic()
    assert not hub_answers(environment, timeout_s=1.0)
    assert time.monotonic() - begun_s < 2.0


def test_any_answer_of_a_hub_counts() -> None:
    class Refusing(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_error(403)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert hub_answers({"HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}"}, timeout_s=5.0)
        thread.join()
