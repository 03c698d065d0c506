"""Who goes first: by class, by what was used lately, by conversation and size. In virtual time."""

from __future__ import annotations

import pytest

from queue_turns import C0, C2, C4, Played, holds


def test_a_higher_class_goes_first_on_a_tie_and_most_by_weight():
    played = Played(1)
    holder = played.enter("zed", C4)
    turns = [played.enter(f"new-{n}", C2) for n in range(6)] + [played.enter(f"old-{n}") for n in range(16)]
    order = played.served_in_order(holder, turns)
    assert order[0] >= 6
    assert sum(index >= 6 for index in order[:12]) >= 10
    assert any(index < 6 for index in order[:12])


def test_operators_go_before_everybody_however_much_they_ask():
    played = Played(1)
    holder = played.enter("old")
    turns = [played.enter("old-2"), *(played.enter("op", C0) for _ in range(3))]
    assert played.served_in_order(holder, turns) == [1, 2, 3, 0]


def test_who_used_more_than_is_ordinary_goes_after_who_did_not():
    played = Played(1)
    played.leave(played.enter("busy"), after_s=600)
    played.leave(played.enter("modest"), after_s=30)
    holder = played.enter("other")
    turns = [played.enter("busy"), played.enter("modest")]
    assert played.served_in_order(holder, turns) == [1, 0]


def test_up_to_what_is_ordinary_all_use_is_alike_and_who_came_first_goes_first():
    played = Played(1)
    played.leave(played.enter("talkative"), after_s=60)
    played.leave(played.enter("quiet"), after_s=5)
    holder = played.enter("other")
    turns = [played.enter("talkative"), played.enter("quiet")]
    assert played.served_in_order(holder, turns) == [0, 1]


def test_who_is_in_a_conversation_goes_before_who_has_not_been_here_and_does_not_keep_it_out():
    played = Played(1)
    played.leave(played.enter("talking"), after_s=5)
    holder = played.enter("other")
    turns = [played.enter("unseen"), played.enter("talking")]
    assert played.served_in_order(holder, turns) == [1, 0]
    holder, unseen = played.enter("other"), played.enter("unseen-too")
    played.clock.advance(11)
    turns = [unseen, played.enter("talking")]
    assert played.served_in_order(holder, turns) == [0, 1]


def test_of_equals_the_smaller_question_goes_first_until_the_larger_has_waited():
    played = Played(1)
    holder = played.enter("other", ms=2000.0)
    turns = [played.enter("large", ms=4000.0), played.enter("small", ms=1000.0)]
    assert played.served_in_order(holder, turns) == [1, 0]
    holder, large = played.enter("other", ms=2000.0), played.enter("large-too", ms=64_000.0)
    played.clock.advance(41)
    turns = [large, played.enter("small-too", ms=100.0)]
    assert played.served_in_order(holder, turns) == [0, 1]


def test_who_used_much_still_gets_its_turn_while_others_keep_coming():
    played = Played(1)
    played.leave(played.enter("busy"), after_s=60)
    holder = played.enter("other")
    busy = played.enter("busy")
    for number in range(400):
        fresh = played.enter(f"fresh-{number}")
        played.leave(holder, after_s=1.0)
        if holds(busy):
            return
        holder = fresh if holds(fresh) else holder
    pytest.fail("It starved.")


@pytest.mark.parametrize("slowed_before", [True, False])
def test_new_accounts_of_a_slowed_network_get_an_eighth_of_what_others_get_even_while_they_ask_without_end(
    slowed_before: bool,
):
    slow = {"203.0.113.0/24"} if slowed_before else set[str]()
    played = Played(1, weight_of=lambda network: 1 / 8 if network in slow else 1.0)
    holder = played.enter("new-0", C2, network="203.0.113.0/24")
    slow.add("203.0.113.0/24")
    flood = [played.enter(f"new-{n}", C2, network="203.0.113.0/24") for n in range(1, 31)]
    others = [played.enter(f"one-{n}", C2, network="198.51.100.0/24") for n in range(20)]
    order = played.served_in_order(holder, flood + others)
    assert sum(index < 30 for index in order[:18]) in (1, 2, 3)


def test_a_network_that_is_slowed_no_more_takes_turns_again():
    slow = {"203.0.113.0/24"}
    played = Played(1, weight_of=lambda network: 1 / 8 if network in slow else 1.0)
    holder = played.enter("new-0", C2, network="203.0.113.0/24")
    slow.clear()
    flood = [played.enter(f"new-{n}", C2, network="203.0.113.0/24") for n in range(1, 31)]
    others = [played.enter(f"one-{n}", C2, network="198.51.100.0/24") for n in range(20)]
    order = played.served_in_order(holder, flood + others)
    assert 8 <= sum(index < 30 for index in order[:18]) <= 10
