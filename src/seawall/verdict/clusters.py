"""Gathers askers that behave alike, so that nobody stands alone. Knows manners and networks; knows no verdict.

k-anonymity by generalisation (Sweeney, 2002): a group of fewer than K identities is not shown by its manner, but lumped
with all other small ones that are here for the same and lean as much to the one side or the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from seawall.values.window import K_ANONYMOUS, Cluster
from seawall.verdict.asker import HOME, STRANGER, Asker
from seawall.verdict.manner import Manner
from seawall.verdict.proportions import Beyond
from seawall.verdict.strata import PURPOSE, purpose_of
from seawall.verdict.weights import LEANING, STEP, leaning_of

MOST_CLUSTERS = 64


def clusters_of(
    manners: Iterable[tuple[Asker, Manner]], scale: float, scale_requests: float, beyond: Mapping[str, Beyond]
) -> list[Cluster]:
    """The clusters of who asked in this window, the largest first. ``scale`` is how many each asker stands for."""
    groups: dict[Manner, list[Asker]] = {}
    for asker, manner in manners:
        groups.setdefault(manner, []).append(asker)
    large = [manner for manner, askers in groups.items() if len(askers) * scale >= K_ANONYMOUS]
    large = sorted(large, key=lambda manner: (-len(groups[manner]), manner))[:MOST_CLUSTERS]
    made: list[Cluster] = []
    lumps: dict[Manner, list[Asker]] = {}
    for manner in large:
        networks, rest = _by_network(groups.pop(manner), scale)
        if len(rest) * scale < K_ANONYMOUS:
            _lump(manner, rest, lumps, beyond)
        else:
            networks[""] = rest
        made += [_cluster(one, manner, here, scale, scale_requests) for one, here in networks.items()]
    for manner, askers in groups.items():
        _lump(manner, askers, lumps, beyond)
    made += [_cluster("", manner, lump, scale, scale_requests) for manner, lump in lumps.items()]
    return sorted(made, key=lambda one: (-one.requests, one.network, sorted(one.manner.items())))


def _lump(manner: Manner, askers: list[Asker], lumps: dict[Manner, list[Asker]], beyond: Mapping[str, Beyond]) -> None:
    if askers:
        leaning = round(leaning_of(dict(manner), beyond) / STEP) * STEP
        home = tuple(one for one in manner if one == ("standing", HOME))
        kept = ((LEANING, f"{leaning:g}"), (PURPOSE, purpose_of(dict(manner))), *home)
        lumps.setdefault(kept, []).extend(askers)


def _by_network(askers: list[Asker], scale: float) -> tuple[dict[str, list[Asker]], list[Asker]]:
    """Networks with enough of them to stand by themselves, and all others."""
    networks: dict[str, list[Asker]] = {}
    for asker in askers:
        networks.setdefault(asker.network, []).append(asker)
    named = {name: here for name, here in networks.items() if name and len(here) * scale >= K_ANONYMOUS}
    return named, [asker for name, here in networks.items() if name not in named for asker in here]


def _cluster(network: str, manner: Manner, askers: list[Asker], scale: float, scale_requests: float) -> Cluster:
    return Cluster(
        network=network,
        manner=dict(manner),
        identities=len(askers) * scale,
        requests=sum(one.window_requests for one in askers) * scale_requests,
        engine_ms=sum(one.window_ms for one in askers) * scale,
        strangers=sum(one.standing == STRANGER for one in askers) / len(askers),
    )
