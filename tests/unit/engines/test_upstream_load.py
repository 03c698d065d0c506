"""What model servers publish of their load, as it was recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.engines.port import EngineLoad
from seawall.engines.upstream_load import read_load

RECORDED = Path(__file__).parents[2] / "recorded"


def recorded(server: str) -> str:
    return (RECORDED / f"{server}.prom").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("server", "load"),
    [
        # Two replicas: their lines add up, the fuller cache counts.
        ("vllm", EngineLoad(waiting=75, kv_use=0.9375)),
        # Two ranks of one engine share one line.
        ("sglang", EngineLoad(waiting=2826, kv_use=0.28)),
        ("llama_server", EngineLoad(waiting=3)),
    ],
)
def test_each_servers_load_is_read(server: str, load: EngineLoad) -> None:
    assert read_load(recorded(server)) == load


def test_the_cache_of_an_older_vllm_is_read_under_its_older_name() -> None:
    older = recorded("vllm").replace("vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc")
    assert read_load(older) == EngineLoad(waiting=75, kv_use=0.9375)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>not found</html>",
        "process_cpu_seconds_total 12.5\n",
        'vllm:num_requests_waiting_by_reason{reason="capacity"} 7.0\n',
        'vllm:num_requests_waiting{engine="0" seven\n',
        "vllm:num_requests_waiting NaN\n",
        "llamacpp:requests_deferred +Inf\n",
    ],
)
def test_what_tells_no_load_is_no_load(text: str) -> None:
    assert read_load(text) is None


def test_values_out_of_range_are_brought_into_it() -> None:
    text = "sglang:num_queue_reqs -3\nsglang:token_usage 1.4\n"
    assert read_load(text) == EngineLoad(waiting=0, kv_use=1.0)
