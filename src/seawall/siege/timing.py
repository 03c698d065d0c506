"""How fast an engine is, by what its answers took. Knows times; asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from seawall.siege.lengths import Length
from seawall.siege.stub_engine import EngineSpec
from seawall.siege.talk import Outcome


def spec_of(outcomes: Sequence[Outcome], length: Length) -> EngineSpec:
    """A spec by which such questions, asked all at once, hold a slot for as long as they were seen to.

    Raises ValueError where one of them was not answered in two tokens or more.
    """
    reading: list[float] = []
    speaking: list[float] = []
    for one in outcomes:
        if not one.served or one.first_s is None or one.tokens < 2:
            raise ValueError(f"The engine did not answer ({one.status}).")
        reading.append(one.first_s - one.begun_s)
        speaking.append((one.ended_s - one.first_s) / (one.tokens - 1))
    return EngineSpec(
        slots=len(outcomes),
        token_ms=round(median(speaking) * 1000, 1),
        prefill_per_s=round(length.prompt / median(reading), 1),
    )
