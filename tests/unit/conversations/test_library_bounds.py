"""Neither searches nor famous links take the records from those who chat."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from seawall.conversations.search import AT_ONCE, TOO_MANY_SEARCHES, WAITING, Searching
from seawall.conversations.share_links import ShareLinks
from seawall.conversations.shares import NOT_SHARED, READERS, TOO_POPULAR, Shares
from seawall.records.port import Records


class HeldRecords:
    """Answers once it is let; ``at_once`` is the most that it was asked at a time, ``asked`` how often in all."""

    def __init__(self, answer: object) -> None:
        self.let = asyncio.Event()
        self.at_once = self.asked = self._now = 0
        self._answer = answer

    async def read(self, query: Any) -> Any:
        self._now += 1
        self.asked += 1
        self.at_once = max(self.at_once, self._now)
        await self.let.wait()
        self._now -= 1
        return self._answer


async def settled() -> None:
    """Every task has gone as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_few_searches_are_made_at_once_and_few_of_one_person_wait():
    records = HeldRecords(())
    searching = Searching(cast(Records, records), unix_time=lambda: 0.0)
    tasks = [asyncio.create_task(searching.search("ada", "tide", 5)) for _ in range(WAITING + 2)]
    tasks += [asyncio.create_task(searching.search("bob", "tide", 5))]
    await settled()

    records.let.set()
    told = await asyncio.gather(*tasks)

    assert told == [()] * WAITING + [TOO_MANY_SEARCHES] * 2 + [()]
    assert records.at_once == AT_ONCE
    assert await searching.search("ada", "tide", 5) == ()


async def test_a_query_without_words_asks_nobody():
    records = HeldRecords(())

    assert await Searching(cast(Records, records), unix_time=lambda: 0.0).search("ada", "?!", 5) == ()
    assert records.asked == 0


async def test_a_famous_link_is_read_one_at_a_time_and_whoever_is_too_many_comes_again():
    records, links = HeldRecords(None), ShareLinks(b"secret")
    shares = Shares(cast(Records, records), links, allowed=True, unix_time=lambda: 0.0)
    token = links.token(links.new_id())
    tasks = [asyncio.create_task(shares.opened(token)) for _ in range(READERS + 3)]
    await settled()

    records.let.set()
    told = await asyncio.gather(*tasks)

    assert told == [NOT_SHARED] * READERS + [TOO_POPULAR] * 3
    assert records.at_once == 1


async def test_an_invented_link_asks_nobody():
    records = HeldRecords(None)
    shares = Shares(cast(Records, records), ShareLinks(b"secret"), allowed=True, unix_time=lambda: 0.0)

    assert await shares.opened("A" * 43) == NOT_SHARED
    assert records.asked == 0
