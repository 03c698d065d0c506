"""The mixes that the shield was tuned on, by name. Knows events; plays none."""

from __future__ import annotations

from dataclasses import dataclass, field

from stub_engine import Pace
from virtual_siege.events import (
    Event,
    abandon,
    all_four,
    amplify,
    cache_bust,
    fame,
    fame_inside,
    flood,
    harvest,
    neighbour,
    pulse,
    stolen,
    sybil,
    thousand_new,
    week,
)


@dataclass(frozen=True, slots=True)
class Mix:
    """``crowd`` is whether the usual people are there; else the event brings its own from the start.

    ``first_token_ratio`` is what the promise allows the first token's p95 to grow by.
    """

    name: str
    event: Event
    pace: Pace = field(default_factory=Pace)
    crowd: bool = True
    first_token_ratio: float = 1.5


API_PACE = Pace(slots=32, prefill_tokens_s=20_000, first_token_ms=90.0, token_ms=10.0, piece_tokens=10)

MIXES: dict[str, Mix] = {
    mix.name: mix
    for mix in (
        Mix("fame", fame),
        Mix("flood", flood),
        Mix("sybil-200", sybil),
        Mix("stolen-10", stolen(10, 0.0)),
        Mix("all-four", all_four),
        Mix("stolen-100", stolen(100, 0.0)),
        Mix("stolen-300", stolen(300, 0.0)),
        Mix("pulse", pulse(0.0)),
        Mix("fame-inside", fame_inside),
        Mix("stolen-10-fifth-at-home", stolen(10, 0.2)),
        Mix("stolen-100-fifth-at-home", stolen(100, 0.2)),
        Mix("stolen-300-fifth-at-home", stolen(300, 0.2)),
        Mix("pulse-fifth-at-home", pulse(0.2)),
        Mix("stolen-10-at-home", stolen(10, 1.0)),
        Mix("stolen-100-at-home", stolen(100, 1.0)),
        Mix("stolen-300-at-home", stolen(300, 1.0)),
        Mix("pulse-at-home", pulse(1.0)),
        Mix("amplify", amplify),
        Mix("cache-bust", cache_bust),
        Mix("harvest", harvest),
        Mix("abandon", abandon),
        Mix("week", week, first_token_ratio=2.5),
        Mix("neighbour-50x", neighbour, pace=API_PACE, crowd=False),
        Mix("thousand-new", thousand_new, pace=API_PACE, crowd=False),
    )
}
