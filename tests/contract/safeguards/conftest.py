"""The two databases that the log is kept in. Knows where they are; knows no test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from postgres_server import PostgresServer
from record_places import Place
from seawall.records.port import Records


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Each of the two, with nothing in it."""
    if request.param == "sqlite":
        return Place("", tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return Place(server.new_database(), tmp_path)


@pytest.fixture
async def records(place: Place) -> AsyncIterator[Records]:
    """Open records, closed after the test."""
    opened = place.records()
    await opened.start()
    yield opened
    await opened.close()
