"""What waits together shares a commit, and one change's failure is its own, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from record_rows import NOW_S, a_turn, add_account, the_end_of
from seawall.records.conversation_entries import ConversationWithMessages, GrowAnswer
from seawall.records.entries import OwnerExists
from seawall.records.port import Records, RecordsConflict, RecordsUnavailable
from seawall.records.recorder import Pace
from seawall.records.standing_entries import HomesOf, UsePlace
from seawall.values.identity import Role

TIDES = ConversationWithMessages("account-ada", "conversation-tides")


async def together(*writes: Awaitable[Any]) -> list[Any]:
    return await asyncio.gather(*writes, return_exceptions=True)


async def test_changes_that_wait_together_share_commits(records: Records):
    before = records.report()

    await together(*(records.write(add_account(f"number{number}")) for number in range(200)))

    report = records.report()
    assert report.changes - before.changes == 200
    assert report.commits - before.commits < 20
    assert (report.healthy, report.waiting, report.lag_s, report.trouble) == (True, 0, 0.0, None)


async def test_a_message_overtakes_the_places_of_a_thousand_accounts(records: Records):
    await together(*(records.write(add_account(f"number{number}")) for number in range(1000)))
    await records.write(add_account("ada"))
    storm = [
        asyncio.ensure_future(records.write(UsePlace(f"account-number{number}", ("net:here", "dev:this"), NOW_S)))
        for number in range(1000)
    ]
    await storm[0]
    before = records.report().changes

    await records.write(a_turn())

    # The commit under way, its own, and what was committed until it heard of it.
    assert records.report().changes - before < 10 * Pace().patient
    await asyncio.gather(*storm)
    assert len(await records.read(HomesOf("account-number999"))) == 2


async def test_one_conflict_does_not_spoil_its_batch(records: Records):
    await records.write(add_account("ada"))

    told = await together(
        records.write(add_account("bob")),
        records.write(add_account("ada")),
        records.write(a_turn(text="a\0b")),
        records.write(a_turn(conversation="other", text="\ud83c")),
        records.write(a_turn(text="kept")),
    )

    assert [type(result) for result in told] == [type(None), *[RecordsConflict] * 3, bool]
    found = await records.read(TIDES)
    assert found is not None
    assert found[1][0].text == "kept"


async def test_a_growing_answer_is_kept_up_to_its_newest_text(records: Records):
    await records.write(add_account("ada"))
    await records.write(a_turn())
    answer = a_turn().answer.id

    await together(*(records.write(GrowAnswer(answer, "x" * length)) for length in range(100)))

    found = await records.read(TIDES)
    assert found is not None
    assert found[1][1].text == "x" * 99


async def test_an_end_that_waits_with_late_growth_wins(records: Records):
    await records.write(add_account("ada"))
    await records.write(a_turn())
    answer = a_turn().answer.id

    await together(
        records.write(GrowAnswer(answer, "At")),
        records.write(the_end_of(a_turn())),
        records.write(GrowAnswer(answer, "At n")),
    )

    found = await records.read(TIDES)
    assert found is not None
    assert found[1][1].text == "At noon."


async def test_a_write_whose_asker_left_is_kept_all_the_same(records: Records):
    leaving = asyncio.create_task(records.write(add_account("ada", Role.OWNER)))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving

    await records.write(add_account("bob"))

    assert await records.read(OwnerExists())


async def test_closing_makes_what_waits_durable(records: Records):
    writes = [asyncio.create_task(records.write(add_account(f"number{number}"))) for number in range(50)]
    await asyncio.sleep(0)

    await records.close()
    await records.close()

    assert await together(*writes) == [None] * 50


async def test_after_closing_nothing_is_taken(records: Records):
    await records.close()

    with pytest.raises(RecordsUnavailable, match="closed"):
        await records.write(add_account("ada"))
    with pytest.raises(RecordsUnavailable, match="closed"):
        await records.read(OwnerExists())
    assert not records.report().healthy


async def test_reading_goes_on_during_many_writes(records: Records):
    await records.write(add_account("ada", Role.OWNER))

    results = await together(
        *(records.write(a_turn(0, conversation=f"{number}")) for number in range(100)),
        *(records.read(OwnerExists()) for _ in range(100)),
    )

    assert results == [True] * 200
