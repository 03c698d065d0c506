"""Joins what stands before the gate: judge, block list, buckets, self-defence. Knows these parts; decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from seawall.edge.address import AddressResolver
from seawall.edge.block_list import FILE_NAME, BlockList
from seawall.edge.buckets import Buckets, Share
from seawall.edge.judge import Judge, Recognise
from seawall.edge.own_use import OwnUse
from seawall.edge.self_defence import SelfDefence
from seawall.settings_edge import EdgeSettings
from seawall.values.load import Threshold


@dataclass(frozen=True, slots=True)
class Front:
    """``defence`` is to be started and closed by whoever runs the loop."""

    judge: Judge
    blocked: BlockList
    defence: SelfDefence

    def readings(self) -> Iterable[tuple[str, str, str, float]]:
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


_WHY = {
    "blocked": "Requests refused at the gate: from a blocked network.",
    "share": "Requests refused at the gate: a network's strangers had used their share.",
    "unproven": "Requests refused at the gate: too many unknown keys from a network.",
    "self_defence": "Requests refused at the gate: strangers, while the service defends itself.",
    "threshold": "Requests refused at the gate: strangers whom the queue would not let in.",
}


def raise_front(
    settings: EdgeSettings,
    addresses: AddressResolver,
    data: Path | None,
    *,
    recognise: Recognise,
    threshold: Callable[[], Threshold],
    random: Random,
    clock: Callable[[], float] = time.monotonic,
    unix_time: Callable[[], float] = time.time,
) -> Front:
    """The parts of these settings. Raises BlockListError where the kept list cannot be read."""
    defence = SelfDefence(OwnUse(memory_mib=settings.memory_mib), clock=clock)
    blocked = BlockList(data / FILE_NAME if data else None, unix_time=unix_time)
    judge = Judge(
        addresses,
        recognise=recognise,
        blocked=blocked,
        strangers=Buckets(Share(settings.stranger_rate, settings.stranger_burst), clock=clock),
        claimants=Buckets(Share(settings.unproven_rate, settings.unproven_rate), clock=clock),
        stage=lambda: defence.stage,
        threshold=threshold,
        random=random,
    )
    return Front(judge, blocked, defence)
