"""The tables of the status page. Knows columns; knows no query."""

from __future__ import annotations

from sqlalchemy import Column, Double, Table, UniqueConstraint

from seawall.records.columns import METADATA, count, flag, owned_by, seconds, words


def _measured(name: str) -> Column[float]:
    return Column(name, Double, nullable=False)


INCIDENTS = Table(
    "incidents",
    METADATA,
    words("id", primary_key=True),
    words("title_en"),
    words("title_zh"),
    words("status"),
    words("impact"),
    words("components"),
    seconds("opened_s"),
    seconds("changed_s"),
    seconds("resolved_s", nullable=True),
    words("cause"),
    flag("written"),
    flag("published"),
    words("merged_into"),
)
INCIDENT_UPDATES = Table(
    "incident_updates",
    METADATA,
    words("id", primary_key=True),
    owned_by("incident_id", "incidents.id", index=True),
    words("status"),
    words("text_en"),
    words("text_zh"),
    seconds("at_s"),
    seconds("edited_s", nullable=True),
    flag("automatic"),
)
MAINTENANCES = Table(
    "maintenances",
    METADATA,
    words("id", primary_key=True),
    words("title_en"),
    words("title_zh"),
    words("text_en"),
    words("text_zh"),
    words("components"),
    seconds("begins_s"),
    seconds("ends_s"),
    seconds("created_s"),
    seconds("changed_s"),
    seconds("ended_s", nullable=True),
)
# One row, whose id says so.
BANNERS = Table(
    "banners",
    METADATA,
    words("id", primary_key=True),
    words("text_en"),
    words("text_zh"),
    seconds("changed_s"),
    seconds("until_s", nullable=True),
)
SUBSCRIBERS = Table(
    "subscribers",
    METADATA,
    words("id", primary_key=True),
    words("kind"),
    words("address"),
    words("language"),
    seconds("created_s"),
    seconds("confirmed_s", nullable=True),
    words("secret"),
    count("failures"),
    UniqueConstraint("kind", "address"),
)
COMPONENT_DAYS = Table(
    "component_days",
    METADATA,
    words("component", primary_key=True),
    words("day", primary_key=True),
    _measured("operational_s"),
    _measured("degraded_s"),
    _measured("partial_s"),
    _measured("major_s"),
    _measured("maintenance_s"),
)
