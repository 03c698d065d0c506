"""What the tests of the web may ask for. Knows fixtures; knows no test."""

from __future__ import annotations

from pathlib import Path

import pytest

from fresh_records import FreshRecords
from records_that_fail import SwitchedRecords


@pytest.fixture
def records(tmp_path: Path, fresh_records: FreshRecords) -> SwitchedRecords:
    """Empty, and started by the application that gets them."""
    return fresh_records(tmp_path)
