"""The five parts that the public knows, and how well one can be. Knows names and an order; measures nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Component(StrEnum):
    """In the order in which people ask for them."""

    CHAT = "chat"
    API = "api"
    SIGN_UP = "signup"
    SIGN_IN = "signin"
    MODELS = "models"


class Level(StrEnum):
    """Statuspage's words, from well to gone. Maintenance is no fault, and stands over all of them while it goes on."""

    OPERATIONAL = "operational"
    DEGRADED = "degraded_performance"
    PARTIAL = "partial_outage"
    MAJOR = "major_outage"
    MAINTENANCE = "under_maintenance"

    @property
    def badness(self) -> int:
        """0 to 3."""
        return _BADNESS[self]


_BADNESS = {Level.OPERATIONAL: 0, Level.MAINTENANCE: 0, Level.DEGRADED: 1, Level.PARTIAL: 2, Level.MAJOR: 3}


class Why(StrEnum):
    """What a component's level rests on; each has its sentence in every language."""

    WELL = "well"
    STARTING = "starting"
    ENGINE_AWAY = "engine_away"
    SOME_ENGINES_AWAY = "some_engines_away"
    RECORDS_AWAY = "records_away"
    UNSAVED = "unsaved"
    FAILING = "failing"
    SLOW = "slow"
    ENTRY_FAILING = "entry_failing"
    AWAY_WAITS = "away_waits"
    UNMEASURED = "unmeasured"
    NARROWED = "narrowed"
    CLOSED = "closed"
    MAINTENANCE = "maintenance"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a look at a component found, or what is said of it."""

    level: Level = Level.OPERATIONAL
    why: Why = Why.WELL


@dataclass(frozen=True, slots=True)
class Standing:
    """How a component is said to be, and since when (Unix seconds)."""

    component: Component
    reading: Reading
    since_s: float

    @property
    def level(self) -> Level:
        return self.reading.level


def components_in(words: str) -> tuple[Component, ...]:
    """Those of a text of names with spaces between, in the usual order; what is no name of one is left out."""
    named = set(words.split())
    return tuple(one for one in Component if one.value in named)


def worst(levels: Iterable[Level]) -> Level:
    """The worst of them; well where there is none."""
    return max(levels, key=lambda level: level.badness, default=Level.OPERATIONAL)
