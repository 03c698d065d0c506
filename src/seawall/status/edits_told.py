"""What the public log says of an edit on the status page. Knows incidents, maintenance, banner; writes nothing.

What is not published is told as being there, without its words: they belong to nobody outside until it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seawall.records.status_entries import BannerRow, IncidentUpdateRow
from seawall.status.announcements import MaintenanceEdit
from seawall.status.incidents import Edit

Told = tuple[str, Mapping[str, Any]]
"""The kind of entry and its facts."""


def edit_told(edit: Edit | MaintenanceEdit | BannerRow) -> Told:
    """Any of the three."""
    if isinstance(edit, Edit):
        return "incident", _incident(edit)
    if isinstance(edit, MaintenanceEdit):
        return "maintenance", _maintenance(edit)
    return "banner", _banner(edit)


def _incident(edit: Edit) -> Mapping[str, Any]:
    row = edit.incident.row
    begun = {"deed": edit.deed, "id": row.id, "published": row.published}
    if not row.published:
        return begun
    return {
        **begun,
        "title": {"en": row.title_en, "zh": row.title_zh},
        "status": row.status,
        "impact": row.impact,
        "components": row.components.split(),
        "opened_s": round(row.opened_s, 3),
        "resolved_s": None if row.resolved_s is None else round(row.resolved_s, 3),
        "cause": row.cause,
        "merged_into": row.merged_into,
        "update": None if edit.update is None else _update(edit.update),
    }


def _update(row: IncidentUpdateRow) -> Mapping[str, Any]:
    return {
        "id": row.id,
        "status": row.status,
        "text": {"en": row.text_en, "zh": row.text_zh},
        "at_s": round(row.at_s, 3),
        "automatic": row.automatic,
    }


def _maintenance(edit: MaintenanceEdit) -> Mapping[str, Any]:
    row = edit.maintenance.row
    return {
        "deed": edit.deed,
        "id": row.id,
        "title": {"en": row.title_en, "zh": row.title_zh},
        "text": {"en": row.text_en, "zh": row.text_zh},
        "components": row.components.split(),
        "begins_s": round(row.begins_s, 3),
        "ends_s": round(row.ends_s, 3),
        "ended_s": None if row.ended_s is None else round(row.ended_s, 3),
    }


def _banner(row: BannerRow) -> Mapping[str, Any]:
    return {"text": {"en": row.text_en, "zh": row.text_zh}, "until_s": row.until_s}
