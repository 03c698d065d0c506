"""What was seen in ten seconds, as it may be published. Knows sums and shares; knows no person, address or word.

A verdict is found from windows alone, so whoever has them can find it again. Nobody stands alone in one: a cluster
with a network's name has at least ``K_ANONYMOUS`` identities, all others are lumped together by how they behave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

VERSION = 1
WINDOW_S = 10.0
# Of fewer identities no network is told: the usual floor of published statistics on people is between 5 and 20.
K_ANONYMOUS = 20
# Nobody looks at fewer than one in a million; a figure below is a forger's.
LEAST_LOOKED_AT = 1e-6


@dataclass(frozen=True, slots=True)
class Cluster:
    """Identities that behave alike.

    Attributes:
        network: the /16 (IPv4) or /32 (IPv6) that they come from; empty where they are lumped from many.
        manner: what is known of how they behave, trait to level, as in ``verdict.manner``.
        identities: how many; an estimate where not all could be looked at.
        requests: what they asked in this window, all kinds together.
        engine_ms: what of it went to the engine, in engine-milliseconds.
        strangers: the part of the identities that showed no credential of ours, 0 to 1.
    """

    network: str
    manner: Mapping[str, str]
    identities: float
    requests: float
    engine_ms: float = 0.0
    strangers: float = 0.0


@dataclass(frozen=True, slots=True)
class Window:
    """Unix seconds from and to. ``features`` are named as in ``verdict.words``; ``usual`` has those of the same hour.

    Attributes:
        requests: all that came.
        identities: from how many askers, estimated.
        features: shares and rates of this window.
        usual: the same of the same hour of the week, of which ``rests_on`` tells from how many windows.
        looked_at: the part of the identities that was looked at, 0 to 1; the clusters are scaled up to all.
        clusters: the largest first.
    """

    from_s: float
    to_s: float
    requests: int
    identities: float
    features: Mapping[str, float] = field(default_factory=dict[str, float])
    usual: Mapping[str, float] = field(default_factory=dict[str, float])
    rests_on: float = 0.0
    looked_at: float = 1.0
    clusters: tuple[Cluster, ...] = ()

    @property
    def scale(self) -> float:
        """How many askers each stands for who was looked at; at least 1."""
        return 1 / min(1.0, max(LEAST_LOOKED_AT, self.looked_at))

    def told(self) -> dict[str, Any]:
        """As JSON, the same of the same window always."""
        return {
            "version": VERSION,
            "from_s": self.from_s,
            "to_s": self.to_s,
            "requests": self.requests,
            "identities": _short(self.identities),
            "features": {name: _short(value) for name, value in sorted(self.features.items())},
            "usual": {name: _short(value) for name, value in sorted(self.usual.items())},
            "rests_on": _short(self.rests_on),
            "looked_at": _short(self.looked_at),
            "clusters": [_told(one) for one in self.clusters],
        }


def window_of(told: Mapping[str, Any]) -> Window:
    """A window as it was told. Raises ValueError for what is none of this version."""
    try:
        if told["version"] != VERSION:
            raise ValueError(f"This window has version {told['version']}; this program reads {VERSION}.")
        return Window(
            from_s=float(told["from_s"]),
            to_s=float(told["to_s"]),
            requests=int(told["requests"]),
            identities=float(told["identities"]),
            features=_numbers(told["features"]),
            usual=_numbers(told["usual"]),
            rests_on=float(told["rests_on"]),
            looked_at=float(told["looked_at"]),
            clusters=tuple(_cluster_of(one) for one in told["clusters"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"This is no window: {error!r}.") from error


def _told(cluster: Cluster) -> dict[str, Any]:
    return {
        "network": cluster.network,
        "manner": dict(sorted(cluster.manner.items())),
        "identities": _short(cluster.identities),
        "requests": _short(cluster.requests),
        "engine_ms": _short(cluster.engine_ms),
        "strangers": _short(cluster.strangers),
    }


def _cluster_of(told: Mapping[str, Any]) -> Cluster:
    return Cluster(
        network=str(told["network"]),
        manner={str(trait): str(level) for trait, level in told["manner"].items()},
        identities=float(told["identities"]),
        requests=float(told["requests"]),
        engine_ms=float(told["engine_ms"]),
        strangers=float(told["strangers"]),
    )


def _numbers(told: object) -> dict[str, float]:
    return {str(name): float(value) for name, value in cast("Mapping[str, float]", told).items()}


def _short(value: float) -> float:
    """Six significant digits: published figures must not depend on the last bit of a sum."""
    return float(f"{value:.6g}")
