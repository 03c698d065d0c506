"""The count of what is used, as it is written down: whole where it is asked for, and where an account is gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

from fresh_records import FreshRecords
from seawall.answering.meter import UsageMeter
from seawall.records.entrance_entries import DeleteAccount
from seawall.records.entries import AccountRow, AddAccount, UsageOf
from seawall.values.arrival import Arrival, Place
from seawall.values.identity import Identity, Role
from seawall.values.piece import Usage
from seawall.values.question import Question


async def test_what_an_account_used_that_is_gone_keeps_nobody_elses_use_waiting(
    tmp_path: Path, fresh_records: FreshRecords
) -> None:
    records = fresh_records(tmp_path)
    await records.start()
    meter = UsageMeter(records, unix_time=lambda: 86_400.0)
    for name in ("ada", "eve", "bob"):
        await records.write(AddAccount(AccountRow(name, f"{name}@example.org", Role.MEMBER, "", 0.0)))
        who = Identity(name, "", Role.MEMBER, 0.0)
        meter.count(Arrival("r", 0.0, Place(), who, Question("m", {}, 1)), Usage(10, 5), 100.0)
    await records.write(DeleteAccount("eve"))
    await meter.start()
    await meter.close()
    used = {name: await records.read(UsageOf(name, "")) for name in ("ada", "eve", "bob")}
    assert {name: len(rows) for name, rows in used.items()} == {"ada": 1, "eve": 0, "bob": 1}
    assert used["ada"][0].requests == 1
    await records.close()


async def test_what_an_account_used_until_now_is_in_the_records_when_it_is_asked_for(
    tmp_path: Path, fresh_records: FreshRecords
) -> None:
    records = fresh_records(tmp_path)
    await records.start()
    await records.write(AddAccount(AccountRow("ada", "ada@example.org", Role.MEMBER, "", 0.0)))
    meter = UsageMeter(records, unix_time=lambda: 86_400.0)
    who = Identity("ada", "", Role.MEMBER, 0.0)
    for _ in range(2):
        meter.count(Arrival("r", 0.0, Place(), who, Question("m", {}, 1)), Usage(10, 5), 100.0)
    await asyncio.gather(meter.settle("ada"), meter.settle("ada"))
    (used,) = await records.read(UsageOf("ada", ""))
    assert (used.requests, used.completion_tokens) == (2, 10)
    asked = records.asked
    await meter.settle("ada")
    assert records.asked == asked  # Nothing more, nothing written.
    await records.close()
