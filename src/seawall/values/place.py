"""What one who waits for a turn is told. Knows figures and times; knows no line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PlaceState = Literal["waiting", "released", "over"]


@dataclass(frozen=True, slots=True)
class PlaceTold:
    """A place in a waiting line, and how it stands.

    Attributes:
        ticket: the place itself, to come back with; it may differ from the one that was shown.
        ahead: between how many come before.
        wait_s: until the turn comes; 0 once it has.
        later: the time is later than was told before, and this says so.
        by_lot: turns are drawn anew every hour instead of kept in order.
        look_s: when to look again.
        claim_s: how long a turn that has come is kept.
        numbered: it stands in the line, or needs no line; else it joins it when its holder looks again.
        joined: it stands in the line from now on, so that an address with the place shown before would join anew.
    """

    state: PlaceState
    ticket: str
    ahead: tuple[int, int] = (0, 0)
    wait_s: float = 0.0
    later: bool = False
    by_lot: bool = False
    look_s: float = 5.0
    claim_s: float = 0.0
    joined: bool = False
    numbered: bool = True
