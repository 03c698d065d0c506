"""A verdict that is wrong is cheap: what it may pull at is bounded. Knows the worst that it can say; judges nothing."""

from __future__ import annotations

import pytest

from queue_turns import C1, C2, Played
from seawall.admission.posture import Posture
from seawall.verdict.pull import LEAST_WEIGHT, MOST_HINT
from seawall.verdict.pulled import Pulled
from virtual_siege.events import BEGINS_S, ENDS_S
from virtual_siege.house import Asked
from virtual_siege.measures import measure
from virtual_siege.mixes import MIXES
from virtual_siege.run import Course, play

WRONGED = "198.51.0.0/16"


Courses = list[Course]


@pytest.fixture(scope="module")
def courses() -> tuple[Courses, Courses]:
    """A surge of honest strangers, as it is and while it is taken for an attack from beginning to end. Three times: of
    one surge a fifth more or fewer strangers are served by chance.
    """
    wrong = Pulled()
    wrong.hint(MOST_HINT)
    # All the networks of the siege's people: none is left out.
    wrong.weigh({f"10.{wide}.0.0/16": LEAST_WEIGHT for wide in range(256)})
    fame, seeds = MIXES["fame"], range(3)
    return [play(fame, seed) for seed in seeds], [play(fame, seed, pulled=wrong) for seed in seeds]


def test_registered_users_lose_nothing_when_a_surge_is_taken_for_an_attack(courses: tuple[Courses, Courses]) -> None:
    right, wrong = (measure(each) for each in courses)
    assert wrong.first_minute >= right.first_minute - 0.01
    assert wrong.later >= right.later - 0.01
    assert wrong.first_token_s <= 1.25 * right.first_token_s


def test_strangers_of_that_surge_are_still_served(courses: tuple[Courses, Courses]) -> None:
    right, wrong = ([one for course in each for one in course.asked if _is_stranger(one)] for each in courses)
    assert _served(right) > 100
    assert _served(wrong) >= 0.8 * _served(right)


def test_the_worst_verdict_raises_the_posture_by_one_step_and_no_more(courses: tuple[Courses, Courses]) -> None:
    for course in courses[1]:
        assert set(course.postures[10 : int(BEGINS_S) - 1]) == {Posture.ELEVATED.value}


def test_new_accounts_of_a_network_that_is_wronged_have_a_quarter_of_a_neighbours_turns() -> None:
    wrong = Pulled()
    wrong.weigh({WRONGED: LEAST_WEIGHT})
    played = Played(1, weight_of=wrong.weight_of)
    holder = played.enter("old")
    wronged = [played.enter(f"wronged-{n}", C2, network="198.51.100.0/24") for n in range(10)]
    others = [played.enter(f"other-{n}", C2, network="203.0.113.0/24") for n in range(40)]
    order = played.served_in_order(holder, [*wronged, *others])
    assert len(order) == 50
    first = order[:25]
    assert 4 <= sum(index < 10 for index in first) <= 7


def test_a_registered_user_in_a_network_that_is_wronged_waits_for_nobody() -> None:
    wrong = Pulled()
    wrong.weigh({WRONGED: LEAST_WEIGHT})
    played = Played(1, weight_of=wrong.weight_of)
    holder = played.enter("old")
    turns = [played.enter(f"{n} of {network}", C1, network=network) for n in range(6) for network in _NETWORKS]
    assert played.served_in_order(holder, turns) == list(range(12))


_NETWORKS = ("198.51.100.0/24", "203.0.113.0/24")


def _is_stranger(one: Asked) -> bool:
    return one.kind.value == "stranger" and BEGINS_S <= one.asked_s < ENDS_S


def _served(asked: list[Asked]) -> int:
    return sum(one.first_token_s is not None for one in asked)
