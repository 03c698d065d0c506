"""Incidents: opened, written to, edited, merged, closed; in memory, and kept. Knows records; knows no cause, no page.

Shown at once and kept as soon as the records take it: just when the database is gone, people want to read why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from seawall.records.port import Records, RecordsUnavailable
from seawall.records.status_entries import IncidentRow, IncidentUpdateRow, LatestIncidents, PutIncident
from seawall.status.components import Component, components_in
from seawall.values.refusal import Reason, Refusal

Phase = Literal["investigating", "identified", "monitoring", "resolved"]
Impact = Literal["none", "minor", "major", "critical"]
Deed = Literal["opened", "updated", "edited", "merged", "closed", "reopened"]

# What is shown and told: a year of a bad service.
MOST_INCIDENTS = 100
# Of those that are open, what a page can still tell; an operator merges before there are more.
MOST_OPEN = 20
MOST_UPDATES = 100

NO_SUCH = Refusal(Reason.NOT_FOUND, "There is no such incident.")
NO_SUCH_UPDATE = Refusal(Reason.NOT_FOUND, "This incident has no such update.")
_TOO_MANY = Refusal(Reason.CONFLICT, f"{MOST_OPEN} incidents are open already: close or merge one of them first.")
_TOO_LONG = Refusal(Reason.CONFLICT, f"This incident has {MOST_UPDATES} updates already: open another one.")
_IS_MERGED = Refusal(Reason.CONFLICT, "This incident was merged into another one: write there.")
_INTO_ITSELF = Refusal(Reason.CONFLICT, "An incident cannot be merged into itself.")


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages. Where one is empty the other is shown."""

    en: str
    zh: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident with what was written to it, oldest first."""

    row: IncidentRow
    updates: tuple[IncidentUpdateRow, ...] = ()

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def is_open(self) -> bool:
        return self.row.resolved_s is None

    @property
    def components(self) -> tuple[Component, ...]:
        return components_in(self.row.components)


@dataclass(frozen=True, slots=True)
class Draft:
    """What an incident begins with. ``cause`` names the measurement that it rests on, empty for an operator's own."""

    title: Words
    text: Words
    impact: Impact
    components: tuple[Component, ...]
    phase: Phase = "investigating"
    cause: str = ""
    published: bool = True


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done to an incident; ``by`` is the operator's account, empty where the service did it by itself."""

    deed: Deed
    incident: Incident
    update: IncidentUpdateRow | None
    by: str


class Incidents:
    """``told`` hears of every edit, whether it is kept already or not; it must not block."""

    def __init__(
        self,
        records: Records,
        *,
        unix_time: Callable[[], float],
        new_id: Callable[[], str],
        told: Callable[[Edit], None],
    ) -> None:
        self._records = records
        self._unix_time = unix_time
        self._new_id = new_id
        self._told = told
        self._all: dict[str, Incident] = {}
        self._unkept: dict[str, Incident] = {}

    async def read(self) -> None:
        """What earlier lives kept. Raises RecordsUnavailable."""
        for row, updates in await self._records.read(LatestIncidents(MOST_INCIDENTS)):
            self._all.setdefault(row.id, Incident(row, updates))

    def all(self) -> list[Incident]:
        """Newest first."""
        return sorted(self._all.values(), key=lambda one: one.row.opened_s, reverse=True)

    def find(self, incident_id: str) -> Incident | None:
        """None where there is none."""
        return self._all.get(incident_id)

    def is_kept(self, incident_id: str) -> bool:
        """False while the records have not taken its last edit."""
        return incident_id not in self._unkept

    def open(self, draft: Draft, by: str = "") -> Incident | Refusal:
        """Begins one."""
        if sum(one.is_open for one in self._all.values()) >= MOST_OPEN:
            return _TOO_MANY
        now_s = self._unix_time()
        row = IncidentRow(
            id=self._new_id(),
            title_en=draft.title.en,
            title_zh=draft.title.zh,
            status=draft.phase,
            impact=draft.impact,
            components=" ".join(draft.components),
            opened_s=now_s,
            changed_s=now_s,
            cause=draft.cause,
            written=bool(by),
            published=draft.published,
        )
        update = self._update(row.id, draft.phase, draft.text, automatic=not by)
        return self._put("opened", Incident(row, (update,)), update, by)

    def write(self, incident_id: str, phase: Phase, text: Words, by: str = "") -> Incident | Refusal:
        """Adds an update; one that says "resolved" closes the incident, and another one after that opens it again."""
        found = self._writable(incident_id)
        if isinstance(found, Refusal):
            return found
        if len(found.updates) >= MOST_UPDATES:
            return _TOO_LONG
        now_s = self._unix_time()
        update = self._update(incident_id, phase, text, automatic=not by)
        is_over = phase == "resolved"
        row = replace(
            found.row,
            status=phase,
            changed_s=now_s,
            resolved_s=(found.row.resolved_s or now_s) if is_over else None,
            written=found.row.written or bool(by),
        )
        reopened = not found.is_open and not is_over
        deed: Deed = "reopened" if reopened else "closed" if is_over and found.is_open else "updated"
        return self._put(deed, Incident(row, (*found.updates, update)), update, by)

    def rewrite(self, incident_id: str, update_id: str, text: Words, by: str) -> Incident | Refusal:
        """Changes the words of an update. That it was edited, and when, is shown with it."""
        found = self._writable(incident_id)
        if isinstance(found, Refusal):
            return found
        old = next((one for one in found.updates if one.id == update_id), None)
        if old is None:
            return NO_SUCH_UPDATE
        now_s = self._unix_time()
        new = replace(old, text_en=text.en, text_zh=text.zh, edited_s=now_s)
        updates = tuple(new if one.id == update_id else one for one in found.updates)
        row = replace(found.row, changed_s=now_s, written=True)
        return self._put("edited", Incident(row, updates), new, by)

    def settle(
        self,
        incident_id: str,
        by: str,
        *,
        title: Words | None = None,
        impact: Impact | None = None,
        components: Sequence[Component] | None = None,
        published: bool | None = None,
    ) -> Incident | Refusal:
        """Changes what is given of its head."""
        found = self._writable(incident_id)
        if isinstance(found, Refusal):
            return found
        row = found.row
        row = replace(
            row,
            title_en=row.title_en if title is None else title.en,
            title_zh=row.title_zh if title is None else title.zh,
            impact=impact or row.impact,
            components=row.components if components is None else " ".join(components),
            published=row.published if published is None else published,
            changed_s=self._unix_time(),
            written=True,
        )
        shown_first = row.published and not found.row.published
        return self._put("opened" if shown_first else "edited", Incident(row, found.updates), None, by)

    def merge(self, incident_id: str, into_id: str, by: str) -> Incident | Refusal:
        """Closes one in favour of another, which takes its components along. Its address leads there from then on."""
        found, into = self._writable(incident_id), self._writable(into_id)
        if isinstance(found, Refusal):
            return found
        if isinstance(into, Refusal):
            return into
        if incident_id == into_id:
            return _INTO_ITSELF
        now_s = self._unix_time()
        both = [one for one in Component if one in (*found.components, *into.components)]
        self._put(
            "edited",
            Incident(replace(into.row, components=" ".join(both), changed_s=now_s, written=True), into.updates),
            None,
            by,
        )
        row = replace(
            found.row,
            status="resolved",
            resolved_s=found.row.resolved_s or now_s,
            changed_s=now_s,
            written=True,
            merged_into=into_id,
        )
        return self._put("merged", Incident(row, found.updates), None, by)

    async def keep(self) -> bool:
        """Hands on what the records have not got. True when nothing is left."""
        for incident_id, incident in list(self._unkept.items()):
            try:
                await self._records.write(PutIncident(incident.row, incident.updates))
            except RecordsUnavailable:
                return False
            if self._unkept.get(incident_id) is incident:  # Nothing was written to it while we waited.
                del self._unkept[incident_id]
        return True

    def _writable(self, incident_id: str) -> Incident | Refusal:
        found = self._all.get(incident_id)
        if found is None:
            return NO_SUCH
        return _IS_MERGED if found.row.merged_into else found

    def _update(self, incident_id: str, phase: Phase, text: Words, *, automatic: bool) -> IncidentUpdateRow:
        return IncidentUpdateRow(
            self._new_id(), incident_id, phase, text.en, text.zh, self._unix_time(), automatic=automatic
        )

    def _put(self, deed: Deed, incident: Incident, update: IncidentUpdateRow | None, by: str) -> Incident:
        self._all[incident.id] = self._unkept[incident.id] = incident
        self._forget()
        self._told(Edit(deed, incident, update, by))
        return incident

    def _forget(self) -> None:
        """The oldest that are closed; the records have them still."""
        closed = [one.id for one in self.all() if not one.is_open and one.id not in self._unkept]
        for incident_id in closed[MOST_INCIDENTS:]:
            del self._all[incident_id]
