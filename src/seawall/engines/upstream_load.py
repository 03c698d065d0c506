"""What a model server publishes of its own load. Knows three servers' metric names; knows no transport.

Sources: vLLM's and SGLang's "Production metrics" pages, llama-server's README (``--metrics``). SGLang publishes them
under ``--enable-metrics`` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from seawall.engines.port import EngineLoad


@dataclass(frozen=True, slots=True)
class _Names:
    waiting: str
    kv_use: tuple[str, ...]


_SERVERS = (
    # The second name is that of vLLM before 0.10.
    _Names("vllm:num_requests_waiting", ("vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc")),
    _Names("sglang:num_queue_reqs", ("sglang:token_usage",)),
    # llama-server told its cache's use until 2025.
    _Names("llamacpp:requests_deferred", ("llamacpp:kv_cache_usage_ratio",)),
)
_WANTED = tuple(name for server in _SERVERS for name in (server.waiting, *server.kv_use))
# Ranks of one engine share its line and tell the same length; replicas have lines of their own.
_RANKS = frozenset(("tp_rank", "pp_rank", "moe_ep_rank"))


def read_load(exposition: str) -> EngineLoad | None:
    """The load in a Prometheus exposition; None where it is none of the known servers', or cannot be read."""
    found = _series(exposition)
    for server in _SERVERS:
        lines = found.get(server.waiting)
        if lines is None:
            continue
        uses = [use for name in server.kv_use for use in found.get(name, {}).values()]
        return EngineLoad(
            waiting=max(0, round(sum(lines.values()))),
            # The fullest decides: a question is not moved between replicas.
            kv_use=min(1.0, max(0.0, max(uses))) if uses else None,
        )
    return None


def _series(exposition: str) -> dict[str, dict[frozenset[tuple[str, str]], float]]:
    """Values by name, and by the labels that tell lines of waiting apart."""
    # Picked before they are parsed: of vLLM's thousand lines, most of them histograms, two are of use, once a second.
    wanted = "\n".join(line for line in exposition.splitlines() if line.startswith(_WANTED))
    found: dict[str, dict[frozenset[tuple[str, str]], float]] = {}
    try:
        for family in text_string_to_metric_families(wanted + "\n"):
            for sample in family.samples:
                line = _line_of(sample.labels)
                values = found.setdefault(sample.name, {})
                values[line] = max(sample.value, values.get(line, 0.0))
    except ValueError:
        return {}
    return found if all(_is_finite(values.values()) for values in found.values()) else {}


def _line_of(labels: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset((name, value) for name, value in labels.items() if name not in _RANKS)


def _is_finite(values: Iterable[float]) -> bool:
    return all(abs(value) < float("inf") for value in values)
