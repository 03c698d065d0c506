"""Incidents open, go on and end by what is measured, and say no more than that."""

from __future__ import annotations

import pytest

from records_that_fail import SwitchedRecords
from seawall.admission.posture import Posture
from seawall.observing.felt import Felt
from seawall.status.automaton import (
    FOLLOWED_EVERY_S,
    MOST_FOLLOWED,
    RESOLVED_AFTER_S,
    SAME_WITHIN_S,
    Scene,
    causes_in,
)
from seawall.status.components import Component, Level, Reading, Standing, Why
from seawall.status.feeling import JUDGED_S
from seawall.status.hysteresis import BETTER_AFTER_S, WORSE_AFTER_S
from seawall.status.incidents import Incident, Words
from seawall.status.room import STARTING_S
from seawall.values.verdict import Kind, Share, Verdict
from status_stage import NOON_S, Stage, stage_over, staged

FOUND_S = WORSE_AFTER_S + 5
GONE_S = BETTER_AFTER_S + 5
ENDED_S = GONE_S + RESOLVED_AFTER_S + 5


def a_verdict(kind: Kind) -> Verdict:
    share = Share(0.1, 0.2, 0.3)
    return Verdict(kind, NOON_S, NOON_S, share, share)


def the_one(stage: Stage) -> Incident:
    (one,) = stage.room.parts.incidents.all()
    return one


def phases(incident: Incident) -> list[str]:
    return [update.status for update in incident.updates]


async def test_an_engine_that_is_gone_opens_one_incident_and_ends_it_when_it_is_back(stage: Stage):
    stage.goes_on(60)
    stage.service.engines = (False,)
    began_s = stage.wall.now_s
    stage.goes_on(FOUND_S)
    stage.goes_on(120)
    one = the_one(stage)
    assert (one.row.cause, one.row.impact, one.row.status) == ("models", "critical", "investigating")
    assert one.components == (Component.CHAT, Component.API, Component.MODELS)
    assert stage.look().incidents == (one,)
    assert abs(stage.room.look().since_s - began_s) <= 5

    stage.service.engines = (True,)
    stage.goes_on(GONE_S)
    assert phases(the_one(stage)) == ["investigating", "monitoring"]
    stage.goes_on(ENDED_S)
    ended = the_one(stage)
    assert phases(ended) == ["investigating", "monitoring", "resolved"]
    assert not ended.is_open
    assert stage.look().overall == "well"


async def test_the_answer_is_as_old_as_what_it_speaks_of_and_not_as_a_lesser_trouble(stage: Stage):
    stage.service.narrowed = True
    stage.goes_on(600)
    stage.service.engines = (False,)
    began_s = stage.wall.now_s
    snapshot = stage.goes_on(FOUND_S)
    assert snapshot.overall == "engine_away"
    assert abs(snapshot.since_s - began_s) <= 5


async def test_an_engine_that_never_comes_is_starting_only_for_a_while(stage: Stage):
    stage.service.engines = (False,)
    assert stage.look().overall == "starting"
    assert stage.goes_on(60).overall == "starting"
    assert stage.room.parts.incidents.all() == []
    assert stage.goes_on(STARTING_S).overall == "engine_away"
    assert the_one(stage).row.cause == "models"


async def test_an_engine_that_comes_is_there_at_once(stage: Stage):
    stage.service.engines = (False,)
    stage.goes_on(60)
    stage.service.engines = (True,)
    assert stage.look().overall == "well"


async def test_a_draft_says_what_is_known_since_when_who_is_affected_and_what_to_do(stage: Stage):
    stage.service.records_well = False
    stage.goes_on(FOUND_S)
    english, chinese = the_one(stage).updates[0].text_en, the_one(stage).updates[0].text_zh
    since = "Since 20"
    assert english.index(since) < english.index("Affected:") < english.index("What you can do:")
    assert chinese.index("自 20") < chinese.index("受影响：") < chinese.index("你可以：")
    assert "UTC" in english


@pytest.mark.parametrize("kind", [None, Kind.NORMAL])
async def test_no_cause_is_guessed_where_no_verdict_says_one(stage: Stage, kind: Kind | None):
    stage.service.verdict = None if kind is None else a_verdict(kind)
    stage.look()
    stage.service.engines = (False,)
    stage.service.posture = Posture.SIEGE
    stage.goes_on(FOUND_S)
    written = " ".join(
        update.text_en + one.row.title_en for one in stage.room.parts.incidents.all() for update in one.updates
    )
    assert "attack" not in written.lower()
    assert "traffic" not in written.lower()


async def test_the_verdict_is_quoted_and_its_change_is_followed_now_and_then(stage: Stage):
    stage.service.posture = Posture.SIEGE
    stage.service.verdict = a_verdict(Kind.SURGE)
    stage.goes_on(5)
    assert "What the traffic looks like: Many more people" in the_one(stage).updates[0].text_en
    stage.service.verdict = a_verdict(Kind.ATTACK)
    stage.goes_on(FOLLOWED_EVERY_S - 60)
    assert len(the_one(stage).updates) == 1
    stage.goes_on(120)
    assert the_one(stage).updates[1].text_en.endswith("An attack.")
    for number in range(MOST_FOLLOWED + 4):
        stage.service.verdict = a_verdict((Kind.SURGE, Kind.ATTACK)[number % 2])
        stage.goes_on(FOLLOWED_EVERY_S + 60, every_s=60)
    assert len(the_one(stage).updates) == MOST_FOLLOWED


async def test_a_relapse_goes_on_in_the_same_incident_and_a_later_fault_in_a_new_one(stage: Stage):
    stage.look()
    for _ in range(2):
        stage.service.engines = (False,)
        stage.goes_on(FOUND_S)
        stage.service.engines = (True,)
        stage.goes_on(ENDED_S * 2, every_s=20)
    assert phases(the_one(stage)) == ["investigating", "monitoring", "resolved"] * 2
    stage.goes_on(SAME_WITHIN_S, every_s=60)
    stage.service.engines = (False,)
    stage.goes_on(FOUND_S)
    assert len(stage.room.parts.incidents.all()) == 2


async def test_what_an_operator_has_written_to_is_closed_by_nobody_else(stage: Stage):
    stage.look()
    stage.service.engines = (False,)
    stage.goes_on(FOUND_S)
    stage.room.parts.incidents.write(the_one(stage).id, "identified", Words("A disk is full."), by="ada")
    stage.service.engines = (True,)
    stage.goes_on(ENDED_S * 3, every_s=20)
    one = the_one(stage)
    assert one.is_open
    assert phases(one) == ["investigating", "identified", "identified"]
    assert one.updates[-1].automatic


async def test_an_incident_that_an_operator_closed_is_not_opened_again_by_what_goes_on(stage: Stage):
    stage.look()
    stage.service.engines = (False,)
    stage.goes_on(FOUND_S)
    stage.room.parts.incidents.write(the_one(stage).id, "resolved", Words("We know, and are on it."), by="ada")
    stage.goes_on(600, every_s=20)
    assert not the_one(stage).is_open


async def test_what_an_operator_has_closed_with_words_of_their_own_is_not_opened_by_a_relapse(stage: Stage):
    stage.look()
    stage.service.engines = (False,)
    stage.goes_on(FOUND_S)
    stage.service.engines = (True,)
    stage.goes_on(GONE_S)
    closed = the_one(stage)
    stage.room.parts.incidents.write(closed.id, "resolved", Words("A disk was full."), by="ada")
    stage.service.engines = (False,)
    stage.goes_on(FOUND_S)
    newer, older = stage.room.parts.incidents.all()
    assert (older.id, older.is_open) == (closed.id, False)
    assert newer.is_open


def test_what_two_components_suffer_from_is_as_old_as_the_first_of_them_felt_it():
    slow, failing = Reading(Level.DEGRADED, Why.SLOW), Reading(Level.MAJOR, Why.FAILING)
    standings = (Standing(Component.CHAT, slow, NOON_S - 60), Standing(Component.API, failing, NOON_S))
    felt = Felt(0.0, 0.0, None, None)
    (known,) = causes_in(Scene(standings, Posture.NORMAL, NOON_S, felt, None)).values()
    assert (known.since_s, known.impact) == (NOON_S - 60, "critical")


async def test_after_a_restart_the_open_incident_goes_on_and_ends(records: SwitchedRecords):
    async with staged(records) as stage:
        stage.service.posture = Posture.SIEGE
        stage.goes_on(FOUND_S)
        assert await stage.room.parts.incidents.keep()
        later = stage_over(records, at_s=stage.wall.now_s)
        await later.room.parts.incidents.read()
        later.service.posture = Posture.SIEGE
        later.goes_on(60)
        assert len(the_one(later).updates) == 1
        later.service.posture = Posture.NORMAL
        later.goes_on(RESOLVED_AFTER_S + 20)
        assert phases(the_one(later)) == ["investigating", "monitoring", "resolved"]


async def test_drafts_wait_for_an_operator_where_that_is_wished(records: SwitchedRecords):
    async with staged(records, published=False) as stage:
        stage.look()
        stage.service.engines = (False,)
        snapshot = stage.goes_on(FOUND_S)
        assert snapshot.incidents == ()
        one = the_one(stage)
        stage.room.parts.incidents.settle(one.id, "ada", published=True)
        assert [each.id for each in stage.look().incidents] == [one.id]


async def test_an_incident_is_shown_while_the_database_is_away_and_kept_when_it_is_back(stage: Stage):
    stage.records.away = True
    stage.service.records_well = False
    stage.goes_on(FOUND_S)
    incidents, one = stage.room.parts.incidents, the_one(stage)
    assert stage.look().incidents == (one,)
    assert not await incidents.keep()
    assert not incidents.is_kept(one.id)
    stage.records.away = False
    assert await incidents.keep()
    assert incidents.is_kept(one.id)


async def test_an_api_whose_questions_fail_is_an_incident_of_the_api_alone(stage: Stage):
    stage.goes_on(60)
    for _ in range(6):
        stage.service.metrics.answered("C1", "chat", "complete")
        stage.service.metrics.answered("C1", "api", "failed")
    snapshot = stage.goes_on(FOUND_S)
    assert snapshot.overall == "failing"
    one = the_one(stage)
    assert (one.row.cause, one.components) == ("answers", (Component.API,))


async def test_sign_ins_that_are_turned_away_for_lack_of_room_open_an_incident_that_ends_with_them(stage: Stage):
    stage.goes_on(60)
    stage.service.entries["home", "failed"] = 4.0
    assert stage.goes_on(FOUND_S).overall == "well"  # Of so few nothing is said.
    stage.service.entries["home", "failed"] = 40.0
    assert stage.goes_on(FOUND_S).overall == "entry"
    one = the_one(stage)
    assert (one.row.cause, one.row.impact, one.components) == ("entry", "critical", (Component.SIGN_IN,))
    assert "Who is signed in goes on" in one.updates[0].text_en

    stage.goes_on(JUDGED_S + ENDED_S + GONE_S)
    assert phases(the_one(stage)) == ["investigating", "monitoring", "resolved"]
    assert stage.look().overall == "well"


async def test_guesses_from_elsewhere_that_find_no_room_impair_sign_in_and_are_no_incident_of_their_own(stage: Stage):
    stage.goes_on(60)
    stage.service.entries |= {("home", "served"): 9.0, ("away", "failed"): 900.0}
    snapshot = stage.goes_on(FOUND_S)
    assert (snapshot.overall, snapshot.indicator) == ("entry", "minor")
    assert stage.room.parts.incidents.all() == []


async def test_what_failed_while_the_engine_or_the_database_was_away_is_no_second_incident(stage: Stage):
    stage.goes_on(60)
    stage.service.engines, stage.service.records_well = (False,), False
    for _ in range(20):
        stage.service.metrics.answered("C1", "chat", "engine_unavailable")
    stage.service.entries["home", "failed"] = 20.0
    stage.goes_on(FOUND_S)
    stage.service.engines, stage.service.records_well = (True,), True
    assert stage.goes_on(GONE_S).overall == "well"
    assert {one.row.cause for one in stage.room.parts.incidents.all()} == {"models", "records"}
    assert stage.look().registered.success == 0.0  # Shown it is all the same.
