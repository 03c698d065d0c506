"""Joins the shield: door, queue and what moves between them. Knows these rooms; holds no logic of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from seawall.admission.admission import LOOK_S, Admission
from seawall.admission.budget import Budgets
from seawall.admission.challenged import Challenged
from seawall.admission.posture import Posture
from seawall.engines.port import Engine, EngineReport
from seawall.observing.heartbeat import Heartbeat
from seawall.scheduling.queue import FairQueue
from seawall.scheduling.rules import Capacity, Rules
from seawall.settings.tree import QueueSettings, Settings
from seawall.values.home import NamesOf, names_of
from seawall.verdict.pulled import Pulled

# What new accounts, and accounts away from home, count in the queue where an operator has slowed their network: as much
# less as the share of its strangers is at the door (``edge.judge.SLOW_FACTOR``). It is felt only while others wait.
SLOWED_WEIGHT = 1 / 8


@dataclass(frozen=True, slots=True)
class Shield:
    """What decides who is served, in which order, and what is told of it."""

    admission: Admission
    queue: FairQueue
    heartbeat: Heartbeat
    budgets: Budgets

    def start(self) -> None:
        """Begins to look, on the running loop."""
        self.heartbeat.start()

    def close(self) -> None:
        """Idempotent."""
        self.heartbeat.close()


def raise_shield(
    settings: Settings,
    engine: Engine,
    *,
    random: Random,
    clock: Callable[[], float] = time.monotonic,
    unix_time: Callable[[], float] = time.time,
    names_of: NamesOf = names_of,
    pulled: Pulled | None = None,
    slowed: Callable[[str], bool] = lambda network: False,
    challenged: Challenged | None = None,
) -> Shield:
    """The shield of these settings before this engine. Driven by a virtual clock in the sieges' tests.

    ``names_of`` tells by which names homes are kept; the service's are keyed, so that its records hide addresses.
    ``pulled`` is what the verdict asks of it; ``slowed`` and ``challenged`` are the operator's word on networks.
    """
    asked = pulled or Pulled()

    def weight_of(network: str) -> float:
        return min(asked.weight_of(network), SLOWED_WEIGHT if slowed(network) else 1.0)

    queue = FairQueue(
        lambda: _capacity(engine.report()),
        _rules(settings.queue),
        clock=clock,
        random=random,
        weight_of=weight_of,
        pressed=lambda: admission.posture is not Posture.NORMAL,
    )
    budgets = Budgets(settings.budget, unix_time=unix_time)
    admission = Admission(
        settings.admission,
        patience_s=settings.queue.patience_s,
        random=random,
        clock=clock,
        unix_time=unix_time,
        budgets=budgets,
        names_of=names_of,
        models=lambda: [offer.id for offer in engine.report().models],
        load=queue.load,
        threshold=lambda: queue.threshold,
        hint=lambda: asked.pressure,
        challenged=challenged,
    )
    return Shield(admission, queue, Heartbeat(admission.look, every_s=LOOK_S), budgets)


def _rules(queue: QueueSettings) -> Rules:
    return Rules(
        waiting=queue.waiting,
        waiting_per_account=queue.waiting_per_account,
        patience_s=queue.patience_s,
        headroom=queue.headroom,
        reserve=queue.reserve,
        reserve_within=queue.reserve_within,
        kv_share=queue.kv_share,
        prefill_share=queue.reading_share,
        neighbours=queue.neighbours,
        giving_way=queue.giving_way,
        deadline=queue.deadline,
    )


def _capacity(report: EngineReport) -> Capacity:
    load = report.load
    return Capacity(
        slots=report.slots,
        slots_fixed=report.slots_fixed,
        kv_tokens=report.kv_tokens,
        kv_use=load.kv_use if load else None,
        waiting=load.waiting if load else 0,
    )
