"""Which kinds are tuned on, which were looked at, and which others wrote blind. Knows names; plays nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from attackers import DISGUISED, LOOKED_AT, TUNED_ON
from gatherings import Gathering
from kinds.blind_attacks import BLIND_RINGS, BLIND_UNDISGUISED
from kinds.blind_crowds import BLIND_CROWDS
from kinds.blind_last_attacks import BLIND_LAST_RINGS, BLIND_LAST_UNDISGUISED
from kinds.blind_last_crowds import BLIND_LAST_CROWDS
from kinds.blind_too_attacks import BLIND_TOO_RINGS, BLIND_TOO_UNDISGUISED
from kinds.blind_too_crowds import BLIND_TOO_CROWDS
from kinds.fresh_attacks import FRESH_RINGS, FRESH_UNDISGUISED
from kinds.fresh_crowds import FRESH_CROWDS
from kinds.later_attacks import RINGS, UNDISGUISED
from kinds.later_crowds import CROWDS
from kinds.rehearsal_attacks import REHEARSAL_RINGS, REHEARSAL_UNDISGUISED
from kinds.rehearsal_crowds import REHEARSAL_CROWDS
from visits import Ring

BY_BLIND = "that were written by someone who had not read the verdict"


@dataclass(frozen=True, slots=True)
class Split:
    """One part of the corpus.

    Attributes:
        title: "Kinds ..." what they are.
        first_seed: no two splits share one.
        surges, families: kinds of crowds and of attacks.
        is_later: their service differs from that of the kinds for tuning.
        on_asking: played only where it is asked for by name: what is looked at each day is soon held out of nothing.
    """

    title: str
    first_seed: int
    surges: tuple[str, ...]
    families: tuple[str, ...]
    is_later: bool = True
    on_asking: bool = False


def _blind(first_seed: int, crowds: Mapping[str, Gathering], rings: Mapping[str, Ring]) -> Split:
    return Split(BY_BLIND, first_seed, tuple(crowds), tuple(rings), on_asking=True)


SPLITS: Mapping[str, Split] = {
    "tuned": Split("that the weights were fitted on", 0, ("news", "morning", "link"), TUNED_ON, is_later=False),
    "looked-at": Split(
        "that were looked at while traits and bounds were made, and not fitted on",
        10_000,
        ("fame", "fame-inside", "conference", "outage-over", "exam-night", "motley"),
        LOOKED_AT,
        is_later=False,
    ),
    # Of the kinds that were all held out until the first run, every other one was opened then, unseen which.
    "opened": Split(
        "that were held out until the first run and looked at since", 40_000, tuple(CROWDS)[::2], tuple(RINGS)[::2]
    ),
    "held-out": Split(
        "that were held out until the second run and looked at since", 30_000, tuple(CROWDS)[1::2], tuple(RINGS)[1::2]
    ),
    "fresh": _blind(50_000, FRESH_CROWDS, FRESH_RINGS),
    "rehearsal": _blind(60_000, REHEARSAL_CROWDS, REHEARSAL_RINGS),
    "blind-too": _blind(80_000, BLIND_TOO_CROWDS, BLIND_TOO_RINGS),
    "blind": _blind(70_000, BLIND_CROWDS, BLIND_RINGS),
    "blind-last": _blind(90_000, BLIND_LAST_CROWDS, BLIND_LAST_RINGS),
}
GATHERINGS: Mapping[str, Gathering] = {
    **FRESH_CROWDS, **REHEARSAL_CROWDS, **BLIND_CROWDS, **BLIND_TOO_CROWDS, **BLIND_LAST_CROWDS,
}  # fmt: skip
ALL_RINGS: Mapping[str, Ring] = {
    **RINGS, **FRESH_RINGS, **REHEARSAL_RINGS, **BLIND_RINGS, **BLIND_TOO_RINGS, **BLIND_LAST_RINGS,
}  # fmt: skip
_PLAIN_RINGS = frozenset(
    (
        *UNDISGUISED, *FRESH_UNDISGUISED, *REHEARSAL_UNDISGUISED, *BLIND_UNDISGUISED, *BLIND_TOO_UNDISGUISED,
        *BLIND_LAST_UNDISGUISED,
    )
)  # fmt: skip


def is_disguised(family: str) -> bool:
    """Whether an attack takes the trouble to look like people, or comes from where people live."""
    return family in DISGUISED or (family in ALL_RINGS and family not in _PLAIN_RINGS)
