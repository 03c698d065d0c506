"""Where the shield reads what the verdict asks of it. Knows a pressure and weights; enforces nothing.

The port's one adapter: what was said stays here until it is said otherwise, and whoever is to heed it looks it up.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from seawall.verdict.looks import wide_network


class Pulled:
    """Before the first verdict nothing is asked for."""

    def __init__(self) -> None:
        self.pressure = 0.0
        self.weights: Mapping[str, float] = MappingProxyType({})

    def hint(self, pressure: float) -> None:
        """See ``Influence``."""
        self.pressure = pressure

    def weigh(self, networks: Mapping[str, float]) -> None:
        """See ``Influence``."""
        self.weights = MappingProxyType(dict(networks))

    def weight_of(self, network: str) -> float:
        """The weight of an address or a network, by the wide network that it lies in."""
        return self.weights.get(wide_network(network), 1.0) if self.weights else 1.0
