"""The two real databases that every test of this suite runs on. Knows where they are; knows no test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from postgres_server import PostgresServer

from seawall.records.database import Database, database_at
from seawall.records.opening import KeptRecords
from seawall.records.port import Records
from seawall.records.recorder import Pace

QUICK = Pace(patience_s=5.0, pulse_s=0.1, first_pause_s=0.02, longest_pause_s=0.1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one database is: the setting's address and the data folder."""

    url: str
    data: Path

    def database(self, patience_s: float = 1.0) -> Database:
        return database_at(self.url, self.data, patience_s=patience_s)

    def records(self, pace: Pace = QUICK, patience_s: float = 1.0) -> KeptRecords:
        return KeptRecords(self.database(patience_s), pace)


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    return Place("", tmp_path)


@pytest.fixture
def postgres_place(postgres_server: PostgresServer, tmp_path: Path) -> Place:
    return Place(postgres_server.new_database(), tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each of the two, with nothing in it."""
    name = "sqlite_place" if request.param == "sqlite" else "postgres_place"
    return request.getfixturevalue(name)


@pytest.fixture
async def records(place: Place) -> AsyncIterator[Records]:
    """Open records, closed after the test."""
    opened = place.records()
    await opened.start()
    yield opened
    await opened.close()
