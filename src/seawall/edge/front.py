"""Joins what stands before the gate: connections, judge, block list, self-defence. Knows its parts; decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from seawall.edge.address import AddressResolver
from seawall.edge.block_list import BlockList
from seawall.edge.buckets import Buckets, Share
from seawall.edge.connections import Caps, Connections
from seawall.edge.deadlines import Deadlines, Due
from seawall.edge.judge import GuestRules, Judge, Recognise
from seawall.edge.own_use import OwnUse, most_descriptors
from seawall.edge.self_defence import SelfDefence, Stage
from seawall.edge.stills import Stills
from seawall.edge.sweep import Sweep
from seawall.observing.metrics import Labelled, Plain
from seawall.settings.edge import EdgeSettings
from seawall.values.load import Threshold


@dataclass(frozen=True, slots=True)
class Front:
    """``start`` and ``close`` are for whoever runs the loop."""

    judge: Judge
    blocked: BlockList
    defence: SelfDefence
    connections: Connections
    sweep: Sweep
    stills: Stills

    def start(self) -> None:
        """Begins what goes on by itself."""
        self.defence.start()
        self.sweep.start()

    async def close(self) -> None:
        """Idempotent."""
        self.defence.close()
        await self.sweep.close()

    def readings(self) -> Iterable[Plain | Labelled]:
        """What a scrape is told."""
        defence, refused = self.defence, self.judge.refused
        for why, text in _WHY.items():
            yield "counter", f"seawall_gate_{why}", text, refused.get(why, 0)
        yield "gauge", "seawall_blocked_networks", "Networks on the operator's block list.", len(self.blocked)
        yield "gauge", "seawall_loop_lag_seconds", "Longest lag of the loop within a second.", defence.lag_ms / 1000
        yield "gauge", "seawall_memory_use", "Part of its memory that the process uses.", defence.use.memory
        yield "gauge", "seawall_descriptor_use", "Part of its descriptors that are open.", defence.use.descriptors
        yield "gauge", "seawall_self_defence_stage", "0 calm, 1 tight, 2 defending, 3 survival.", defence.stage
        yield "counter", "seawall_self_defence_changes", "Times the stage changed.", defence.changes
        yield "gauge", "seawall_connections", "Open connections.", self.connections.count
        yield "counter", "seawall_connections_evicted", "Strangers' that made room.", self.connections.evicted
        for due, why in _CUT.items():
            yield "counter", "seawall_connections_cut", "Ended by the sweep.", self.sweep.cut[due], {"why": why}


_WHY = {
    "blocked": "Requests refused at the gate: from a blocked network.",
    "share": "Requests refused at the gate: a network's strangers had used their share.",
    "unproven": "Requests refused at the gate: too many unknown keys from a network.",
    "self_defence": "Requests refused at the gate: strangers, while the service defends itself.",
    "threshold": "Requests refused at the gate: strangers whom the queue would not let in.",
}

_CUT = {Due.QUIET: "unused", Due.HEAD: "headers", Due.BODY: "body", Due.UNREAD: "unread"}
# How often strangers without a pass are told at the API how to get one, and given a place: by network, and all of them
# together 32 times as often, which is a tenth of a core. A place can be asked for at the entrance too.
DIRECTIONS = Share(rate=16, burst=100)
# Of the process's descriptors, the part that connections may take before strangers make room for newcomers: below
# where self-defence would begin to refuse them.
ROOM = 0.8


def raise_front(
    settings: EdgeSettings,
    addresses: AddressResolver,
    blocked: BlockList,
    *,
    recognise: Recognise,
    threshold: Callable[[], Threshold],
    guests: GuestRules,
    random: Random,
    was_cut: Callable[[str], object] = lambda network: None,
    clock: Callable[[], float] = time.monotonic,
) -> Front:
    """The parts of these settings. ``was_cut`` is told the network of each connection that was too slow."""
    stills = Stills()
    defence = SelfDefence(OwnUse(memory_mib=settings.memory_mib), clock=clock)
    judge = Judge(
        addresses,
        recognise=recognise,
        blocked=blocked,
        strangers=Buckets(Share(settings.stranger_rate, settings.stranger_burst), clock=clock),
        claimants=Buckets(Share(settings.unproven_rate, settings.unproven_rate), clock=clock),
        stage=lambda: defence.stage,
        threshold=threshold,
        random=random,
        directions=Buckets(DIRECTIONS, clock=clock),
        guests=guests,
        is_shown=stills.holds,
    )
    caps = Caps(
        strangers=settings.connections_per_stranger_network,
        all=settings.connections_per_network,
        room=int(ROOM * most_descriptors()),
    )
    connections = Connections(caps, clock=clock)
    sweep = Sweep(
        connections,
        _deadlines(settings),
        clock=clock,
        is_tight=lambda: defence.stage >= Stage.TIGHT,
        was_cut=was_cut,
    )
    return Front(judge, blocked, defence, connections, sweep, stills)


def _deadlines(settings: EdgeSettings) -> Deadlines:
    return Deadlines(
        header_s=settings.header_s,
        body_idle_s=settings.body_idle_s,
        body_grace_s=settings.body_grace_s,
        body_rate_bytes=settings.body_rate_bytes,
        body_s=settings.body_s,
        send_s=settings.send_s,
        keep_alive_s=settings.keep_alive_s,
    )
