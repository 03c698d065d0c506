"""What the tests of the status room may ask for. Knows fixtures; knows no test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fresh_records import FreshRecords
from records_that_fail import SwitchedRecords
from status_stage import Stage, staged


@pytest.fixture
def records(tmp_path: Path, fresh_records: FreshRecords) -> SwitchedRecords:
    return fresh_records(tmp_path)


@pytest.fixture
async def stage(records: SwitchedRecords) -> AsyncIterator[Stage]:
    """A calm service at noon."""
    async with staged(records) as stage:
        yield stage
