"""Each component's level follows from what is seen, and from nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seawall.observing.felt import Felt
from seawall.status.components import Component, Level, Why
from seawall.status.judging import Sight, judge

NOBODY = Felt(0, 0, None, None)
CALM = Sight(
    engines=(1, 1),
    starting=False,
    records_well=True,
    signup_open=True,
    signup_narrowed=False,
    felt=NOBODY,
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
def test_questions_that_fail_move_chat_and_api(served: int, asked: int, level: str | None):
    seen = levels(replace(CALM, felt=Felt(asked, served, 0.1, 0.2)))
    assert seen == ({} if level is None else {"chat": level, "api": level})


def test_first_words_beyond_the_promise_impair():
    slow = judge(replace(CALM, felt=Felt(50, 50, 1.0, 5.1)))
    assert (slow[Component.CHAT].level, slow[Component.API].why) == (Level.DEGRADED, Why.SLOW)


def test_a_narrowed_sign_up_is_impaired_and_a_closed_one_is_as_wished():
    assert levels(replace(CALM, signup_narrowed=True)) == {"signup": "degraded_performance"}
    closed = judge(replace(CALM, signup_open=False, signup_narrowed=True, records_well=False))
    assert closed[Component.SIGN_UP].why is Why.CLOSED
