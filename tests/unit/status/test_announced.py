"""What operators write is shown at once, kept as soon as that is possible, and forgotten only once it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from records_that_fail import SwitchedRecords
from seawall.records.entries import Change
from seawall.records.status_entries import CurrentBanner
from seawall.status.announcements import LONGEST_AHEAD_S, LONGEST_WORK_S, Banner, Plan
from seawall.status.components import Component
from seawall.status.edits_told import edit_told
from seawall.status.incidents import MOST_INCIDENTS, Draft, Edit, Incident, Words
from seawall.values.refusal import Refusal
from status_stage import NOON_S, Stage, stage_over

SECRET = Words("Nobody outside is to read this yet.", "外部暂时不可见。")
HOUR_S = 3600.0
T = TypeVar("T")


def plan(begins_s: float, ends_s: float) -> Plan:
    return Plan(Words("New disks"), Words("Ten minutes."), (Component.CHAT,), NOON_S + begins_s, NOON_S + ends_s)


def opened(stage: Stage, *, published: bool = True) -> Incident:
    draft = Draft(SECRET, SECRET, "minor", (Component.CHAT,), published=published)
    incident = stage.room.parts.incidents.open(draft, by="ada")
    assert isinstance(incident, Incident)
    return incident


@pytest.mark.parametrize(
    ("begins_s", "ends_s"),
    [
        (-2 * HOUR_S, -HOUR_S),
        (HOUR_S, HOUR_S),
        (HOUR_S, 2 * HOUR_S + LONGEST_WORK_S),
        (LONGEST_AHEAD_S + 1, LONGEST_AHEAD_S + HOUR_S),
    ],
    ids=["over", "without a length", "too long", "too far away"],
)
async def test_no_maintenance_is_announced_that_is_none(stage: Stage, begins_s: float, ends_s: float):
    assert isinstance(stage.room.parts.maintenances.announce(plan(begins_s, ends_s), "ada"), Refusal)
    assert stage.room.parts.maintenances.all() == []


async def test_a_maintenance_that_has_begun_already_is_announced(stage: Stage):
    maintenance = stage.room.parts.maintenances.announce(plan(-HOUR_S, HOUR_S), "ada")
    assert not isinstance(maintenance, Refusal)
    assert maintenance.stage == "in_progress"


class Meanwhile(SwitchedRecords):
    """Something is done while the first change is on its way."""

    def __init__(self, records: SwitchedRecords, deed: Callable[[], object]) -> None:
        super().__init__(records)
        self._deed: Callable[[], object] | None = deed

    async def write(self, change: Change[T]) -> T:
        deed, self._deed = self._deed, None
        if deed is not None:
            deed()
        return await super().write(change)


async def test_a_banner_that_is_put_up_while_the_one_before_is_kept_is_kept_too(stage: Stage):
    records = Meanwhile(stage.records, lambda: banner.put(Words("The second."), None, "ada"))
    banner = Banner(records, unix_time=stage.wall, told=lambda row, by: None)
    banner.put(Words("The first."), None, "ada")
    assert not await banner.keep()
    assert not banner.is_kept
    assert await banner.keep()
    kept = await stage.records.read(CurrentBanner())
    assert kept is not None
    assert kept.text_en == "The second."


async def test_a_banner_of_before_the_records_could_be_read_stays(stage: Stage):
    stage.room.parts.banner.put(Words("Of an earlier life."), None, "ada")
    assert await stage.room.parts.banner.keep()
    later = stage_over(stage.records).room.parts.banner
    later.put(Words("Of this one."), None, "ada")
    await later.read()
    showing = later.now()
    assert showing is not None
    assert showing.text_en == "Of this one."


async def test_no_incident_is_forgotten_before_it_is_kept(stage: Stage):
    incidents = stage.room.parts.incidents
    for _ in range(MOST_INCIDENTS + 5):
        incidents.write(opened(stage).id, "resolved", Words("Over."), by="ada")
    assert len(incidents.all()) == MOST_INCIDENTS + 5
    assert await incidents.keep()
    incidents.write(opened(stage).id, "resolved", Words("Over."), by="ada")
    assert len(incidents.all()) <= MOST_INCIDENTS + 1


async def test_the_public_log_has_no_word_of_what_is_not_published(stage: Stage):
    draft = opened(stage, published=False)
    stage.room.parts.incidents.write(draft.id, "identified", SECRET, by="ada")
    for edit in stage.edits:
        assert isinstance(edit, Edit)
        kind, facts = edit_told(edit)
        assert (kind, facts["id"], facts["published"]) == ("incident", draft.id, False)
        assert SECRET.en not in str(facts)
    stage.room.parts.incidents.settle(draft.id, "ada", published=True)
    told = edit_told(stage.edits[-1])[1]
    assert told["title"] == {"en": SECRET.en, "zh": SECRET.zh}
