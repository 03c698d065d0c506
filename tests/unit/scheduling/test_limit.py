"""The learned limit, before engines of which one knows how many questions they answer well."""

from __future__ import annotations

from random import Random

import pytest

from queue_turns import C1, PLAIN, Played
from seawall.scheduling.limit import INITIAL, ON_FAILURE, LearnedLimit
from seawall.scheduling.rules import Capacity
from seawall.scheduling.slots import Slot
from settable_clock import SettableClock


class Engine:
    """Answers ``well`` questions at full speed; past it each takes longer in proportion, and nothing more comes out."""

    def __init__(self, well: int, *, tokens: int = 100) -> None:
        self.well = well
        self.tokens = tokens
        self.clock = SettableClock()
        self.limit = LearnedLimit()
        self.random = Random(1)

    def run(self, seconds: int, wanted: int, *, ceiling: int = 128) -> None:
        for _ in range(seconds):
            held = min(wanted, int(self.limit.value))
            slower = max(1.0, held / self.well)
            for _ in range(max(1, int(held / slower))):
                tokens = self.random.randint(10, self.tokens)
                slot = Slot(self.clock(), self.clock)
                slot.first_token_s = slot.granted_s + 0.2 * slower
                self.clock.advance(0.2 * slower + tokens * 0.02 * slower)
                slot.succeeded(tokens)
                self.limit.ended(slot, 256, held, self.clock(), counts=True)
                self.clock.now_s = slot.granted_s
            self.clock.advance(1.0)
            self.limit.step(held, ceiling, 0, self.clock())


@pytest.mark.parametrize("well", [8, 24, 60])
def test_it_finds_about_what_an_engine_answers_well(well: int):
    engine = Engine(well)
    engine.run(30, wanted=2)
    engine.run(400, wanted=1000)
    # Half as much again is tolerated, and its square root on top tried.
    assert well <= engine.limit.value <= 2.5 * well


def test_it_does_not_grow_while_it_is_not_used():
    engine = Engine(100)
    engine.run(200, wanted=4)
    assert engine.limit.value == INITIAL


def test_long_answers_are_not_load():
    engine = Engine(60, tokens=20)
    engine.run(30, wanted=2)
    engine.run(100, wanted=1000)
    before = engine.limit.value
    engine.tokens = 2000
    engine.run(60, wanted=1000)
    assert engine.limit.value >= 0.9 * before


def test_it_stays_below_the_ceiling():
    engine = Engine(1000)
    engine.run(300, wanted=1000, ceiling=40)
    assert engine.limit.value == 40


def test_failures_lower_it_once_for_all_that_fail_together():
    clock = SettableClock()
    limit = LearnedLimit()
    for _ in range(10):
        slot = Slot(clock(), clock)
        slot.dropped()
        limit.ended(slot, 10, 5, clock(), counts=True)
    assert limit.value == INITIAL * ON_FAILURE


def test_what_waits_inside_the_engine_lowers_it():
    clock = SettableClock()
    limit = LearnedLimit()
    for _ in range(20):
        clock.advance(1.0)
        limit.step(16, 64, 8, clock())
    assert limit.value < INITIAL / 2


def test_a_learned_limit_bounds_what_is_held_and_fixed_slots_are_left_alone():
    learned, fixed = Played(64, PLAIN), Played(64, PLAIN)
    learned.capacity = Capacity(64, slots_fixed=False)
    for played in (learned, fixed):
        for number in range(70):
            played.enter(f"a{number}", C1)
    assert learned.queue.report().held == INITIAL
    assert fixed.queue.report().held == 64
