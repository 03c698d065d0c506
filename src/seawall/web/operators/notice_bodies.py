"""What operators send and read of incidents, maintenance and the banner. Knows fields and bounds; decides nothing."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from seawall.records.status_entries import BannerRow, IncidentUpdateRow
from seawall.status.announcements import Maintenance, Plan
from seawall.status.components import Component
from seawall.status.incidents import Draft, Impact, Incident, Phase, Words
from seawall.web.bodies import Body, CleanText, Id

Title = Annotated[CleanText, Field(max_length=200)]
Text = Annotated[CleanText, Field(max_length=8_000)]
# Strict bodies take no text for a member of an enumeration, which is all that JSON has.
Components = Annotated[list[Annotated[Component, Field(strict=False)]], Field(max_length=len(Component))]
Time = Annotated[float, Field(ge=0, le=1e11)]


class Texts(Body):
    """In one of the languages at least; the other then shows the same words."""

    text_en: Text = ""
    text_zh: Text = ""

    def words(self) -> Words:
        """Both of them."""
        return Words(self.text_en.strip(), self.text_zh.strip())


class NewIncident(Texts):
    """``published`` False keeps it from everybody but operators until it is settled otherwise."""

    title_en: Title = ""
    title_zh: Title = ""
    impact: Impact = "minor"
    components: Components = Field(default=[])
    phase: Phase = "investigating"
    published: bool = True

    def draft(self) -> Draft:
        """As the room takes it."""
        return Draft(
            title=Words(self.title_en.strip(), self.title_zh.strip()),
            text=self.words(),
            impact=self.impact,
            components=tuple(self.components),
            phase=self.phase,
            published=self.published,
        )


class IncidentChange(Body):
    """What is left out stays as it is."""

    title_en: Title | None = None
    title_zh: Title | None = None
    impact: Impact | None = None
    components: Components | None = None
    published: bool | None = None


class NewUpdate(Texts):
    """``resolved`` closes the incident, another phase after that opens it again."""

    phase: Phase


class Merging(Body):
    into: Id


class PlanBody(Texts):
    """Times are Unix seconds."""

    title_en: Title = ""
    title_zh: Title = ""
    components: Components = Field(default=[])
    begins_s: Time
    ends_s: Time

    def plan(self) -> Plan:
        """As the room takes it."""
        title = Words(self.title_en.strip(), self.title_zh.strip())
        return Plan(title, self.words(), tuple(self.components), self.begins_s, self.ends_s)


class BannerWish(Body):
    """Empty texts take the banner away; without ``until_s`` (Unix) it has no end."""

    text_en: Annotated[CleanText, Field(max_length=500)] = ""
    text_zh: Annotated[CleanText, Field(max_length=500)] = ""
    until_s: Time | None = None


class UpdateView(BaseModel):
    id: str
    phase: str
    text_en: str
    text_zh: str
    at_s: float
    edited_s: float | None
    automatic: bool

    @classmethod
    def of(cls, row: IncidentUpdateRow) -> UpdateView:
        """The view of a row."""
        return cls(
            id=row.id,
            phase=row.status,
            text_en=row.text_en,
            text_zh=row.text_zh,
            at_s=row.at_s,
            edited_s=row.edited_s,
            automatic=row.automatic,
        )


class IncidentView(BaseModel):
    """``cause`` names the measurement that opened it, empty for an operator's own; ``saved`` is False while the
    database has not taken the last edit."""

    id: str
    title_en: str
    title_zh: str
    phase: str
    impact: str
    components: list[str]
    opened_s: float
    changed_s: float
    resolved_s: float | None
    cause: str
    written: bool
    published: bool
    merged_into: str
    saved: bool
    updates: list[UpdateView]

    @classmethod
    def of(cls, incident: Incident, *, saved: bool) -> IncidentView:
        """The view of an incident."""
        row = incident.row
        return cls(
            id=row.id,
            title_en=row.title_en,
            title_zh=row.title_zh,
            phase=row.status,
            impact=row.impact,
            components=[one.value for one in incident.components],
            opened_s=row.opened_s,
            changed_s=row.changed_s,
            resolved_s=row.resolved_s,
            cause=row.cause,
            written=row.written,
            published=row.published,
            merged_into=row.merged_into,
            saved=saved,
            updates=[UpdateView.of(one) for one in incident.updates],
        )


class IncidentList(BaseModel):
    """Newest first."""

    incidents: list[IncidentView]


class MaintenanceView(BaseModel):
    id: str
    title_en: str
    title_zh: str
    text_en: str
    text_zh: str
    components: list[str]
    begins_s: float
    ends_s: float
    ended_s: float | None
    stage: str
    saved: bool

    @classmethod
    def of(cls, work: Maintenance, *, saved: bool) -> MaintenanceView:
        """The view of a maintenance."""
        row = work.row
        return cls(
            id=row.id,
            title_en=row.title_en,
            title_zh=row.title_zh,
            text_en=row.text_en,
            text_zh=row.text_zh,
            components=[one.value for one in work.components],
            begins_s=row.begins_s,
            ends_s=row.ends_s,
            ended_s=row.ended_s,
            stage=work.stage,
            saved=saved,
        )


class MaintenanceList(BaseModel):
    """The next to begin first, those that are over last."""

    maintenances: list[MaintenanceView]


class BannerView(BaseModel):
    """Empty texts for none."""

    text_en: str = ""
    text_zh: str = ""
    until_s: float | None = None
    saved: bool = True

    @classmethod
    def of(cls, row: BannerRow | None, *, saved: bool) -> BannerView:
        """The view of what stands there now."""
        if row is None:
            return cls(saved=saved)
        return cls(text_en=row.text_en, text_zh=row.text_zh, until_s=row.until_s, saved=saved)
