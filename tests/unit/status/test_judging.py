"""Each component's level follows from what is seen, and from nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seawall.observing.felt import Entered, Felt
from seawall.status.components import Component, Level, Why
from seawall.status.judging import Sight, judge

NOBODY = Felt(0, 0, None, None)
CALM = Sight(
    engines=(1, 1),
    starting=False,
    records_well=True,
    signup_open=True,
    signup_narrowed=False,
    chat=NOBODY,
    api=NOBODY,
    home=Entered(),
    away=Entered(),
    new=Entered(),
    promise_s=5.0,
)


def levels(sight: Sight) -> dict[str, str]:
    return {one.value: reading.level.value for one, reading in judge(sight).items() if reading.level.badness}


def test_a_calm_service_works():
    assert levels(CALM) == {}


def test_without_its_engine_nothing_answers_but_everything_else_works():
    away = levels(replace(CALM, engines=(0, 1)))
    assert away == {"chat": "major_outage", "api": "major_outage", "models": "major_outage"}


def test_an_engine_that_was_never_there_yet_is_starting():
    starting = judge(replace(CALM, engines=(0, 1), starting=True))
    assert starting[Component.CHAT].why is starting[Component.MODELS].why is Why.STARTING
    assert starting[Component.MODELS].level is Level.DEGRADED


def test_a_part_of_a_pool_away_is_the_models_matter_alone():
    assert levels(replace(CALM, engines=(2, 3))) == {"models": "partial_outage"}


def test_without_the_database_nobody_comes_in_and_nothing_is_saved():
    away = levels(replace(CALM, records_well=False))
    assert away == {"chat": "degraded_performance", "signup": "major_outage", "signin": "major_outage"}


@pytest.mark.parametrize(
    ("served", "asked", "level"),
    [
        (100, 100, None),
        (99, 100, None),
        (97, 100, "degraded_performance"),
        (89, 100, "partial_outage"),
        (49, 100, "major_outage"),
        (0, 4, None),  # Of so few nothing is said.
        (0, 5, "major_outage"),
    ],
)
def test_questions_that_fail_move_the_door_that_they_came_through(served: int, asked: int, level: str | None):
    felt = Felt(asked, served, 0.1, 0.2)
    assert levels(replace(CALM, chat=felt)) == ({} if level is None else {"chat": level})
    assert levels(replace(CALM, api=felt)) == ({} if level is None else {"api": level})


def test_first_words_beyond_the_promise_impair():
    slow = judge(replace(CALM, api=Felt(50, 50, 1.0, 5.1)))
    assert (slow[Component.API].level, slow[Component.API].why) == (Level.DEGRADED, Why.SLOW)
    assert slow[Component.CHAT].level is Level.OPERATIONAL


@pytest.mark.parametrize(
    ("served", "asked", "level"),
    [
        (50, 50, None),
        (97, 100, "degraded_performance"),
        (8, 10, "partial_outage"),
        (2, 5, "major_outage"),
        (0, 4, None),
    ],
)
def test_sign_ins_at_home_that_fail_move_sign_in(served: int, asked: int, level: str | None):
    seen = levels(replace(CALM, home=Entered(asked, served)))
    assert seen == ({} if level is None else {"signin": level})


def test_from_elsewhere_a_flood_of_guesses_comes_too_so_sign_in_is_impaired_at_most():
    flooded = judge(replace(CALM, home=Entered(50, 50), away=Entered(5000, 10)))
    assert flooded[Component.SIGN_IN].level is Level.DEGRADED
    assert flooded[Component.SIGN_IN].why is Why.AWAY_WAITS


def test_registrations_that_fail_move_sign_up_and_stand_over_its_narrowing():
    assert levels(replace(CALM, new=Entered(10, 8))) == {"signup": "partial_outage"}
    failing = judge(replace(CALM, new=Entered(10, 1), signup_narrowed=True))
    assert (failing[Component.SIGN_UP].level, failing[Component.SIGN_UP].why) == (Level.MAJOR, Why.ENTRY_FAILING)


def test_what_nobody_used_is_said_to_be_unmeasured_and_what_was_used_is_not():
    seen = judge(replace(CALM, api=Felt(5, 5, 0.1, 0.2), away=Entered(5, 5)))
    assert {one.value for one, reading in seen.items() if reading.why is Why.UNMEASURED} == {"chat", "signup"}
    assert seen[Component.SIGN_IN].why is seen[Component.API].why is Why.WELL


def test_a_narrowed_sign_up_is_impaired_and_a_closed_one_is_as_wished():
    assert levels(replace(CALM, signup_narrowed=True)) == {"signup": "degraded_performance"}
    closed = judge(replace(CALM, signup_open=False, signup_narrowed=True, records_well=False))
    assert closed[Component.SIGN_UP].why is Why.CLOSED
