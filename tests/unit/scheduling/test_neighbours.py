"""What an account that asks much leaves to the one that asks now and then."""

from __future__ import annotations

import pytest

from queue_turns import C0, C1, C1B, C2, Played, holds
from seawall.scheduling.rules import Rules
from seawall.values.ticket import ServiceClass

SLOTS = 32


def beside_a_flood(service_class: ServiceClass, rules: Rules) -> list[bool]:
    """A client that asks every half second, at last beside a flood; whether it was served at once each time."""
    played = Played(SLOTS, rules)
    flood = []
    served: list[bool] = []
    for half_second in range(240):
        asked = played.enter("client", service_class)
        served.append(holds(asked))
        played.tick()
        if half_second >= 120:
            ended = [turn for turn in flood if holds(turn)][:4]
            played.leave(*ended)
            flood = [turn for turn in flood if turn not in ended]
            flood += [played.enter("flood", service_class) for _ in range(20)]
        played.tick()
        played.leave(asked)
    return served


@pytest.mark.parametrize("service_class", [C1, C1B, C2])
def test_who_asks_now_and_then_never_waits_for_a_neighbours_flood(service_class: ServiceClass):
    assert all(beside_a_flood(service_class, Rules(prefill_share=1.0)))


def test_it_would_wait_if_nothing_were_left_to_it():
    assert not all(beside_a_flood(C1B, Rules(prefill_share=1.0, neighbours=False)))


def test_who_is_alone_has_all_that_its_class_may_have():
    played = Played(SLOTS, Rules(headroom=0.0, reserve_within=0.0, reserve=0.0))
    turns = [played.enter("alone", C1B) for _ in range(40)]
    assert sum(holds(turn) for turn in turns) == SLOTS


def test_who_holds_little_leaves_nothing_however_many_others_there_are():
    played = Played(SLOTS, Rules(headroom=0.0, reserve_within=0.0, reserve=0.0))
    first = [played.enter(f"account-{number}", C1B) for number in range(20)]
    played.tick(times=40)
    more = [played.enter(f"other-{number}", C1B) for number in range(12)]
    assert all(holds(turn) for turn in first + more)


def test_an_operator_who_holds_much_never_waits_beside_a_free_slot():
    played = Played(SLOTS, Rules(prefill_share=1.0))
    modest = [played.enter(f"account-{number}") for number in range(8)]
    played.tick(times=80)
    operator = [played.enter("operator", C0) for _ in range(SLOTS - len(modest))]
    assert all(holds(turn) for turn in modest + operator)
