"""The service's Prometheus metrics, each in ``docs/metrics.md``. Knows counts; knows no accounts and no text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

FIRST_TOKEN_BUCKETS_S = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60)

Plain = tuple[str, str, str, float]
Labelled = tuple[str, str, str, float, Mapping[str, str]]
_NONE: Mapping[str, str] = {}


class Gauges(Protocol):
    """Where the collector reads what others count already; each is called at a scrape only."""

    def readings(self) -> Iterable[Plain | Labelled]:
        """Tuples of kind ("gauge" or "counter"), name, help and value; labels too where a name comes more than once."""
        ...


@dataclass(frozen=True, slots=True)
class Totals:
    """What was counted since the start; two of them tell what lies between.

    ``requests`` are by service class, door and outcome, ``first_tokens`` by service class and door: how many came
    within each of `FIRST_TOKEN_BUCKETS_S`, the last number being all of them.
    """

    requests: Mapping[tuple[str, str, str], float]
    first_tokens: Mapping[tuple[str, str], tuple[float, ...]]
    tokens: Mapping[str, float]
    refusals: Mapping[str, float]


class _Readings(Collector):
    def __init__(self, source: Gauges) -> None:
        self._source = source

    def collect(self) -> Iterable[Metric]:
        metrics: dict[str, CounterMetricFamily | GaugeMetricFamily] = {}
        for kind, name, text, value, *more in self._source.readings():
            labels: Mapping[str, str] = more[0] if more else _NONE
            if name not in metrics:
                family = CounterMetricFamily if kind == "counter" else GaugeMetricFamily
                metrics[name] = family(name, text, labels=list(labels))
            metrics[name].add_metric(list(labels.values()), value)
        yield from metrics.values()


class Metrics:
    """One registry an app, so that two apps in one process (tests) do not share counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "seawall_requests",
            "Questions by service class, door and outcome (complete, stopped, failed, or the refusal's code).",
            ["service_class", "door", "outcome"],
            registry=self.registry,
        )
        self._first_token_s = Histogram(
            "seawall_first_token_seconds",
            "From arrival to the first token, by service class and door.",
            ["service_class", "door"],
            buckets=FIRST_TOKEN_BUCKETS_S,
            registry=self.registry,
        )
        self._tokens = Counter(
            "seawall_tokens",
            "Tokens by kind: prompt, cached (the part of prompt found in the engine's cache), completion.",
            ["kind"],
            registry=self.registry,
        )
        self._prompt, self._cached, self._completion = map(self._tokens.labels, ("prompt", "cached", "completion"))
        self._refusals = Counter(
            "seawall_refusals",
            "Requests refused outside the answering line (accounts, pages, broken requests), by code.",
            ["code"],
            registry=self.registry,
        )

    def watch(self, source: Gauges) -> None:
        """Adds readings that others keep, such as the queue's length."""
        self.registry.register(_Readings(source))

    def answered(self, service_class: str, door: str, outcome: str) -> None:
        """A question left the line."""
        self._requests.labels(service_class, door, outcome).inc()

    def first_token(self, service_class: str, door: str, seconds: float) -> None:
        """The first token went out."""
        self._first_token_s.labels(service_class, door).observe(seconds)

    def tokens(self, prompt: int, cached: int, completion: int) -> None:
        """An answer's totals."""
        self._prompt.inc(prompt)
        self._cached.inc(cached)
        self._completion.inc(completion)

    def refused(self, code: str) -> None:
        """A request was refused outside the line."""
        self._refusals.labels(code).inc()

    def totals(self) -> Totals:
        """The counts as they stand, for who looks every second or so: it takes a fraction of a millisecond."""
        within: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        for metric in self._first_token_s.collect():
            for sample in metric.samples:
                if sample.name.endswith("_bucket"):
                    within[sample.labels["service_class"], sample.labels["door"]].append(sample.value)
        return Totals(
            requests={
                (labels["service_class"], labels["door"], labels["outcome"]): value
                for labels, value in _counts(self._requests)
            },
            first_tokens={one: tuple(counts) for one, counts in within.items()},
            tokens={labels["kind"]: value for labels, value in _counts(self._tokens)},
            refusals={labels["code"]: value for labels, value in _counts(self._refusals)},
        )

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)


def _counts(counter: Counter) -> Iterable[tuple[Mapping[str, str], float]]:
    """Each label set's count, without the times at which counting began."""
    for metric in counter.collect():
        for sample in metric.samples:
            if sample.name.endswith("_total"):
                yield sample.labels, sample.value
