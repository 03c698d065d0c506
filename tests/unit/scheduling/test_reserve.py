"""Headroom, reserve, cache and reading: what is left free for those above."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_turns import C0, C1, C1B, C2, C3, C4, PLAIN, Played, holds, refusal
from seawall.scheduling.rules import Capacity, Rules
from seawall.scheduling.slots import Slot
from seawall.scheduling.turn import Turn
from seawall.values.refusal import Reason
from seawall.values.ticket import ServiceClass

KEPT = Rules(prefill_share=1.0)


def fill(played: Played, one: ServiceClass, number: int, **more: object) -> list[Turn]:
    return [played.enter(f"{one}-{n}", one, network=f"n{n}", **more) for n in range(number)]


def held(turns: list[Turn]) -> int:
    return sum(holds(turn) for turn in turns)


def answered(played: Played, turn: Turn) -> None:
    assert isinstance(turn.result, Slot)
    turn.result.succeeded(1)
    played.leave(turn)


@pytest.mark.parametrize("slots", [8, 16, 32])
def test_strangers_that_meet_a_fresh_process_take_no_more_than_half(slots: int):
    played = Played(slots, KEPT)
    strangers = fill(played, C2, 2 * slots)
    assert held(strangers) == slots // 2
    assert held(fill(played, C1, slots // 2)) == slots // 2


def test_the_last_slots_are_for_registered_users_within_their_entitlement():
    played = Played(16, replace(KEPT, reserve=0.0, reserve_within=0.0))
    assert held(fill(played, C2, 13)) == 13
    # Who holds nothing may use them, or it would starve.
    assert held(fill(played, C1B, 20)) == 1
    assert held(fill(played, C1, 20)) == 2


@pytest.mark.parametrize("slots", [1, 2, 3])
def test_the_smallest_engines_keep_no_slot_idle_for_headroom(slots: int):
    played = Played(slots, replace(KEPT, reserve=0.0, reserve_within=0.0))
    assert held(fill(played, C4, 4)) == slots


def test_a_stranger_gets_one_slot_however_many_are_wanted_above():
    played = Played(4, KEPT)
    registered = fill(played, C1B, 40)
    stranger = played.enter("guest", C4)
    for _ in range(10):
        played.tick(after_s=1.0)
        for turn in [turn for turn in registered if holds(turn)]:
            registered.remove(turn)
            answered(played, turn)
    assert holds(stranger)


def test_the_reserve_follows_what_registered_users_ask_for():
    played = Played(16, KEPT)
    played.tick(after_s=1.0, times=600)
    assert held(fill(played, C2, 40)) == 14


def test_answers_that_end_soon_win_strangers_the_engine():
    played = Played(16, KEPT)
    registered = fill(played, C1, 4)
    played.clock.advance(5.0)
    for turn in registered:
        answered(played, turn)
    registered = fill(played, C1, 4)
    strangers = fill(played, C2, 200)
    before = held(strangers)
    for _ in range(40):
        played.tick()
        for turn in [turn for turn in strangers if isinstance(turn.result, Slot) and turn.result.held_ms > 2000]:
            strangers.remove(turn)
            answered(played, turn)
    assert before <= 8
    assert held(strangers) + held(registered) == 14


def test_answers_that_outlast_win_them_nothing():
    played = Played(16, KEPT)
    for turn in fill(played, C1, 4):
        played.clock.advance(1.0)
        answered(played, turn)
    strangers = fill(played, C2, 200)
    for _ in range(120):
        played.tick()
        for turn in [turn for turn in strangers if isinstance(turn.result, Slot) and turn.result.held_ms > 20_000]:
            strangers.remove(turn)
            answered(played, turn)
        assert held(strangers) <= 13


def test_what_asks_for_very_long_answers_gets_half_of_what_is_left():
    played = Played(16, KEPT)
    for turn in fill(played, C1, 4):
        played.clock.advance(1.0)
        answered(played, turn)
    assert held(fill(played, C2, 40, ms=60_000.0)) == 4


def test_a_stranger_is_not_held_for_long_by_what_registered_users_are_thought_to_take_too():
    played = Played(16, KEPT)
    # Thought to take 2.5 s each, as an upper quartile is told, and held for one.
    for turn in fill(played, C1, 4, ms=2500.0):
        played.clock.advance(0.25)
        answered(played, turn)
    played.clock.advance(1.0)
    assert held(fill(played, C2, 40, ms=2500.0)) == 8


def test_strangers_hold_at_most_two_fifths_of_the_cache():
    played = Played(16, KEPT, kv_tokens=10_000)
    assert held(fill(played, C2, 8, kv_tokens=1500)) == 2
    assert held(fill(played, C1, 8, kv_tokens=1500)) == 4


def test_what_is_larger_than_the_cache_is_asked_alone():
    played = Played(4, KEPT, kv_tokens=1000)
    small = played.enter("ann", C1, kv_tokens=10)
    large = played.enter("bob", C1, kv_tokens=2000)
    assert not holds(large)
    played.leave(small)
    assert holds(large)


def test_strangers_get_nothing_more_while_the_engines_cache_is_full():
    played = Played(8, KEPT)
    played.capacity = Capacity(8, kv_use=0.95)
    assert held(fill(played, C4, 4)) == 0
    assert held(fill(played, C1, 4)) == 4


@pytest.mark.parametrize("service_class", [C2, C3, C4])
def test_whom_a_memory_that_others_keep_full_shuts_out_is_told_so_as_it_comes(service_class: ServiceClass):
    played = Played(8, KEPT)
    played.capacity = Capacity(8, kv_use=0.94)
    for _ in range(40):
        played.queue.load()
        played.clock.advance(0.25)
    assert played.queue.load().of(service_class).expected_wait_s > 5
    asked = played.enter("asker", service_class)
    assert refusal(asked).reason is Reason.NO_ROOM
    assert "memory" in refusal(asked).message
    assert (refusal(asked).retry_after_s or 0) >= 10
    assert holds(played.enter("old", C1))
    played.capacity = Capacity(8, kv_use=0.5)
    assert played.queue.load().of(service_class).expected_wait_s == 0
    assert holds(played.enter("asker", service_class))


def test_who_waits_for_the_engines_memory_is_told_how_long_it_has_been_full():
    played = Played(8, KEPT)
    played.capacity = Capacity(8, kv_use=0.94)
    asked = played.enter("asker", C2)
    played.tick(times=80)
    assert (asked.told.wait_s or 0) >= 10
    assert asked.told.longer
    played.capacity = Capacity(8, kv_use=0.5)
    played.tick()
    assert holds(asked)


def test_few_prompts_of_strangers_are_read_at_once_while_registered_users_are_there():
    played = Played(16, replace(PLAIN, prefill_share=0.5))
    played.enter("old", C1)
    first, second, third = fill(played, C2, 3)
    assert [holds(turn) for turn in (first, second, third)] == [True, False, False]
    played.clock.advance(2.0)
    assert isinstance(first.result, Slot)
    first.result.grew(1)
    assert not holds(second)
    played.tick(after_s=1.9)
    assert not holds(second)
    played.tick(after_s=0.2)
    assert (holds(second), holds(third)) == (True, False)


def test_so_are_those_of_registered_users_who_ask_too_much_while_the_others_are_there():
    played = Played(16, replace(PLAIN, prefill_share=0.5))
    assert held(fill(played, C1B, 4)) == 4
    played.enter("old", C1)
    first, second = fill(played, C1B, 2)
    assert not holds(first)
    played.tick()
    assert (holds(first), holds(second)) == (False, False)


def test_all_their_prompts_are_read_at_once_while_nobody_else_is_there():
    played = Played(16, replace(PLAIN, prefill_share=0.5))
    assert held(fill(played, C2, 8)) == 8


def test_operators_and_registered_users_are_never_held_back_by_a_reserve():
    played = Played(8, KEPT)
    assert held(fill(played, C1, 6)) + held(fill(played, C0, 2)) == 8


def beside_a_crowd(played: Played, each_delays_s: float, rounds: int) -> int:
    """Strangers whose prompts were read at once with a registered user's, whose first token each of them delays."""
    granted = 0
    for _ in range(rounds):
        registered = played.enter("ann", C1)
        crowd = [played.enter("guest", C4, network=f"{number}") for number in range(8)]
        reading = sum(holds(turn) for turn in crowd)
        granted += reading
        played.clock.advance(0.1 + each_delays_s * reading)
        for turn in (registered, *crowd):
            if isinstance(turn.result, Slot):
                turn.result.grew(1)
        played.leave(registered, *crowd, after_s=0.5)
    return granted


def test_more_prompts_of_strangers_are_read_while_registered_first_tokens_come_no_later():
    played = Played(16, replace(PLAIN, prefill_share=0.5))
    at_first = beside_a_crowd(played, 0.0, 10)
    beside_a_crowd(played, 0.0, 60)
    assert beside_a_crowd(played, 0.0, 10) > 3 * at_first


def test_fewer_are_read_again_once_registered_first_tokens_come_later_for_it():
    played = Played(16, replace(PLAIN, prefill_share=0.5))
    beside_a_crowd(played, 0.0, 60)
    unharmed = beside_a_crowd(played, 0.0, 10)
    beside_a_crowd(played, 0.1, 30)
    assert beside_a_crowd(played, 0.1, 10) < unharmed / 2


def test_three_deviations_of_registered_demand_are_left_by_strangers():
    played = Played(32, replace(KEPT, headroom=0.0))
    registered = [played.enter(f"account-{number}", C1) for number in range(9)]
    played.tick(times=4 * 600)
    strangers = [played.enter("guest", C4, network=f"{number}") for number in range(32)]
    assert all(holds(turn) for turn in registered)
    # Nine are wanted, which fluctuate by three: 32 - (9 + 3 * 3).
    assert sum(holds(turn) for turn in strangers) == 14
