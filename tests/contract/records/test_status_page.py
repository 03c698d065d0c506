"""Incidents, maintenance, banner, subscribers and days are kept as they were written, by both databases alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from record_rows import NOW_S
from seawall.records.port import Records, RecordsConflict
from seawall.records.status_entries import (
    AddComponentSeconds,
    AddSubscriber,
    BannerRow,
    ComponentDayRow,
    ComponentDays,
    ConfirmedSubscribers,
    ConfirmSubscriber,
    CurrentBanner,
    DropSubscriber,
    IncidentRow,
    IncidentUpdateRow,
    LatestIncidents,
    LatestMaintenances,
    MaintenanceRow,
    NoteDeliveries,
    PutBanner,
    PutIncident,
    PutMaintenance,
    SubscriberRow,
)


def an_incident(number: int, *, resolved: bool = False) -> IncidentRow:
    at_s = NOW_S + number
    return IncidentRow(
        f"incident-{number}",
        "The model does not answer",
        "模型没有响应",
        "resolved" if resolved else "investigating",
        "critical",
        "chat api",
        at_s,
        at_s,
        at_s + 60 if resolved else None,
    )


def an_update(incident: IncidentRow, number: int) -> IncidentUpdateRow:
    return IncidentUpdateRow(
        f"{incident.id}-{number}", incident.id, "investigating", f"Update {number}.", "更新。", NOW_S + 100 + number
    )


def a_subscriber(name: str, kind: str = "mail") -> SubscriberRow:
    return SubscriberRow(f"subscriber-{name}", kind, f"{name}@example.org", "en", NOW_S)


def an_addition(name: str, *, most: int = 10, kind: str = "mail", stale_s: float = 0.0) -> AddSubscriber:
    return AddSubscriber(a_subscriber(name, kind), most, stale_s)


async def test_an_incident_is_kept_with_its_updates_however_often_it_is_put(records: Records):
    incident = an_incident(1)
    first, second = an_update(incident, 1), an_update(incident, 2)
    for _ in range(2):
        await records.write(PutIncident(incident, (first,)))
    closed = replace(incident, status="resolved", resolved_s=NOW_S + 500.25, written=True)
    edited = replace(first, text_en="Better words.", edited_s=NOW_S + 400.5)
    await records.write(PutIncident(closed, (edited, second)))

    assert await records.read(LatestIncidents(10)) == ((closed, (edited, second)),)


async def test_the_newest_incidents_are_told_and_every_one_that_is_open(records: Records):
    for number in range(5):
        await records.write(PutIncident(an_incident(number, resolved=number != 0)))

    told = await records.read(LatestIncidents(2))

    assert [incident.id for incident, _ in told] == ["incident-4", "incident-3", "incident-0"]


async def test_maintenance_and_the_banner_are_kept_as_they_stand(records: Records):
    work = MaintenanceRow("work-1", "New disks", "更换硬盘", "", "", "chat", NOW_S, NOW_S + 60, NOW_S, NOW_S)
    await records.write(PutMaintenance(work))
    await records.write(PutMaintenance(replace(work, ended_s=NOW_S + 30)))
    assert await records.read(LatestMaintenances(10)) == (replace(work, ended_s=NOW_S + 30),)

    assert await records.read(CurrentBanner()) is None
    for text in ("Soon", "Now"):
        await records.write(PutBanner(BannerRow(text, "", NOW_S, NOW_S + 5)))
    assert await records.read(CurrentBanner()) == BannerRow("Now", "", NOW_S, NOW_S + 5)


async def test_a_subscriber_is_kept_once_and_told_only_when_confirmed(records: Records):
    first = await records.write(an_addition("ada"))
    again = await records.write(AddSubscriber(replace(a_subscriber("ada"), id="another"), 10, 0.0))
    assert again == first
    assert await records.read(ConfirmedSubscribers("", 10)) == ()

    confirmed = await records.write(ConfirmSubscriber(first.id, NOW_S + 1))
    later = await records.write(ConfirmSubscriber(first.id, NOW_S + 9))

    assert confirmed == later == replace(first, confirmed_s=NOW_S + 1)
    assert await records.read(ConfirmedSubscribers("", 10)) == (confirmed,)
    assert await records.read(ConfirmedSubscribers(first.id, 10)) == ()
    assert await records.write(DropSubscriber(first.id))
    assert not await records.write(DropSubscriber(first.id))
    assert await records.write(ConfirmSubscriber(first.id, NOW_S)) is None


async def test_there_is_room_for_so_many_of_a_kind_and_who_never_confirms_leaves_it(records: Records):
    for name in ("ada", "bob"):
        await records.write(an_addition(name, most=2))
    await records.write(an_addition("hook", most=2, kind="webhook"))
    with pytest.raises(RecordsConflict) as full:
        await records.write(an_addition("eve", most=2))
    assert full.value.field == "room"

    await records.write(ConfirmSubscriber("subscriber-bob", NOW_S))
    await records.write(an_addition("eve", most=2, stale_s=NOW_S + 1))  # Ada has not confirmed since before then.

    assert [one.id for one in await records.read(ConfirmedSubscribers("", 10))] == ["subscriber-bob"]


async def test_who_fails_often_enough_in_a_row_is_dropped(records: Records):
    for name in ("ada", "bob"):
        await records.write(an_addition(name))
        await records.write(ConfirmSubscriber(f"subscriber-{name}", NOW_S))
    failed = NoteDeliveries((), ("subscriber-ada", "subscriber-bob"), most=3)
    for _ in range(2):
        await records.write(failed)
    await records.write(NoteDeliveries(("subscriber-bob",), ("subscriber-ada",), most=3))

    (left,) = await records.read(ConfirmedSubscribers("", 10))
    assert (left.id, left.failures) == ("subscriber-bob", 0)


async def test_seconds_of_a_day_add_up(records: Records):
    day = ComponentDayRow("chat", "2026-11-21", operational_s=60.25)
    await records.write(AddComponentSeconds((day, ComponentDayRow("api", "2026-11-20", major_s=5))))
    await records.write(AddComponentSeconds((replace(day, operational_s=10.0, partial_s=2.5),)))

    told = await records.read(ComponentDays("2026-11-21"))

    assert told == (replace(day, operational_s=70.25, partial_s=2.5),)
    assert len(await records.read(ComponentDays("2026-11-01"))) == 2
