"""Empty records in a blink: the migrations run once, every test gets a copy. Knows one file; knows no test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from records_that_fail import SwitchedRecords
from seawall.records.opening import open_records

FreshRecords = Callable[[Path], SwitchedRecords]


@pytest.fixture(scope="session")
def fresh_records(tmp_path_factory: pytest.TempPathFactory) -> FreshRecords:
    """Records in an empty folder, not started yet: 4 ms a test instead of 180."""
    migrated = tmp_path_factory.mktemp("migrated")

    async def migrate() -> None:
        records = open_records("", migrated)
        await records.start()
        await records.close()

    asyncio.run(migrate())

    def fresh(folder: Path) -> SwitchedRecords:
        shutil.copytree(migrated, folder, dirs_exist_ok=True)
        return SwitchedRecords(open_records("", folder))

    return fresh
