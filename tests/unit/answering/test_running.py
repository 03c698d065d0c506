"""A running answer is ended from outside, and says why; any other cancellation stays what it was."""

from __future__ import annotations

import asyncio

import pytest

from seawall.answering.running import Ended, Running
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal

GONE = Refusal(Reason.NOT_ALLOWED, "Gone.")
ADA, EVE = (Identity(name, "", Role.MEMBER, 0.0) for name in ("ada", "eve"))


async def answered(running: Running, who: Identity) -> str:
    try:
        async with running.answer(who):
            await asyncio.Event().wait()
    except Ended as ended:
        await asyncio.sleep(0)  # What is told afterwards is not cancelled too.
        return ended.refusal.message
    raise AssertionError


async def begun(running: Running, *askers: Identity) -> list[asyncio.Task[str]]:
    tasks = [asyncio.create_task(answered(running, who)) for who in askers]
    await asyncio.sleep(0)
    return tasks


async def test_the_answers_of_one_asker_end_and_anothers_go_on() -> None:
    running = Running()
    first, second, other = await begun(running, ADA, ADA, EVE)
    assert sorted(who.account_id for who in running.askers()) == ["ada", "ada", "eve"]

    assert running.end(lambda who: who.account_id == "ada", GONE) == 2
    assert await first == await second == "Gone."
    assert running.askers() == (EVE,)
    other.cancel()
    with pytest.raises(asyncio.CancelledError):
        await other
    assert running.askers() == ()


async def test_ended_twice_it_ends_once_and_its_task_goes_on() -> None:
    running = Running()
    (task,) = await begun(running, ADA)
    assert running.end(lambda who: True, GONE) == running.end(lambda who: True, GONE) == 1
    assert await task == "Gone."
    assert task.cancelling() == 0


async def test_an_answer_that_is_over_is_in_no_book() -> None:
    running = Running()
    async with running.answer(ADA):
        pass
    assert running.askers() == ()
    assert running.end(lambda who: True, GONE) == 0
