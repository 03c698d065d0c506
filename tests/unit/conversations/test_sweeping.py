"""The sweep: what was deleted a month ago goes, a little at a time."""

from __future__ import annotations

import asyncio

from record_rows import a_turn
from records_that_fail import SwitchedRecords
from seawall.conversations.sweeping import EVERY_S, KEPT_S, Sweep
from seawall.records.conversation_entries import DeleteConversation, RestoreConversation
from settable_clock import SettableClock


class Steps:
    """A sleep that ends at once, so often as is wished, and then never."""

    def __init__(self, times: int) -> None:
        self.slept: list[float] = []
        self.done = asyncio.Event()
        self._times = times

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) > self._times:
            self.done.set()
            await asyncio.Event().wait()


async def swept(records: SwitchedRecords, clock: SettableClock, times: int = 0) -> list[float]:
    steps = Steps(times)
    sweep = Sweep(records, unix_time=clock, sleep=steps.sleep)
    sweep.start()
    async with asyncio.timeout(10):
        await steps.done.wait()
    await sweep.close()
    return steps.slept


async def test_what_was_deleted_a_month_ago_goes_and_what_was_later_stays(
    records: SwitchedRecords, clock: SettableClock
) -> None:
    for number, age_s in enumerate((KEPT_S + 1, KEPT_S - 1)):
        await records.write(a_turn(conversation=f"{number}"))
        await records.write(DeleteConversation("account-ada", f"conversation-{number}", clock() - age_s))

    assert await swept(records, clock) == [EVERY_S]

    back = [await records.write(RestoreConversation("account-ada", f"conversation-{number}")) for number in (0, 1)]
    assert [row is not None for row in back] == [False, True]


async def test_of_many_a_few_go_at_once_with_a_pause_between(records: SwitchedRecords, clock: SettableClock) -> None:
    for number in range(25):
        await records.write(a_turn(conversation=f"{number}"))
        await records.write(DeleteConversation("account-ada", f"conversation-{number}", clock() - KEPT_S - 1))

    assert await swept(records, clock, times=1) == [1.0, EVERY_S]


async def test_records_that_are_away_end_no_sweep(records: SwitchedRecords, clock: SettableClock) -> None:
    records.away = True

    assert await swept(records, clock) == [EVERY_S]
