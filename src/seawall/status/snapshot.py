"""All that the status page tells at one moment. Knows facts; knows no words, no HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from seawall.admission.posture import Posture
from seawall.observing.felt import Felt
from seawall.records.status_entries import BannerRow, ComponentDayRow
from seawall.status.announcements import Maintenance
from seawall.status.components import Component, Level, Standing, Why, worst
from seawall.status.incidents import Impact, Incident, Words
from seawall.values.verdict import Verdict


class Overall(StrEnum):
    """The answer in one word; each has its sentence in every language."""

    WELL = "well"
    STARTING = "starting"
    NARROWED = "narrowed"
    LOADED = "loaded"
    MAINTENANCE = "maintenance"
    INCIDENT = "incident"
    SOME_ENGINES_AWAY = "some_engines_away"
    SLOW = "slow"
    ENTRY = "entry"
    FAILING = "failing"
    RECORDS_AWAY = "records_away"
    ENGINE_AWAY = "engine_away"
    ALL_AWAY = "all_away"


@dataclass(frozen=True, slots=True)
class LogHead:
    """The public log's last signed head: how many entries, the tree's root, when, and the note as it is signed."""

    size: int
    root: str
    at_s: float
    note: str


@dataclass(frozen=True, slots=True)
class ComponentNow:
    """A component with its last days, oldest first."""

    standing: Standing
    days: tuple[ComponentDayRow, ...]
    uptime: float | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Times are Unix seconds.

    Attributes:
        since_s: since when ``overall`` is as it is.
        registered: what registered users in good standing felt; ``newcomers`` the same of new accounts and of those
            away from home.
        incidents: the newest first, those that are not published left out.
        log_trouble: what is wrong with the public log; None for nothing.
    """

    at_s: float
    overall: Overall
    since_s: float
    components: tuple[ComponentNow, ...]
    registered: Felt
    newcomers: Felt
    promise_s: float
    posture: Posture
    posture_since_s: float
    verdict: Verdict | None
    banner: BannerRow | None
    incidents: tuple[Incident, ...]
    maintenances: tuple[Maintenance, ...]
    records_well: bool
    head: LogHead | None = None
    log_trouble: Words | None = None

    @property
    def indicator(self) -> Impact:
        """Statuspage's word for the whole."""
        if self.overall is Overall.INCIDENT:
            impacts = [one.row.impact for one in self.incidents if one.is_open and not one.row.cause]
            return max(impacts, key=_ORDER.index, default="minor")  # type: ignore[return-value]
        return _INDICATORS.get(self.overall, "minor")


_ORDER = ["none", "minor", "major", "critical"]
_INDICATORS: Mapping[Overall, Impact] = {
    Overall.WELL: "none",
    Overall.LOADED: "none",
    Overall.MAINTENANCE: "none",
    Overall.FAILING: "major",
    Overall.RECORDS_AWAY: "major",
    Overall.ENGINE_AWAY: "critical",
    Overall.ALL_AWAY: "critical",
}
# The first that a component gives as its reason is the answer.
_BY_WHY = (
    (Why.FAILING, Overall.FAILING),
    (Why.SLOW, Overall.SLOW),
    (Why.SOME_ENGINES_AWAY, Overall.SOME_ENGINES_AWAY),
    (Why.STARTING, Overall.STARTING),
    (Why.ENTRY_FAILING, Overall.ENTRY),
    (Why.AWAY_WAITS, Overall.ENTRY),
)


def overall_of(
    standings: Iterable[Standing], posture: Posture, incidents: Iterable[Incident], maintenances: Iterable[Maintenance]
) -> Overall:
    """What is worst for who is registered comes first, what is in hand comes last."""
    told = tuple(standings)
    whys = {one.reading.why for one in told if one.level.badness}
    engine, records = Why.ENGINE_AWAY in whys, Why.RECORDS_AWAY in whys
    if engine or records:
        return Overall.ALL_AWAY if engine and records else Overall.ENGINE_AWAY if engine else Overall.RECORDS_AWAY
    for why, overall in _BY_WHY:
        if why in whys:
            return overall
    # An operator's word that something is wrong, which nothing here measures.
    if any(one.is_open and not one.row.cause and one.row.impact != "none" for one in incidents):
        return Overall.INCIDENT
    if any(one.stage == "in_progress" for one in maintenances):
        return Overall.MAINTENANCE
    if posture is Posture.SIEGE or Why.NARROWED in whys:
        return Overall.NARROWED
    return Overall.LOADED if posture is Posture.ELEVATED else Overall.WELL


_BY_IMPACT = {"minor": Level.DEGRADED, "major": Level.PARTIAL, "critical": Level.MAJOR}


def level_told(
    component: Component, measured: Level, incidents: Iterable[Incident], works: Iterable[Maintenance]
) -> Level:
    """What is measured, or what an operator says where that is worse; maintenance where it goes on."""
    if any(one.stage == "in_progress" and component in one.components for one in works):
        return Level.MAINTENANCE
    said = (
        _BY_IMPACT[one.row.impact]
        for one in incidents
        if one.is_open and not one.row.cause and component in one.components and one.row.impact in _BY_IMPACT
    )
    return worst((measured, *said))
