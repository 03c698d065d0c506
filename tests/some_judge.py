"""A judge for tests that are about something else, or about one part of it. Knows defaults; knows no test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_network
from random import Random
from types import MappingProxyType

from seawall.edge.address import AddressResolver
from seawall.edge.block_list import BlockList, Treatment
from seawall.edge.buckets import Buckets, Share
from seawall.edge.judge import GuestRules, Judge
from seawall.edge.self_defence import Stage
from seawall.values.load import OPEN, Threshold
from seawall.values.recognition import Recognition

# What a test's request shows in ``x-api-key``, and what it is worth.
CREDENTIALS = {
    b"claimed": Recognition.CLAIMANT,
    b"known": Recognition.KNOWN,
    b"operator": Recognition.OPERATOR,
}
PLENTY = Share(1000, 1000)


def judge(
    *,
    trusted: str | None = None,
    clock: Callable[[], float] = lambda: 1000.0,
    strangers: Share = PLENTY,
    claimants: Share = PLENTY,
    blocked: Iterable[str] = (),
    treated: Mapping[str, Treatment] = MappingProxyType({}),
    stage: Stage = Stage.CALM,
    threshold: Threshold = OPEN,
    directions: Share = PLENTY,
    guests: GuestRules = GuestRules(),  # noqa: B008, as it is frozen
    is_shown: Callable[[str, str], bool] = lambda path, method: False,
) -> Judge:
    """A wide open one where nothing else is said."""
    block_list = BlockList(None, unix_time=clock)
    for network in blocked:
        block_list.add(network)
    for network, treatment in treated.items():
        block_list.add(network, treatment=treatment)
    return Judge(
        AddressResolver([ip_network(trusted)] if trusted else []),
        recognise=lambda headers: CREDENTIALS.get(headers.get(b"x-api-key", b""), Recognition.STRANGER),
        blocked=block_list,
        strangers=Buckets(strangers, clock=clock),
        claimants=Buckets(claimants, clock=clock),
        stage=lambda: stage,
        threshold=lambda: threshold,
        random=Random(1),
        directions=Buckets(directions, clock=clock),
        guests=guests,
        is_shown=is_shown,
    )
