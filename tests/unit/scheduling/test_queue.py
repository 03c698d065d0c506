"""The fair queue, in no time: the clock is a parameter and every wait ends by an event."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.scheduling import queue as queue_module
from seawall.scheduling.queue import FairQueue
from seawall.scheduling.rules import Capacity, Rules
from seawall.scheduling.slots import Slot, SlotOutcome
from seawall.scheduling.turn import Turn
from seawall.values.arrival import Arrival, Place
from seawall.values.identity import Identity, Role
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal
from seawall.values.ticket import Flow, Price, Screened, ServiceClass, Ticket


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def screened(account: str, expires_s: float = 1000.0) -> Screened:
    question = Question("m", {"messages": []}, 10)
    arrival = Arrival("r", 0.0, Place("127.0.0.1"), Identity(account, "", Role.MEMBER, 0.0), question)
    ticket = Ticket(arrival, ServiceClass.C1, expires_s, Price(1.0, 1, 1), Flow("n", account), question)
    return Screened(ticket, question)


def fair_queue(slots: int, clock: Clock | None = None, *, limit: int = 100, per_flow: int = 50) -> FairQueue:
    return FairQueue(
        lambda: Capacity(slots),
        Rules(waiting=limit, waiting_per_account=per_flow, headroom=0.0),
        clock=clock or Clock(),
        random=Random(1),
    )


@asynccontextmanager
async def entered(queue: FairQueue, *accounts: str):
    """Turns of these accounts, entered in this order and left at the end."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(queue.turn(screened(account))) for account in accounts]


def granted(turns: list[Turn]) -> list[bool]:
    return [isinstance(turn.result, Slot) for turn in turns]


async def test_a_free_slot_is_granted_at_once():
    queue = fair_queue(2)
    async with entered(queue, "ann", "ann", "bob") as turns:
        assert granted(turns) == [True, True, False]
        assert (queue.report().held, queue.report().waiting) == (2, 1)
    assert (queue.report().held, queue.report().waiting) == (0, 0)


async def test_accounts_take_turns_however_many_questions_one_of_them_sends():
    queue = fair_queue(1)
    first = queue.turn(screened("ann"))
    await first.__aenter__()
    async with entered(queue, "ann", "ann", "ann", "bob") as turns:
        await first.__aexit__(None, None, None)
        order: list[int] = []
        for _ in turns:
            index = next(i for i, turn in enumerate(turns) if isinstance(turn.result, Slot) and i not in order)
            order.append(index)
            queue.leave(turns[index])
            turns[index].result = Refusal(Reason.NO_ROOM, "left by this test")
        assert order == [0, 3, 1, 2]


async def test_a_newcomer_is_told_its_place_in_the_order_of_service():
    queue = fair_queue(1)
    async with entered(queue, "ann", "ann", "ann", "ann", "bob") as turns:
        assert [turn.place for turn in turns[1:4]] == [1, 2, 3]
        assert turns[4].place == 2


async def test_a_vanished_waiter_leaves_at_once_and_its_place_is_given_on():
    queue = fair_queue(1)
    async with entered(queue, "ann") as [holder]:
        async with entered(queue, "bob"):
            assert queue.report().waiting == 1
        assert queue.report().waiting == 0
        assert granted([holder]) == [True]


async def test_a_waiter_whose_time_is_up_is_refused_with_a_time_to_come_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queue_module, "TICK_S", 0.001)
    clock = Clock()
    queue = fair_queue(1, clock)
    async with entered(queue, "ann"), queue.turn(screened("bob", expires_s=101.0)) as turn:
        clock.now = 102.0
        async for _ in turn.waiting():
            pass
        assert isinstance(turn.result, Refusal)
        assert turn.result.reason is Reason.NO_ROOM
        assert turn.result.retry_after_s is not None
        assert turn.result.retry_after_s >= 1
        assert queue.report().waiting == 0


async def test_slots_that_an_engine_gains_are_handed_out_without_anybody_leaving(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queue_module, "TICK_S", 0.001)
    slots = 0
    queue = FairQueue(lambda: Capacity(slots), Rules(), clock=Clock(), random=Random(1))
    async with queue.turn(screened("ann")) as turn:
        assert turn.result is None
        slots = 1
        async for _ in turn.waiting():
            pass
        assert isinstance(turn.result, Slot)


async def test_one_account_cannot_fill_the_line():
    queue = fair_queue(1, per_flow=2)
    async with entered(queue, "ann", "ann", "ann", "ann", "bob") as turns:
        assert isinstance(turns[3].result, Refusal)
        assert turns[3].result.reason is Reason.SHARE_USED
        assert turns[4].result is None


async def test_a_full_line_refuses_with_no_room():
    queue = fair_queue(1, limit=1)
    async with entered(queue, "ann", "bob", "cid") as turns:
        assert isinstance(turns[2].result, Refusal)
        assert turns[2].result.reason is Reason.NO_ROOM


async def test_a_waiter_that_is_cancelled_leaves_no_trace():
    queue = fair_queue(1)

    async def wait() -> None:
        async with queue.turn(screened("bob")) as turn:
            async for _ in turn.waiting():
                pass

    async with entered(queue, "ann"):
        task = asyncio.create_task(wait())
        while queue.report().waiting == 0:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert queue.report().waiting == 0


async def test_the_holder_tells_how_its_slot_was_used():
    queue = fair_queue(3)
    async with entered(queue, "ann", "bob", "cid") as turns:
        first, second = turns[0].result, turns[1].result
        assert isinstance(first, Slot)
        assert isinstance(second, Slot)
        first.succeeded(7)
        second.dropped()
    assert queue.report().outcomes == dict.fromkeys(SlotOutcome, 1)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=60), st.integers(1, 5))
def test_it_never_overbooks_and_never_idles_while_somebody_waits(steps: list[tuple[str, bool]], slots: int):
    async def play() -> None:
        queue = fair_queue(slots)
        open_turns: list[Turn] = []
        for account, leave in steps:
            if leave and open_turns:
                queue.leave(open_turns.pop(len(account) % len(open_turns)))
            else:
                turn = queue.turn(screened(account))
                queue.enter(turn)
                open_turns.append(turn)
            report = queue.report()
            holding = sum(granted(open_turns))
            assert report.held == holding <= slots
            assert report.waiting == len(open_turns) - holding
            assert report.waiting == 0 or holding == slots
        for turn in open_turns:
            queue.leave(turn)
        assert (queue.report().held, queue.report().waiting) == (0, 0)

    asyncio.run(play())
