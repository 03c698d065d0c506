"""How a verdict pulls at the shield: a little, and at nobody who is registered. Knows verdicts and the port.

A wrong verdict must be cheap, because there will be some. So the pull has three bounds: the posture goes up by one step
at most, no weight falls below a quarter, and both are given back as soon as the next window says otherwise.
"""

from __future__ import annotations

from math import floor

from seawall.values.verdict import Kind, Verdict
from seawall.values.window import Window
from seawall.verdict.baseline import ENOUGH_WINDOWS
from seawall.verdict.estimate import TEMPER
from seawall.verdict.port import Influence
from seawall.verdict.proportions import beyond_honest
from seawall.verdict.weights import leaning_of

# Whoever is weighed down so waits four times as long as the others of its class, and no longer.
LEAST_WEIGHT = 0.25
# A pressure of more than 1 asks for ELEVATED, of 1.5 for SIEGE: this is the first and never the second.
MOST_HINT = 1.2
# Below this lower end of the interval an attack is nothing that the posture need know of.
ENOUGH = 0.2
# Nor what asks less than ten times a second, which no service notices; nor anything before it is known what is usual.
WORTH_A_STEP = 100.0
# Only a network nearly all of whose clusters are hostile is weighed down, and only so many of them.
SURE, MOST_NETWORKS = 0.8, 256


class Pull:
    """Says through the port what each window asks for."""

    def __init__(self, influence: Influence) -> None:
        self._influence = influence

    def follow(self, window: Window, verdict: Verdict) -> None:
        """After each window; what it does not ask for any more is given back."""
        attacked = verdict.kind in (Kind.ATTACK, Kind.BOTH)
        large = verdict.attack.low >= ENOUGH and verdict.attack.middle * window.requests >= WORTH_A_STEP
        self._influence.hint(MOST_HINT if attacked and large and window.rests_on >= ENOUGH_WINDOWS else 0.0)
        self._influence.weigh(_weights(window) if attacked else {})


def _weights(window: Window) -> dict[str, float]:
    """By the hostile part of what each named network sent. Only clusters of strangers and newcomers count."""
    sent: dict[str, list[float]] = {}
    beyond = beyond_honest(window)
    for cluster in window.clusters:
        if cluster.network and cluster.manner.get("standing") != "home":
            both = sent.setdefault(cluster.network, [0.0, 0.0])
            both[leaning_of(cluster.manner, beyond) * TEMPER > 1.0] += cluster.requests
    weights = {
        network: max(LEAST_WEIGHT, floor(100 * (1 - hostile / (honest + hostile))) / 100)
        for network, (honest, hostile) in sent.items()
        if hostile > SURE * (honest + hostile)
    }
    return dict(sorted(weights.items(), key=lambda one: (one[1], one[0]))[:MOST_NETWORKS])
