"""The same facts in the shapes of Statuspage's public API, version 2. Knows its fields; knows no HTTP.

As published at https://status.atlassian.com/api and recorded from several of its pages (``tests/recorded``): what a
page there has and this one has not is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from seawall.records.status_entries import IncidentUpdateRow
from seawall.status.announcements import Maintenance, MaintenanceEdit
from seawall.status.components import Component, Why
from seawall.status.incidents import Edit, Incident
from seawall.status.snapshot import ComponentNow, Snapshot
from seawall.web.status.page import headline, iso
from seawall.web.status.words import ENGLISH

Json = dict[str, Any]

# As many as Statuspage tells at once.
MOST = 50
_STAGES = {"scheduled": "scheduled", "in_progress": "in_progress", "completed": "completed"}


class Statuspage:
    """One service's answers. ``home`` is where people reach it, ``began_s`` since when it is measured."""

    def __init__(self, home: str, name: str, began_s: float) -> None:
        self._home = home
        self._name = name
        self._began_s = began_s
        self.page_id = _id(home)

    def answers(self, snapshot: Snapshot) -> Mapping[str, Json]:
        """By path below ``/api/v2/``."""
        page = {"page": self.page(snapshot.at_s)}
        status = {"status": {"indicator": snapshot.indicator, "description": headline(snapshot, ENGLISH)}}
        components = [self._component(number, one) for number, one in enumerate(snapshot.components, 1)]
        by_name = {one.standing.component: told for one, told in zip(snapshot.components, components, strict=True)}
        incidents = [self.incident(one, by_name) for one in snapshot.incidents[:MOST]]
        unresolved = [one for one in incidents if one["resolved_at"] is None]
        works = [(one.stage, self.maintenance(one, by_name)) for one in snapshot.maintenances[:MOST]]
        coming = [told for stage, told in works if stage != "completed"]
        return {
            "status.json": page | status,
            "components.json": page | {"components": components},
            "incidents.json": page | {"incidents": incidents},
            "incidents/unresolved.json": page | {"incidents": unresolved},
            "scheduled-maintenances.json": page | {"scheduled_maintenances": [told for _, told in works]},
            "scheduled-maintenances/upcoming.json": page
            | {"scheduled_maintenances": [told for stage, told in works if stage == "scheduled"]},
            "scheduled-maintenances/active.json": page
            | {"scheduled_maintenances": [told for stage, told in works if stage == "in_progress"]},
            "summary.json": page
            | status
            | {"components": components, "incidents": unresolved, "scheduled_maintenances": coming},
        }

    def page(self, at_s: float) -> Json:
        """Whose page it is."""
        return {
            "id": self.page_id,
            "name": self._name,
            "url": f"{self._home}/status",
            "time_zone": "Etc/UTC",
            "updated_at": iso(at_s),
        }

    def message(self, edit: Edit | MaintenanceEdit) -> Json:
        """What a webhook is sent, but for ``meta``."""
        told = self.incident(edit.incident) if isinstance(edit, Edit) else self.maintenance(edit.maintenance)
        changed_s = edit.incident.row.changed_s if isinstance(edit, Edit) else edit.maintenance.row.changed_s
        return {"page": self.page(changed_s), "incident": told}

    def incident(self, incident: Incident, components: Mapping[Component, Json] | None = None) -> Json:
        """One incident, its updates newest first as there."""
        row = incident.row
        named = [(components or {}).get(one) or {"name": ENGLISH.component[one]} for one in incident.components]
        monitoring = next((one.at_s for one in incident.updates if one.status == "monitoring"), None)
        return {
            "id": row.id,
            "name": row.title_en or row.title_zh,
            "status": row.status,
            "created_at": iso(row.opened_s),
            "updated_at": iso(row.changed_s),
            "monitoring_at": None if monitoring is None else iso(monitoring),
            "resolved_at": None if row.resolved_s is None else iso(row.resolved_s),
            "impact": row.impact,
            "shortlink": f"{self._home}/status/incidents/{row.id}",
            "started_at": iso(row.opened_s),
            "page_id": self.page_id,
            "incident_updates": [self._update(one, row.id) for one in reversed(incident.updates)],
            "components": named,
            "reminder_intervals": None,
        }

    def maintenance(self, work: Maintenance, components: Mapping[Component, Json] | None = None) -> Json:
        """One maintenance, which there is an incident with times of its own."""
        row = work.row
        ended_s = row.ends_s if row.ended_s is None else row.ended_s
        update = IncidentUpdateRow(
            f"{row.id}-0", row.id, _STAGES[work.stage], row.text_en or row.text_zh, row.text_zh, row.changed_s
        )
        return {
            "id": row.id,
            "name": row.title_en or row.title_zh,
            "status": _STAGES[work.stage],
            "created_at": iso(row.created_s),
            "updated_at": iso(row.changed_s),
            "monitoring_at": None,
            "resolved_at": iso(ended_s) if work.stage == "completed" else None,
            "impact": "maintenance",
            "shortlink": f"{self._home}/status#{row.id}",
            "started_at": iso(row.begins_s),
            "page_id": self.page_id,
            "incident_updates": [self._update(update, row.id)],
            "components": [(components or {}).get(one) or {"name": ENGLISH.component[one]} for one in work.components],
            "scheduled_for": iso(row.begins_s),
            "scheduled_until": iso(row.ends_s),
        }

    def _component(self, position: int, one: ComponentNow) -> Json:
        standing = one.standing
        days = [day.day for day in one.days if day.operational_s or day.major_s or day.partial_s or day.degraded_s]
        return {
            "id": _id(self._home + standing.component),
            "name": ENGLISH.component[standing.component],
            "status": standing.level.value,
            "created_at": iso(self._began_s),
            "updated_at": iso(standing.since_s),
            "position": position,
            "description": None
            if standing.reading.why is Why.UNMEASURED
            else ENGLISH.why[standing.reading.why] or None,
            "showcase": True,
            "start_date": days[0] if days else None,
            "group_id": None,
            "page_id": self.page_id,
            "group": False,
            "only_show_if_degraded": False,
        }

    @staticmethod
    def _update(update: IncidentUpdateRow, incident_id: str) -> Json:
        changed_s = update.at_s if update.edited_s is None else update.edited_s
        return {
            "id": update.id,
            "status": update.status,
            "body": update.text_en or update.text_zh,
            "incident_id": incident_id,
            "created_at": iso(update.at_s),
            "updated_at": iso(changed_s),
            "display_at": iso(update.at_s),
            "affected_components": None,
            "deliver_notifications": True,
            "custom_tweet": None,
            "tweet_id": None,
        }


def _id(name: str) -> str:
    """Twelve letters and digits, as there: the same for as long as the service lives at its address."""
    return blake2b(name.encode(), digest_size=6).hexdigest()
