"""What is kept of the status page: incidents, maintenance, banner, subscribers, days. Values only; knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.records.entries import Change, Query


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """``status`` and ``impact`` are Statuspage's words, ``components`` names with a space between.

    ``cause`` is what the measurement that opened it is called, empty for an operator's own; ``written`` is set once an
    operator has put a hand to it. ``merged_into`` names the incident that tells of it from then on.
    """

    id: str
    title_en: str
    title_zh: str
    status: str
    impact: str
    components: str
    opened_s: float
    changed_s: float
    resolved_s: float | None = None
    cause: str = ""
    written: bool = False
    published: bool = True
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class IncidentUpdateRow:
    """``automatic`` is what the service wrote by itself; ``edited_s`` is when an operator last changed its words."""

    id: str
    incident_id: str
    status: str
    text_en: str
    text_zh: str
    at_s: float
    edited_s: float | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class PutIncident(Change[None]):
    """Keeps the incident and these updates of it as they stand now, whatever was there: it may be kept twice."""

    incident: IncidentRow
    updates: tuple[IncidentUpdateRow, ...] = ()


@dataclass(frozen=True, slots=True)
class LatestIncidents(Query[tuple[tuple[IncidentRow, tuple[IncidentUpdateRow, ...]], ...]]):
    """Newest first, and of each its updates, oldest first. Those that are not resolved are all of them told."""

    limit: int


@dataclass(frozen=True, slots=True)
class MaintenanceRow:
    """``ended_s`` is set where it ended, or was called off, before its time."""

    id: str
    title_en: str
    title_zh: str
    text_en: str
    text_zh: str
    components: str
    begins_s: float
    ends_s: float
    created_s: float
    changed_s: float
    ended_s: float | None = None


@dataclass(frozen=True, slots=True)
class PutMaintenance(Change[None]):
    """Keeps it as it stands now, whatever was there."""

    maintenance: MaintenanceRow


@dataclass(frozen=True, slots=True)
class LatestMaintenances(Query[tuple[MaintenanceRow, ...]]):
    """The latest to begin first."""

    limit: int


@dataclass(frozen=True, slots=True)
class BannerRow:
    """One for the whole service; empty texts for none."""

    text_en: str
    text_zh: str
    changed_s: float
    until_s: float | None = None


@dataclass(frozen=True, slots=True)
class PutBanner(Change[None]):
    banner: BannerRow


@dataclass(frozen=True, slots=True)
class CurrentBanner(Query[BannerRow | None]):
    pass


@dataclass(frozen=True, slots=True)
class SubscriberRow:
    """``kind`` is "mail" or "webhook"; ``secret`` is what a webhook's messages are signed with.

    ``failures`` counts deliveries that failed without one that came through since.
    """

    id: str
    kind: str
    address: str
    language: str
    created_s: float
    confirmed_s: float | None = None
    secret: str = ""
    failures: int = 0


@dataclass(frozen=True, slots=True)
class AddSubscriber(Change[SubscriberRow]):
    """Tells who is kept: the one of this kind and address that was there already, or this one.

    Of those that are unconfirmed since before ``stale_s`` none is kept. Raises RecordsConflict("room") where there are
    ``most`` of the kind.
    """

    subscriber: SubscriberRow
    most: int
    stale_s: float


@dataclass(frozen=True, slots=True)
class ConfirmSubscriber(Change[SubscriberRow | None]):
    """None where there is no such one any more."""

    subscriber_id: str
    at_s: float


@dataclass(frozen=True, slots=True)
class DropSubscriber(Change[bool]):
    """False where there is none."""

    subscriber_id: str


@dataclass(frozen=True, slots=True)
class NoteDeliveries(Change[None]):
    """What a round of deliveries came to: a failure is counted, a success forgets those before.

    Who has failed ``most`` times in a row is a subscriber no more.
    """

    delivered: tuple[str, ...]
    failed: tuple[str, ...]
    most: int


@dataclass(frozen=True, slots=True)
class ConfirmedSubscribers(Query[tuple[SubscriberRow, ...]]):
    """In the order of their ids, from behind this one."""

    after_id: str
    limit: int


@dataclass(frozen=True, slots=True)
class ComponentDayRow:
    """The seconds of one UTC day (YYYY-MM-DD) that a component was measured in each state."""

    component: str
    day: str
    operational_s: float = 0.0
    degraded_s: float = 0.0
    partial_s: float = 0.0
    major_s: float = 0.0
    maintenance_s: float = 0.0


@dataclass(frozen=True, slots=True)
class AddComponentSeconds(Change[None]):
    """Adds to what is counted already."""

    days: tuple[ComponentDayRow, ...]

    @property
    def can_wait(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class ComponentDays(Query[tuple[ComponentDayRow, ...]]):
    """Oldest first."""

    since_day: str
