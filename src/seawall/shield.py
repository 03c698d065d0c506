"""Joins the shield: door, queue and what moves between them. Knows these rooms; holds no logic of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from seawall.admission.admission import LOOK_S, Admission
from seawall.engines.port import Engine
from seawall.observing.heartbeat import Heartbeat
from seawall.scheduling.queue import FairQueue
from seawall.settings import Settings
from seawall.values.home import NamesOf, names_of


@dataclass(frozen=True, slots=True)
class Shield:
    """What decides who is served, in which order, and what is told of it."""

    admission: Admission
    queue: FairQueue
    heartbeat: Heartbeat

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
) -> Shield:
    """The shield of these settings before this engine. Driven by a virtual clock in the sieges' tests.

    ``names_of`` tells by which names homes are kept; the service's are keyed, so that its records hide addresses.
    """
    admission = Admission(
        settings.admission,
        patience_s=settings.queue.patience_s,
        random=random,
        clock=clock,
        unix_time=unix_time,
        names_of=names_of,
        models=lambda: [offer.id for offer in engine.report().models],
    )
    queue = FairQueue(
        lambda: engine.report().slots,
        waiting_limit=settings.queue.waiting,
        waiting_per_flow=settings.queue.waiting_per_account,
        clock=clock,
        random=random,
    )
    return Shield(admission, queue, Heartbeat(admission.look, every_s=LOOK_S))
