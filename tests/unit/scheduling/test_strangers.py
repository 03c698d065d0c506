"""Strangers in the fair queue, who share lines: what they cost, and what they leave each other."""

from __future__ import annotations

from dataclasses import replace

from queue_turns import C4, PLAIN, Played, holds


def test_a_million_strangers_cost_the_memory_of_512_lines():
    played = Played(1, replace(PLAIN, waiting=1_000_000, waiting_per_account=1_000_000, deadline=False))
    played.enter("zed", C4)
    turns = [played.enter(f"guest-{n}", C4, network=f"net-{n}") for n in range(3000)]
    lane = played.queue._lanes[C4]  # type: ignore[reportPrivateUsage]
    assert len(lane.children) <= 512
    played.leave(*turns)
    assert len(lane.children) <= 1


def test_a_flood_from_one_network_leaves_other_strangers_their_turn():
    played = Played(1, replace(PLAIN, waiting_per_account=500))
    holder = played.enter("zed", C4, network="zed")
    flood = [played.enter(f"bot-{n}", C4, network="flood", ms=100.0) for n in range(200)]
    honest = played.enter("guest", C4, network="home", ms=100.0)
    order = played.served_in_order(holder, [*flood, honest], each_s=0.1)
    assert order.index(200) <= 7


def test_a_bound_on_strangers_accounts_holds_nobody_back_in_a_shared_line():
    played = Played(4)
    turns = [played.enter("guest", C4, network=network, at_once=1) for network in ("a", "b", "c")]
    assert all(holds(turn) for turn in turns)
