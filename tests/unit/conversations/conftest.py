"""Conversations over real records. Knows fixtures; knows no test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fresh_records import FreshRecords
from record_rows import add_account
from records_that_fail import SwitchedRecords
from seawall.conversations.conversations import Conversations
from settable_clock import SettableClock


@pytest.fixture
async def records(tmp_path: Path, fresh_records: FreshRecords) -> AsyncIterator[SwitchedRecords]:
    kept = fresh_records(tmp_path)
    await kept.start()
    for name in ("ada", "eve"):
        await kept.write(add_account(name))
    yield kept
    await kept.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def conversations(records: SwitchedRecords, clock: SettableClock) -> AsyncIterator[Conversations]:
    built = Conversations(records, unix_time=clock)
    yield built
    await built.close()
