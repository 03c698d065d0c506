"""The fair queue, in no time: the clock is set by hand, and every wait ends by an event."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_turns import C0, C1, C1B, C2, C3, C4, PLAIN, Played, holds, refusal, screened
from seawall.scheduling import queue as queue_module
from seawall.scheduling.rules import Capacity, Rules
from seawall.scheduling.slots import Slot, SlotOutcome
from seawall.scheduling.turn import Turn
from seawall.values.refusal import Reason
from seawall.values.ticket import ServiceClass


def test_a_free_slot_is_granted_at_once():
    played = Played(2)
    turns = [played.enter(account) for account in ("ann", "ann", "bob")]
    assert [holds(turn) for turn in turns] == [True, True, False]
    assert (played.queue.report().held, played.queue.report().waiting) == (2, 1)


def test_accounts_take_turns_however_many_questions_one_of_them_sends():
    played = Played(1)
    first = played.enter("ann")
    turns = [played.enter(account) for account in ("ann", "ann", "ann", "bob")]
    assert played.served_in_order(first, turns) == [3, 0, 1, 2]


def test_a_vanished_waiter_leaves_at_once():
    played = Played(1)
    holder, waiter = played.enter("ann"), played.enter("bob")
    played.leave(waiter)
    assert played.queue.report().waiting == 0
    assert holds(holder)


def test_a_slot_that_is_given_back_is_held_by_the_next_in_the_same_moment():
    played = Played(1)
    holder, waiter = played.enter("ann"), played.enter("bob")
    played.leave(holder)
    assert holds(waiter)
    assert played.queue.report().held == 1


def test_leaving_twice_frees_one_slot():
    played = Played(1)
    holder, waiter, other = played.enter("ann"), played.enter("bob"), played.enter("cid")
    played.leave(holder, holder)
    assert (holds(waiter), holds(other)) == (True, False)


def test_networks_share_before_new_accounts_do():
    played = Played(1)
    holder = played.enter("old")
    farm = [played.enter(f"farm-{n}", C2, network="farm") for n in range(6)]
    own = [played.enter("own", C2, network="home") for _ in range(3)]
    order = played.served_in_order(holder, farm + own)
    assert sum(index >= 6 for index in order[:6]) == 3


def test_sessions_share_within_an_account():
    played = Played(1)
    holder = played.enter("zed")
    turns = [played.enter("ann", leaf="script") for _ in range(4)] + [played.enter("ann", leaf="phone")]
    assert played.served_in_order(holder, turns).index(4) <= 1


def test_a_bound_on_an_account_holds_while_slots_are_free():
    played = Played(4)
    turns = [played.enter("new", C2, at_once=1) for _ in range(3)] + [played.enter("other", C2, at_once=1)]
    assert [holds(turn) for turn in turns] == [True, False, False, True]
    played.leave(turns[0])
    assert [holds(turn) for turn in turns[1:]] == [True, False, True]


def test_one_account_cannot_fill_the_line():
    played = Played(1, replace(PLAIN, waiting_per_account=2))
    turns = [played.enter(account) for account in ("ann", "ann", "ann", "ann", "bob")]
    assert refusal(turns[3]).reason is Reason.SHARE_USED
    assert turns[4].result is None


def test_a_full_line_refuses_who_is_of_no_higher_class_than_those_in_it():
    played = Played(1, replace(PLAIN, waiting=1))
    turns = [played.enter(account) for account in ("ann", "bob", "cid")]
    assert refusal(turns[2]).reason is Reason.NO_ROOM


def test_a_full_line_makes_room_for_a_registered_user_at_the_cost_of_the_last_stranger():
    played = Played(1, replace(PLAIN, waiting=3))
    played.enter("old")
    new, first, last = played.enter("new", C2), played.enter("g1", C4), played.enter("g2", C4, network="other")
    old = played.enter("old-2")
    assert refusal(last).reason is Reason.NO_ROOM
    assert [turn.result for turn in (new, first, old)] == [None, None, None]


def test_who_would_wait_in_vain_is_refused_at_once_and_told_when_to_come():
    played = Played(1)
    now_s = played.clock()
    played.enter("zed", C2)
    others = [played.enter(f"new-{n}", C2, ms=10_000, network=f"n{n}") for n in range(5)]
    late = played.enter("late", C2, ms=10_000, network="late", expires_s=now_s + 20)
    assert all(turn.result is None for turn in others)
    assert refusal(late).reason is Reason.NO_ROOM
    assert 31 <= (refusal(late).retry_after_s or 0) <= 40


def test_who_waits_for_itself_is_told_that_its_share_is_used():
    played = Played(1)
    now_s = played.clock()
    played.enter("ann")
    for _ in range(5):
        played.enter("ann", ms=10_000)
    assert refusal(played.enter("ann", ms=10_000, expires_s=now_s + 20)).reason is Reason.SHARE_USED
    assert played.enter("bob", ms=10_000, expires_s=now_s + 20).result is None


def test_nobody_is_refused_in_advance_where_the_deadline_is_off():
    played = Played(1, replace(PLAIN, deadline=False))
    now_s = played.clock()
    played.enter("ann")
    for _ in range(5):
        played.enter("ann", ms=10_000)
    assert played.enter("ann", ms=10_000, expires_s=now_s + 20).result is None


def test_a_waiter_whose_time_is_up_is_refused_with_a_time_to_come_back():
    played = Played(1)
    now_s = played.clock()
    played.enter("ann", ms=100_000)
    waiter = played.enter("bob", expires_s=now_s + 2)
    played.tick(times=9)
    assert refusal(waiter).reason is Reason.NO_ROOM
    assert (refusal(waiter).retry_after_s or 0) >= 1
    assert played.queue.report().waiting == 0


def test_many_whose_time_is_up_together_are_refused_a_few_at_a_time():
    played = Played(1, replace(PLAIN, deadline=False))
    played.enter("ann", ms=100_000)
    waiters = [played.enter(f"a{n}", expires_s=played.clock() + 1) for n in range(queue_module.EXPIRED_A_TICK + 1)]
    played.tick(after_s=2.0)
    assert sum(waiter.result is None for waiter in waiters) == 1
    played.tick(after_s=queue_module.SOONER_S)
    assert all(refusal(waiter).reason is Reason.NO_ROOM for waiter in waiters)


def test_slots_that_an_engine_gains_are_handed_out_at_the_next_tick():
    played = Played(0)
    waiter = played.enter("ann")
    assert waiter.result is None
    played.capacity = Capacity(1)
    played.tick()
    assert holds(waiter)


def test_what_all_were_charged_is_the_time_that_slots_were_held():
    played = Played(2)
    # Some are foretold too long, some too short.
    turns = [played.enter(f"a{n}", C2 if n % 2 else C1, ms=3000.0 if n < 4 else 30.0) for n in range(8)]
    held_s = 0.0
    while any(holds(turn) for turn in turns):
        for turn in [turn for turn in turns if holds(turn)]:
            played.tick()
            assert isinstance(turn.result, Slot)
            held_s += turn.result.held_ms / 1000
            played.leave(turn)
            turns.remove(turn)
    lanes = played.queue._lanes  # type: ignore[reportPrivateUsage]
    charged_ms = sum(lanes[one].counter * one.weight for one in (C1, C2))
    tally = played.queue.report().by_class
    assert sum(one.held_ms for one in tally.values()) == pytest.approx(held_s * 1000)
    # Nobody came back meanwhile, so no counter was lifted.
    assert charged_ms == pytest.approx(held_s * 1000)


def test_an_overrun_is_charged_while_it_lasts():
    played = Played(2)
    played.enter("greedy", C2, ms=100.0, network="g")
    zed = played.enter("zed", C2, ms=100.0, network="z")
    again = played.enter("greedy", C2, ms=100.0, network="g")
    first, second = [played.enter("other", C2, ms=1000.0, network="o") for _ in range(2)]
    played.tick(after_s=10.0)
    played.leave(zed)
    assert holds(first)
    # By prices alone it would be the turn of whose first question still runs.
    played.leave(first, after_s=1.0)
    assert (holds(second), holds(again)) == (True, False)


def test_the_time_told_never_grows_silently():
    played = Played(1)
    played.enter("zed")
    waiter = played.enter("ann", C2)
    told = [waiter.told]
    for number in range(40):
        played.enter(f"old-{number}", C1, ms=3000)
        played.tick(after_s=0.5)
        told.append(waiter.told)
    for before, after in pairwise(told):
        assert after.place <= before.place
        assert after.longer or (after.wait_s or 0) <= (before.wait_s or 0)
    assert any(one.longer for one in told)


def test_behind_a_first_long_answer_the_time_told_is_that_of_the_answer():
    played = Played(1)
    played.enter("zed", ms=5000)
    waiter = played.enter("ann")
    assert waiter.told.wait_s == 5
    played.tick(times=160)
    assert waiter.told.longer
    assert (waiter.told.wait_s or 0) > 5


async def test_a_waiter_hears_its_place_and_then_its_slot(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queue_module, "TICK_S", 0.001)
    played = Played(1)
    heard: list[int] = []
    async with played.queue.turn(screened("ann")) as holder, played.queue.turn(screened("bob")) as turn:
        async for waiting in turn.waiting():
            heard.append(waiting.place)
            played.queue.leave(holder)
        assert isinstance(turn.result, Slot)
    assert heard == [1]


async def test_a_waiter_that_is_cancelled_leaves_no_trace():
    played = Played(1)

    async def wait() -> None:
        async with played.queue.turn(screened("bob")) as turn:
            async for _ in turn.waiting():
                pass

    played.enter("ann")
    task = asyncio.create_task(wait())
    while played.queue.report().waiting == 0:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert played.queue.report().waiting == 0


async def test_it_ticks_by_itself_while_anybody_waits_and_then_stops(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queue_module, "TICK_S", 0.001)
    played = Played(0)
    async with played.queue.turn(screened("ann")) as turn:
        played.capacity = Capacity(1)
        async for _ in turn.waiting():
            pass
        assert isinstance(turn.result, Slot)
    while played.queue._ticker is not None:  # type: ignore[reportPrivateUsage]
        await asyncio.sleep(0.001)


def test_the_holder_tells_how_its_slot_was_used():
    played = Played(3)
    turns = [played.enter(account) for account in ("ann", "bob", "cid")]
    first, second = turns[0].result, turns[1].result
    assert isinstance(first, Slot)
    assert isinstance(second, Slot)
    first.succeeded(7)
    second.dropped()
    played.leave(*turns)
    assert played.queue.report().outcomes == dict.fromkeys(SlotOutcome, 1)


def test_the_load_is_told_by_class():
    played = Played(1)
    played.enter("ann")
    played.enter("new", C2)
    played.tick(after_s=2.0)
    load = played.queue.load()
    assert (load.of(C1).held, load.of(C2).waiting, load.slots) == (1, 1, 1)
    assert load.of(C2).oldest_wait_s == 2.0
    assert load.of(C2).expected_wait_s > 0


RESERVED = Rules(waiting=12, neighbours=False)
NEIGHBOURLY = Rules(waiting=12)
AT_ONCE = {"a": 0, "b": 1, "c": 2}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["enter", "enter", "leave", "tick"]),
        st.sampled_from(list(ServiceClass)),
        st.sampled_from("abc"),
        st.integers(0, 50),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(1, 9), st.sampled_from([PLAIN, RESERVED, NEIGHBOURLY]))
def test_it_never_overbooks_never_idles_and_forgets_all(
    steps: list[tuple[str, ServiceClass, str, int]], slots: int, rules: Rules
):
    played = Played(slots, rules)
    # The last class that is never kept waiting beside a free slot. Who holds much leaves some to its neighbours from C1
    # on, and whoever stands behind it in its class waits with it.
    free_to = {PLAIN: C4, RESERVED: C1, NEIGHBOURLY: C0}[rules]
    turns: list[Turn] = []
    for step, one, account, number in steps:
        if step == "enter":
            turns.append(played.enter(account, one, network=account, ms=100.0 + number, at_once=AT_ONCE[account]))
        elif step == "tick":
            played.tick(after_s=number / 20)
        elif turns:
            played.leave(turns.pop(number % len(turns)), after_s=number / 100)
        report = played.queue.report()
        holding = sum(holds(turn) for turn in turns)
        waiting = [turn for turn in turns if turn.result is None]
        assert report.held == holding <= slots
        assert report.waiting == len(waiting)
        if holding < slots:
            assert all(turn.at_once or turn.service_class.rank > free_to.rank for turn in waiting)
    played.leave(*turns)
    assert (played.queue.report().held, played.queue.report().waiting) == (0, 0)
    for one in ServiceClass:
        assert played.queue._lanes[one].backlog_ms == 0.0  # type: ignore[reportPrivateUsage]


@pytest.mark.parametrize("slots", [1, 2, 5])
def test_no_admitted_class_starves_while_all_the_others_ask_without_end(slots: int):
    played = Played(slots, Rules(deadline=False))
    served = dict.fromkeys((C1, C1B, C2, C3), 0)
    open_turns = {one: [played.enter(f"{one}-{n}", one, ms=1000.0) for n in range(2 * slots)] for one in served}
    for _ in range(120):
        played.tick(after_s=1.0)
        for one, turns in open_turns.items():
            for turn in [turn for turn in turns if holds(turn)]:
                turns.remove(turn)
                served[one] += 1
                played.leave(turn)
                turns.append(played.enter(f"{one}-{served[one] % 7}", one, ms=1000.0))
    assert min(served.values()) >= 2
    assert served[C1] == max(served.values())


def test_a_newcomer_does_not_pay_for_what_was_predicted_of_another():
    """A flood that is predicted to take 20 times what it takes holds 4 slots when the newcomer comes."""
    played = Played(4)
    held = [played.enter("flood", ms=10_000.0) for _ in range(4)]
    flood = [played.enter("flood", ms=10_000.0) for _ in range(12)]
    played.leave(held[0], after_s=0.5)
    newcomer = played.enter("newcomer", ms=10_000.0)
    played.leave(*held[1:])
    assert holds(newcomer)
    assert sum(holds(turn) for turn in flood) == 3
