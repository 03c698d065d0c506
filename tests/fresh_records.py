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
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with empty records, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    migrate("", folder)
    return folder


@pytest.fixture(scope="session")
def fresh_records(migrated: Path) -> FreshRecords:
    """Records in an empty folder, not started yet: 4 ms a test instead of 180."""

    def fresh(folder: Path) -> SwitchedRecords:
        shutil.copytree(migrated, folder, dirs_exist_ok=True)
        return SwitchedRecords(open_records("", folder))

    return fresh


def migrate(url: str, folder: Path) -> None:
    """Brings a new database to the program's schema, as a first start does."""

    async def start() -> None:
        records = open_records(url, folder)
        await records.start()
        await records.close()

    asyncio.run(start())
