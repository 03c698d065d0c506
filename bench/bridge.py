"""What the bridge costs the service: each reading, and each who watches. Knows its parts; opens no socket."""

from __future__ import annotations

import time
from random import Random

from heading import heading, table
from seawall.engines.port import EngineReport, ModelOffer
from seawall.observing.metrics import Metrics
from seawall.operating.bridge.cost import Rates
from seawall.operating.bridge.heaviest import MOST, Heaviest
from seawall.operating.bridge.instruments import TICK_S, Instruments, Sources
from seawall.operating.posture_desk import PostureDesk
from seawall.records.port import RecordsReport
from seawall.settings.tree import Settings
from seawall.shield import raise_shield
from seawall.streaming.sse import named_event
from seawall.values.refusal import Reason
from seawall.values.ticket import ServiceClass

READINGS = 300
WELL = RecordsReport(healthy=True, lag_s=0.0, waiting=0, commits=0, changes=0, trouble=None)


class _Engine:
    """A pool of eight, as it reports."""

    def report(self) -> EngineReport:
        members = tuple(EngineReport(f"http://10.0.0.{n}:8000/v1", True, 32, 16) for n in range(8))
        return EngineReport("pool", True, 256, 128, (ModelOffer("m"),), members=members)


def _busy_instruments() -> Instruments:
    """Every class has met every outcome, and five hundred networks ask."""
    metrics, engine, random = Metrics(), _Engine(), Random(1)
    for one in ServiceClass:
        for outcome in ("complete", "stopped", "failed", *(reason.code for reason in Reason)):
            metrics.answered(one.value, "chat", outcome)
        metrics.first_token(one.value, "chat", 0.3)
    heaviest = Heaviest(time.monotonic)
    for number in range(MOST):
        heaviest.add(f"10.{number >> 8}.{number & 255}.0/24", 1000.0 * random.random())
    shield = raise_shield(Settings(), engine, random=random)  # pyright: ignore[reportArgumentType] - it only reports.
    desk = PostureDesk(shield.admission, shield.queue.load, None, unix_time=time.time)
    return Instruments(
        Sources(
            totals=metrics.totals,
            load=shield.queue.load,
            engine=engine.report,
            records=lambda: WELL,
            shield=desk.show,
            entrance=lambda: (),
            promise_s=5.0,
            rates=Rates(per_hour=2.0),
            more={"heaviest": heaviest.shown},
        ),
        unix_time=time.time,
    )


def main() -> None:
    instruments = _busy_instruments()
    for _ in range(30):
        instruments.look()
    begun_s = time.process_time()
    for _ in range(READINGS):
        instruments.look()
    look_ms = (time.process_time() - begun_s) / READINGS * 1000
    begun_s = time.process_time()
    for _ in range(READINGS):
        named_event("reading", instruments.reading)
    tell_ms = (time.process_time() - begun_s) / READINGS * 1000
    print(heading())
    rows = [
        ("a reading", f"{look_ms:.2f}", f"{look_ms / TICK_S / 10:.3f}"),
        ("each who watches", f"{tell_ms:.3f}", f"{tell_ms / TICK_S / 10:.4f}"),
    ]
    print(table(rows, ("", "ms of one core", "% of one core (limit 1)")))
    print(f"A reading is {len(named_event('reading', instruments.reading))} bytes, every {TICK_S:g} s.")


if __name__ == "__main__":
    main()
