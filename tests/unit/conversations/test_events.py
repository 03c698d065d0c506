"""What an account's devices are told: each its own, each thing once, and never without bound."""

from __future__ import annotations

import asyncio

from seawall.conversations.events import AccountEvent, AccountEvents

ADA, EVE = "account-ada", "account-eve"


def changed(name: str) -> AccountEvent:
    return AccountEvent("changed", name)


class Tab:
    """Listens until it is let go."""

    def __init__(self, events: AccountEvents, account: str = ADA) -> None:
        self.heard: list[str] = []
        self._task = asyncio.create_task(self._listen(events, account))

    async def _listen(self, events: AccountEvents, account: str) -> None:
        async for batch in events.listen(account):
            self.heard += [event.conversation_id for event in batch]

    @property
    def is_open(self) -> bool:
        return not self._task.done()

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


async def a_moment() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_all_tabs_of_an_account_are_told_and_nobody_elses() -> None:
    events = AccountEvents()
    tabs = [Tab(events), Tab(events), Tab(events, EVE)]
    await a_moment()
    events.tell(ADA, changed("a"))
    await a_moment()
    assert [tab.heard for tab in tabs] == [["a"], ["a"], []]
    for tab in tabs:
        await tab.close()
    events.tell(ADA, changed("b"))


async def test_the_same_thing_that_waits_already_is_told_once() -> None:
    events = AccountEvents()
    tab = Tab(events)
    await a_moment()
    for name in ("a", "b", "a"):
        events.tell(ADA, changed(name))
    await a_moment()
    assert tab.heard == ["b", "a"]
    await tab.close()


async def test_one_tab_too_many_ends_the_oldest() -> None:
    events = AccountEvents(listeners=2)
    tabs = [Tab(events) for _ in range(2)]
    await a_moment()
    tabs.append(Tab(events))
    await a_moment()
    assert [tab.is_open for tab in tabs] == [False, True, True]
    tabs.append(Tab(events))
    await a_moment()
    assert [tab.is_open for tab in tabs] == [False, False, True, True]
    events.close()


async def test_who_is_too_far_behind_is_let_go() -> None:
    events = AccountEvents(waiting=3)
    tab = Tab(events)
    await a_moment()
    for number in range(4):
        events.tell(ADA, changed(str(number)))
    await a_moment()
    assert not tab.is_open


async def test_when_the_service_stops_all_streams_end() -> None:
    events = AccountEvents()
    tab = Tab(events)
    await a_moment()
    events.close()
    await a_moment()
    assert not tab.is_open
    assert [batch async for batch in events.listen(ADA)] == []
