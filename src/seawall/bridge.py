"""Joins what operators see while they watch. Knows who can tell what; holds no logic of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from seawall.forecourt import Forecourt
from seawall.ground import Ground
from seawall.observing.heartbeat import Heartbeat
from seawall.observing.metrics import Metrics
from seawall.operating.bridge.cost import Rates
from seawall.operating.bridge.instruments import TICK_S, Instruments, Sources
from seawall.operating.posture_desk import PostureDesk
from seawall.settings.tree import Settings
from seawall.shield import Shield


@dataclass(frozen=True, slots=True)
class Bridge:
    """The instruments, and what reads them."""

    instruments: Instruments
    ticking: Heartbeat

    def start(self) -> None:
        """Reads at once, so that nobody sees an empty bridge, and then every tick on the running loop."""
        self.instruments.look()
        self.ticking.start()

    def close(self) -> None:
        """Ends whoever watches. Idempotent."""
        self.ticking.close()
        self.instruments.close()


def open_bridge(
    settings: Settings,
    ground: Ground,
    metrics: Metrics,
    shield: Shield,
    desk: PostureDesk,
    forecourt: Forecourt,
    more: Mapping[str, Callable[[], Any]] | None = None,
) -> Bridge:
    """The bridge of this service; ``more`` is what further rooms tell at each tick, by name."""
    sources = Sources(
        totals=metrics.totals,
        load=shield.queue.load,
        engine=ground.engine.report,
        records=ground.records.report,
        shield=desk.show,
        entrance=forecourt.readings,
        promise_s=settings.admission.promise_s,
        rates=Rates(**settings.cost.model_dump()),
        more=more,
    )
    instruments = Instruments(sources, unix_time=time.time)
    return Bridge(instruments, Heartbeat(lambda _: instruments.look(), every_s=TICK_S))
