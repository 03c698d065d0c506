"""Attack or surge, as said at one moment: shares, evidence, what would change it. Knows no signal and no words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What goes on; ``both`` where hostile and honest load came together."""

    NORMAL = "normal"
    SURGE = "surge"
    ATTACK = "attack"
    BOTH = "both"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated part of all requests, 0 to 1, with the ends of its 90 % interval."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding.

    ``name`` picks the sentence, ``numbers`` fill it, ``weight`` is the log of how much likelier attack makes it than
    surge (positive speaks for attack).
    """

    name: str
    weight: float
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of the last windows. Times are Unix seconds."""

    kind: Kind
    at_s: float
    since_s: float
    """When this kind was first said without a break."""
    attack: Share
    surge: Share
    evidence: tuple[Evidence, ...] = ()
    """The strongest first; a handful."""
    would_change: tuple[Evidence, ...] = ()
    """Findings that would turn the verdict, were they seen; the nearest first."""
