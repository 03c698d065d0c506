"""The two real databases that every test of this suite runs on. Knows where they are; knows no test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from postgres_server import PostgresServer
from record_places import Place
from seawall.records.port import Records


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
