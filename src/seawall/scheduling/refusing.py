"""How a question is told no by the queue. Knows sentences and when to come back; decides nothing."""

from __future__ import annotations

from math import ceil
from random import Random

from seawall.values.refusal import Reason, Refusal

# Those refused together must not come back together.
JITTER = 0.25
# Longer than this nobody is told to stay away: by then everything may have changed.
LONGEST_S = 600.0


class Refusing:
    """The queue's refusals. ``wait_s`` is how long until it would be worth trying again."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def too_many_waiting(self, most: int, wait_s: float) -> Refusal:
        """The asker's own line is full."""
        return Refusal(
            Reason.SHARE_USED,
            f"Your account already has {most} questions waiting. Wait for one to be answered.",
            retry_after_s=self._after(wait_s),
        )

    def own_share(self, wait_s: float) -> Refusal:
        """What the asker has waiting or lately used is why it would wait too long."""
        return Refusal(
            Reason.SHARE_USED,
            "Your own questions of the last minutes fill your share of the model. This one was not asked; "
            "wait for the others, or try again later.",
            retry_after_s=self._after(wait_s),
        )

    def no_room(self, why: str, wait_s: float) -> Refusal:
        """There is not enough for everybody of the asker's class."""
        return Refusal(
            Reason.NO_ROOM,
            f"All places are taken. {why} Your question was not asked; try again shortly.",
            retry_after_s=self._after(wait_s),
        )

    def _after(self, wait_s: float) -> float:
        return ceil(min(LONGEST_S, max(1.0, wait_s)) * (1 + JITTER * self._random.random()))
