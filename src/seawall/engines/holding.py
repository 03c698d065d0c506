"""Counts the answers that an engine holds. Knows its slots; knows neither questions nor transports."""

from __future__ import annotations

from seawall.engines.port import EngineFull


class Holding:
    """``with holding:`` around an answer. What exceeds the slots is turned away, so that a waiting line can only
    ever form in ``scheduling/``, where it is fair."""

    __slots__ = ("in_flight", "slots")

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.in_flight = 0

    def __enter__(self) -> None:
        if self.in_flight >= self.slots:
            raise EngineFull(f"All {self.slots} slots of the model are taken. Try again in a moment.")
        self.in_flight += 1

    def __exit__(self, *_: object) -> None:
        self.in_flight -= 1
