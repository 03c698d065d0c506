"""The changes to incidents, maintenance, banner, subscribers and days. Knows their SQL; knows no page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, text, update

from seawall.records import status_entries
from seawall.records.columns import columns_for, columns_of
from seawall.records.entries import Change
from seawall.records.port import RecordsConflict
from seawall.records.status_entries import SubscriberRow
from seawall.records.status_tables import (
    BANNERS,
    INCIDENT_UPDATES,
    INCIDENTS,
    MAINTENANCES,
    SUBSCRIBERS,
)

THE_BANNER = "service"
_SUBSCRIBER = columns_for(SUBSCRIBERS, SubscriberRow)
_SAME = select(*_SUBSCRIBER).where(SUBSCRIBERS.c.kind == bindparam("of_kind"), SUBSCRIBERS.c.address == bindparam("at"))
_STALE = delete(SUBSCRIBERS).where(SUBSCRIBERS.c.confirmed_s.is_(None), SUBSCRIBERS.c.created_s < bindparam("before_s"))
_COUNT = select(func.count()).select_from(SUBSCRIBERS).where(SUBSCRIBERS.c.kind == bindparam("of_kind"))
_CONFIRM = (
    update(SUBSCRIBERS)
    .where(SUBSCRIBERS.c.id == bindparam("subscriber_key"))
    .values(confirmed_s=func.coalesce(SUBSCRIBERS.c.confirmed_s, bindparam("at_s", type_=SUBSCRIBERS.c.created_s.type)))
    .returning(*_SUBSCRIBER)
)
_DROP = delete(SUBSCRIBERS).where(SUBSCRIBERS.c.id == bindparam("subscriber_key"))
_IDS = SUBSCRIBERS.c.id.in_(bindparam("ids", expanding=True))
_WELL = update(SUBSCRIBERS).where(_IDS, SUBSCRIBERS.c.failures > 0).values(failures=0)
_FAILED = update(SUBSCRIBERS).where(_IDS).values(failures=SUBSCRIBERS.c.failures + 1)
_GIVEN_UP = delete(SUBSCRIBERS).where(SUBSCRIBERS.c.failures >= bindparam("most"))
_ADD_SECONDS = text(
    "INSERT INTO component_days"
    " (component, day, operational_s, degraded_s, partial_s, major_s, maintenance_s)"
    " VALUES (:component, :day, :operational_s, :degraded_s, :partial_s, :major_s, :maintenance_s)"
    " ON CONFLICT (component, day) DO UPDATE SET"
    " operational_s = component_days.operational_s + excluded.operational_s,"
    " degraded_s = component_days.degraded_s + excluded.degraded_s,"
    " partial_s = component_days.partial_s + excluded.partial_s,"
    " major_s = component_days.major_s + excluded.major_s,"
    " maintenance_s = component_days.maintenance_s + excluded.maintenance_s"
)


def put_incident(connection: Connection, change: status_entries.PutIncident) -> None:
    _put(connection, INCIDENTS, columns_of(change.incident))
    for row in change.updates:
        _put(connection, INCIDENT_UPDATES, columns_of(row))


def put_maintenance(connection: Connection, change: status_entries.PutMaintenance) -> None:
    _put(connection, MAINTENANCES, columns_of(change.maintenance))


def put_banner(connection: Connection, change: status_entries.PutBanner) -> None:
    _put(connection, BANNERS, {"id": THE_BANNER, **columns_of(change.banner)})


def _put(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """The one writer of all of this is the recorder, so nobody comes between the look and the insert."""
    named = table.c.id == row["id"]
    if connection.execute(update(table).where(named).values(**row)).rowcount == 0:
        connection.execute(insert(table), row)


def add_subscriber(connection: Connection, change: status_entries.AddSubscriber) -> SubscriberRow:
    row = change.subscriber
    connection.execute(_STALE, {"before_s": change.stale_s})
    there = connection.execute(_SAME, {"of_kind": row.kind, "at": row.address}).first()
    if there is not None:
        return SubscriberRow(*there)
    if connection.execute(_COUNT, {"of_kind": row.kind}).scalar_one() >= change.most:
        raise RecordsConflict("There is no room for further subscribers.", "room")
    connection.execute(insert(SUBSCRIBERS), columns_of(row))
    return row


def confirm_subscriber(connection: Connection, change: status_entries.ConfirmSubscriber) -> SubscriberRow | None:
    row = connection.execute(_CONFIRM, {"subscriber_key": change.subscriber_id, "at_s": change.at_s}).first()
    return None if row is None else SubscriberRow(*row)


def drop_subscriber(connection: Connection, change: status_entries.DropSubscriber) -> bool:
    return connection.execute(_DROP, {"subscriber_key": change.subscriber_id}).rowcount > 0


def note_deliveries(connection: Connection, change: status_entries.NoteDeliveries) -> None:
    if change.delivered:
        connection.execute(_WELL, {"ids": change.delivered})
    if change.failed:
        connection.execute(_FAILED, {"ids": change.failed})
        connection.execute(_GIVEN_UP, {"most": change.most})


def add_component_seconds(connection: Connection, change: status_entries.AddComponentSeconds) -> None:
    """In one order of keys, so that two processes that count cannot deadlock."""
    rows = sorted((columns_of(day) for day in change.days), key=lambda row: (row["component"], row["day"]))
    if rows:
        connection.execute(_ADD_SECONDS, rows)


APPLIERS: Mapping[type[Change[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        status_entries.PutIncident: put_incident,
        status_entries.PutMaintenance: put_maintenance,
        status_entries.PutBanner: put_banner,
        status_entries.AddSubscriber: add_subscriber,
        status_entries.ConfirmSubscriber: confirm_subscriber,
        status_entries.DropSubscriber: drop_subscriber,
        status_entries.NoteDeliveries: note_deliveries,
        status_entries.AddComponentSeconds: add_component_seconds,
    }
)
