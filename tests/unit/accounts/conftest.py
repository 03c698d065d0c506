"""What the tests of accounts may ask for. Knows fixtures; knows no test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from account_house import House, house_over
from fresh_records import FreshRecords
from records_that_fail import SwitchedRecords
from settable_clock import SettableClock


@pytest.fixture
async def records(tmp_path: Path, fresh_records: FreshRecords) -> AsyncIterator[SwitchedRecords]:
    kept = fresh_records(tmp_path)
    await kept.start()
    yield kept
    await kept.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def house(records: SwitchedRecords, clock: SettableClock) -> AsyncIterator[House]:
    built = house_over(records, clock)
    yield built
    built.passwords.close()


@pytest.fixture
async def restarted(house: House) -> AsyncIterator[House]:
    """Another process on the same records: it remembers nothing."""
    built = house_over(house.records, house.clock)
    yield built
    built.passwords.close()
