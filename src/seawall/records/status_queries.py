"""Answers what the status page asks of the records. Knows SQL; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, select

from seawall.records import status_entries
from seawall.records.columns import columns_for
from seawall.records.entries import Query
from seawall.records.status_entries import (
    BannerRow,
    ComponentDayRow,
    IncidentRow,
    IncidentUpdateRow,
    MaintenanceRow,
    SubscriberRow,
)
from seawall.records.status_tables import (
    BANNERS,
    COMPONENT_DAYS,
    INCIDENT_UPDATES,
    INCIDENTS,
    MAINTENANCES,
    SUBSCRIBERS,
)

Told = tuple[tuple[IncidentRow, tuple[IncidentUpdateRow, ...]], ...]

_INCIDENT = columns_for(INCIDENTS, IncidentRow)
_NEWEST = select(*_INCIDENT).order_by(INCIDENTS.c.opened_s.desc(), INCIDENTS.c.id).limit(bindparam("most"))
_OPEN = select(*_INCIDENT).where(INCIDENTS.c.resolved_s.is_(None))
_UPDATES = (
    select(*columns_for(INCIDENT_UPDATES, IncidentUpdateRow))
    .where(INCIDENT_UPDATES.c.incident_id.in_(bindparam("ids", expanding=True)))
    .order_by(INCIDENT_UPDATES.c.at_s, INCIDENT_UPDATES.c.id)
)
_MAINTENANCES = (
    select(*columns_for(MAINTENANCES, MaintenanceRow))
    .order_by(MAINTENANCES.c.begins_s.desc(), MAINTENANCES.c.id)
    .limit(bindparam("most"))
)
_BANNER = select(*columns_for(BANNERS, BannerRow))
_CONFIRMED = (
    select(*columns_for(SUBSCRIBERS, SubscriberRow))
    .where(SUBSCRIBERS.c.confirmed_s.is_not(None), SUBSCRIBERS.c.id > bindparam("after"))
    .order_by(SUBSCRIBERS.c.id)
    .limit(bindparam("most"))
)
_DAYS = (
    select(*columns_for(COMPONENT_DAYS, ComponentDayRow))
    .where(COMPONENT_DAYS.c.day >= bindparam("since"))
    .order_by(COMPONENT_DAYS.c.day, COMPONENT_DAYS.c.component)
)


def latest_incidents(connection: Connection, query: status_entries.LatestIncidents) -> Told:
    newest = [IncidentRow(*row) for row in connection.execute(_NEWEST, {"most": query.limit})]
    known = {row.id for row in newest}
    still_open = [IncidentRow(*row) for row in connection.execute(_OPEN)]
    rows = sorted(
        [*newest, *(row for row in still_open if row.id not in known)], key=lambda row: row.opened_s, reverse=True
    )
    updates: dict[str, list[IncidentUpdateRow]] = {row.id: [] for row in rows}
    if rows:
        for found in connection.execute(_UPDATES, {"ids": tuple(updates)}):
            update = IncidentUpdateRow(*found)
            updates[update.incident_id].append(update)
    return tuple((row, tuple(updates[row.id])) for row in rows)


def latest_maintenances(connection: Connection, query: status_entries.LatestMaintenances) -> tuple[MaintenanceRow, ...]:
    return tuple(MaintenanceRow(*row) for row in connection.execute(_MAINTENANCES, {"most": query.limit}))


def current_banner(connection: Connection, query: status_entries.CurrentBanner) -> BannerRow | None:
    row = connection.execute(_BANNER).first()
    return None if row is None else BannerRow(*row)


def confirmed_subscribers(
    connection: Connection, query: status_entries.ConfirmedSubscribers
) -> tuple[SubscriberRow, ...]:
    rows = connection.execute(_CONFIRMED, {"after": query.after_id, "most": query.limit})
    return tuple(SubscriberRow(*row) for row in rows)


def component_days(connection: Connection, query: status_entries.ComponentDays) -> tuple[ComponentDayRow, ...]:
    return tuple(ComponentDayRow(*row) for row in connection.execute(_DAYS, {"since": query.since_day}))


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        status_entries.LatestIncidents: latest_incidents,
        status_entries.LatestMaintenances: latest_maintenances,
        status_entries.CurrentBanner: current_banner,
        status_entries.ConfirmedSubscribers: confirmed_subscribers,
        status_entries.ComponentDays: component_days,
    }
)
