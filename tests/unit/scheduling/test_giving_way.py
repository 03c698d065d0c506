"""Whose answer ends early while a registered user waits for a slot."""

from __future__ import annotations

from dataclasses import replace

from queue_turns import C1, C1B, C2, PLAIN, Played
from seawall.scheduling.slots import Slot
from seawall.scheduling.turn import Turn
from seawall.values.ticket import ServiceClass

ORDINARY_S = 6.0


def full(*held: tuple[str, ServiceClass], giving_way: bool = True) -> tuple[Played, list[Turn]]:
    """A queue that knows what an ordinary answer takes, all of whose slots are held and have their first token."""
    played = Played(len(held), replace(PLAIN, giving_way=giving_way))
    first = played.enter("somebody")
    slot_of(first).succeeded(1)
    played.leave(first, after_s=ORDINARY_S)
    turns = [played.enter(account, name) for account, name in held]
    for turn in turns:
        slot_of(turn).grew(1)
    return played, turns


def slot_of(turn: Turn) -> Slot:
    assert isinstance(turn.result, Slot)
    return turn.result


def giving(turns: list[Turn]) -> list[str]:
    return [turn.flow.account for turn in turns if slot_of(turn).gives_way]


def test_the_lowest_class_gives_way_once_its_answer_was_as_long_as_an_ordinary_one():
    played, turns = full(("greedy", C1B), ("new", C2), ("ann", C1))
    played.tick(after_s=ORDINARY_S - 1)
    played.enter("bob", C1)
    assert giving(turns) == []
    played.tick(after_s=2)
    assert giving(turns) == ["new"]
    played.tick(times=4)
    assert giving(turns) == ["new"], "one for each who waits"
    played.enter("eve", C1)
    played.tick()
    assert giving(turns) == ["greedy", "new"]
    by_class = played.queue.report().by_class
    assert {one: tally.gave_way for one, tally in by_class.items() if tally.gave_way} == {C1B: 1, C2: 1}


def test_nobody_gives_way_while_those_who_wait_are_of_other_classes_or_where_it_is_forbidden():
    for giving_way, waits in ((True, C1B), (True, C2), (False, C1)):
        played, turns = full(("new", C2), ("greedy", C1B), giving_way=giving_way)
        played.tick(after_s=10 * ORDINARY_S)
        played.enter("bob", waits)
        played.tick()
        assert giving(turns) == []


def test_on_an_ordinary_day_nobody_gives_way():
    played, turns = full(("new", C2), ("greedy", C1B))
    played.pressed = False
    played.tick(after_s=10 * ORDINARY_S)
    played.enter("bob", C1)
    played.tick()
    assert giving(turns) == []
    played.pressed = True
    played.tick()
    assert giving(turns) == ["new"]


def test_who_holds_a_slot_and_waits_for_another_gives_way_to_who_holds_none_and_earlier():
    played, turns = full(("ann", C1), ("greedy", C1))
    played.enter("greedy", C1B)
    played.enter("bob", C1)
    played.tick(after_s=ORDINARY_S / 2 - 1)
    assert giving(turns) == []
    played.tick(after_s=2)
    assert giving(turns) == ["greedy"]


def test_an_answer_that_comes_whole_is_not_asked_to_end():
    played, turns = full(("new", C2), ("new too", C2))
    turns[0].streams = False
    played.tick(after_s=2 * ORDINARY_S)
    played.enter("bob", C1)
    played.tick()
    assert giving(turns) == ["new too"]
