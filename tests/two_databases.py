"""The two real databases that contracts about records are held to. Knows where they are; knows no test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fresh_records import migrate
from postgres_server import PostgresServer
from record_places import Place
from seawall.records.port import Records


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with empty records, to be copied."""
    url = postgres_server.new_database()
    migrate(url, tmp_path_factory.mktemp("migrated_postgres"))
    return url


@pytest.fixture
def sqlite_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if opens_records(request):
        shutil.copytree(request.getfixturevalue("migrated"), tmp_path, dirs_exist_ok=True)
    return Place("", tmp_path)


@pytest.fixture
def postgres_place(request: pytest.FixtureRequest, postgres_server: PostgresServer, tmp_path: Path) -> Place:
    like = request.getfixturevalue("migrated_postgres") if opens_records(request) else ""
    return Place(postgres_server.new_database(like), tmp_path)


def opens_records(request: pytest.FixtureRequest) -> bool:
    """Whether a test wants what the migrations make, not the migrations: then a copy does, at a tenth of the cost."""
    return "records" in request.fixturenames


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
