"""What a ticket came to. Knows times and counts; knows no engine."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.values.piece import Outcome, Usage
from seawall.values.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Served:
    """The end of one ticket, told to admission so that prices, entitlements and standing learn from it.

    Times are in milliseconds. ``queued_ms`` is from the arrival to the slot or the refusal; ``first_token_ms`` from
    the slot to the first token, None where there was none; ``held_ms`` how long the slot was held, 0 without one.
    ``cut`` is whether its answer was ended for somebody who waited.
    """

    outcome: Outcome
    usage: Usage
    refusal: Refusal | None
    queued_ms: float
    first_token_ms: float | None
    held_ms: float
    cut: bool = False
