"""How much of a window is hostile, from the manners of its clusters. Knows log odds and counts; knows no history.

Who behaves so is one of two kinds of askers, and how many are of the first kind is what makes all manners together
likeliest (the mixing share of two known likelihoods, by expectation maximisation; Dempster, Laird and Rubin, 1977).
Then each cluster is hostile with the odds of its manner times the odds of that share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from seawall.values.window import Cluster
from seawall.verdict.proportions import Beyond
from seawall.verdict.strata import stratum_of
from seawall.verdict.weights import leaning_of

# Askers alike do not decide each for themselves: what ten of them show counts less than ten findings.
TEMPER = 0.7
# As if so many who are honest stood in each stratum besides, and a tenth of its own number: a handful of odd askers is
# no attack, and who might be either is taken for people.
HONEST_VOTES, INNOCENCE = 8.0, 1.1
# In requests of one asker in ten seconds, beyond which more say nothing new.
MOST_OF_ONE = 100.0
_NOTHING: Mapping[str, Beyond] = {}
_ROUNDS = 30
EVEN, SURELY_PEOPLE = 0.5, 0.15
# A flood must not make its neighbours suspect: whoever behaves otherwise is no part of it.
LEAST_SHARE, MOST_SHARE = 0.002, 0.8


@dataclass(frozen=True, slots=True)
class Estimate:
    """``hostile`` has the probability of each cluster, in their order. Shares are of requests, 0 to 1.

    ``gain`` is by how much, in nats, the found share makes the window likelier than the share that is usual.
    """

    hostile: tuple[float, ...]
    share: float
    share_error: float
    gain: float
    hostile_identities: float
    honest_identities: float
    honest_requests: float
    peoples_requests: float
    """Those of clusters that are surely people's."""
    undecided: float
    """The part of the requests whose cluster might be either."""


def estimate(clusters: Sequence[Cluster], usual_share: float, beyond: Mapping[str, Beyond] = _NOTHING) -> Estimate:
    """The likeliest share of these clusters. ``usual_share`` is the hostile part of the askers on a quiet day."""
    votes = [_votes(one) for one in clusters]
    likelier = [exp(TEMPER * leaning_of(one.manner, beyond)) for one in clusters]
    mixed = _mixed_apart(clusters, votes, likelier)
    hostile = tuple(_posterior(share, one) for share, one in zip(mixed, likelier, strict=True))
    requests = sum(one.requests for one in clusters)
    share = _part(sum(one.requests * p for one, p in zip(clusters, hostile, strict=True)), requests)
    undecided = sum(one.requests for one, p in zip(clusters, hostile, strict=True) if 0.15 < p < 0.85)
    return Estimate(
        hostile=hostile,
        share=share,
        share_error=_error(clusters, votes, likelier, mixed, hostile, requests),
        gain=_gain(votes, likelier, mixed, usual_share),
        hostile_identities=sum(one.identities * p for one, p in zip(clusters, hostile, strict=True)),
        honest_identities=sum(one.identities for one, p in zip(clusters, hostile, strict=True) if p < EVEN),
        honest_requests=requests * (1 - share),
        peoples_requests=sum(one.requests for one, p in zip(clusters, hostile, strict=True) if p < SURELY_PEOPLE),
        undecided=_part(undecided, requests),
    )


def _votes(cluster: Cluster) -> float:
    """Who asks much counts for more than who asks once, and for less than as many who ask once."""
    each = cluster.requests / max(1.0, cluster.identities)
    return cluster.identities * sqrt(max(1.0, min(MOST_OF_ONE, each)))


def _mixed_apart(clusters: Sequence[Cluster], votes: Sequence[float], likelier: Sequence[float]) -> list[float]:
    """Each stratum by itself: a flood of strangers says nothing of those who live here, nor readers of who signs in."""
    mixed = [0.0] * len(clusters)
    strata: dict[tuple[bool, str], list[int]] = {}
    for at, one in enumerate(clusters):
        strata.setdefault(stratum_of(one.manner), []).append(at)
    for here in strata.values():
        share = _mixed([votes[at] for at in here], [likelier[at] for at in here])
        for at in here:
            mixed[at] = share
    return mixed


def _mixed(votes: Sequence[float], likelier: Sequence[float]) -> float:
    total, share = sum(votes), 0.5
    if not total:
        return LEAST_SHARE
    total = INNOCENCE * total + HONEST_VOTES
    for _ in range(_ROUNDS):
        share = sum(n * _posterior(share, one) for n, one in zip(votes, likelier, strict=True)) / total
        share = max(LEAST_SHARE, min(MOST_SHARE, share))
    return share


def _posterior(share: float, likelier: float) -> float:
    return share * likelier / (share * likelier + 1 - share)


def _gain(votes: Sequence[float], likelier: Sequence[float], mixed: Sequence[float], usual: float) -> float:
    """Nothing of a crowd in which less is hostile than usual."""
    return sum(
        n * log((share * one + 1 - share) / (usual * one + 1 - usual))
        for n, one, share in zip(votes, likelier, mixed, strict=True)
        if share > usual
    )


def _error(
    clusters: Sequence[Cluster],
    votes: Sequence[float],
    likelier: Sequence[float],
    mixed: Sequence[float],
    hostile: Sequence[float],
    requests: float,
) -> float:
    """One standard error: of the share by its information, and of each cluster by its own doubt."""
    if not requests:
        return 0.5
    information = sum(
        n * ((one - 1) / (share * one + 1 - share)) ** 2 for n, one, share in zip(votes, likelier, mixed, strict=True)
    )
    doubt = sum((one.requests / requests) ** 2 * p * (1 - p) for one, p in zip(clusters, hostile, strict=True))
    return sqrt(min(0.25, 1 / max(4.0, information)) + doubt)


def _part(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
