"""The database fails while people are signed in and programs call: nobody is turned away for it, and it heals alone."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatting import heard, messages_of, saying, talk
from postgres_server import PostgresServer
from running_service import OWNER, RunningService, Serve, events, until

# Verdicts go stale within the test, so that going on with a known key is a decision and no accident of time.
ENVIRONMENT = {"SEAWALL_ACCOUNTS_VERDICT_S": "0.2"}
ENGINE = "echo:tokens=10,token_ms=100"
ASK = {"model": "echo", "messages": [{"role": "user", "content": "one two three"}]}


@dataclass
class House:
    """A service with somebody signed in, a key that was used and one that was not."""

    service: RunningService
    browser: httpx.Client
    known: httpx.Client
    unseen: httpx.Client

    def bootstrap(self) -> dict[str, Any]:
        answer = self.browser.get("/api/bootstrap")
        assert answer.status_code == 200, answer.text
        return answer.json()


def house_of(serve: Serve, **environment: str) -> Iterator[House]:
    service = serve("--engine", ENGINE, environment={**ENVIRONMENT, **environment})
    with service.owner() as browser, service.program() as known, service.program() as unseen:
        assert known.get("/v1/models").status_code == 200
        talk(browser, "Before the fault.")
        yield House(service, browser, known, unseen)


@pytest.fixture
def on_postgresql(serve: Serve, postgres_server: PostgresServer) -> Iterator[House]:
    yield from house_of(serve, SEAWALL_DATABASE=postgres_server.new_database())


@pytest.fixture
def on_sqlite(serve: Serve) -> Iterator[House]:
    yield from house_of(serve)


def refused_for_the_records(answer: httpx.Response) -> bool:
    assert answer.status_code == 503, answer.text
    assert answer.json()["error"]["code"] == "records_unavailable"
    return int(answer.headers["retry-after"]) >= 1


def assert_nobody_is_turned_away(house: House) -> None:
    """What goes on while nothing can be written, whether or not something can be read."""
    until(lambda: house.known.get("/v1/models").status_code == 200)
    assert house.known.post("/v1/chat/completions", json=ASK).json()["choices"][0]["message"]["content"]
    until(lambda: not house.bootstrap()["history_saved"])
    told = house.bootstrap()
    assert told["me"]["role"] == "owner"
    assert told["csrf_token"] == house.browser.headers["x-csrf-token"]
    assert house.browser.get("/api/auth/me").status_code == 200
    with saying(house.browser, "Can this be kept?") as response:
        response.read()
        assert refused_for_the_records(response)
    assert refused_for_the_records(house.browser.post("/api/keys", json={"name": "new"}))
    assert house.service.status("/livez") == 200
    ready = house.known.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["records"] != "ready"


def assert_all_is_well_again(house: House) -> None:
    until(lambda: house.bootstrap()["history_saved"])
    assert house.unseen.get("/v1/models").status_code == 200
    answer = talk(house.browser, "After the fault.")
    assert answer[-1][1]["status"] == "complete"
    assert answer[-1][1]["saved"]
    assert house.known.get("/readyz").json()["records"] == "ready"


def test_a_database_server_that_goes_away_turns_nobody_away(
    on_postgresql: House, postgres_server: PostgresServer
) -> None:
    house = on_postgresql
    postgres_server.stop()
    try:
        assert_nobody_is_turned_away(house)
        assert refused_for_the_records(house.unseen.get("/v1/models"))
        assert refused_for_the_records(house.unseen.post("/v1/chat/completions", json=ASK))
        assert refused_for_the_records(house.browser.get("/api/conversations"))
        with house.service.client() as stranger:
            assert refused_for_the_records(stranger.post("/api/auth/login", json=OWNER))
            # What cannot be a key needs no look-up to be told so.
            stranger.headers["authorization"] = "Bearer sw-nobody"
            assert stranger.get("/v1/models").status_code == 401
    finally:
        postgres_server.start()
    assert_all_is_well_again(house)


def test_an_answer_goes_on_while_the_database_is_gone_and_is_kept_afterwards(
    on_postgresql: House, postgres_server: PostgresServer
) -> None:
    house = on_postgresql
    with saying(house.browser, "alpha beta gamma") as response:
        answer = events(response)
        _, begun = next(answer)
        assert next(answer)[0] == "piece"
        postgres_server.stop()
        try:
            rest = list(answer)
        finally:
            postgres_server.start()
    assert (rest[-1][0], rest[-1][1]["status"], rest[-1][1]["saved"]) == ("done", "complete", False)

    def kept() -> bool:
        answer = house.browser.get(f"/api/conversations/{begun['conversation']['id']}")
        return answer.status_code == 200 and answer.json()["messages"][1]["status"] == "complete"

    until(kept)
    assert messages_of(house.browser, begun["conversation"]["id"])[1]["text"].endswith(heard(rest))


def test_a_service_that_starts_without_its_database_says_so(
    serve: Serve, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.new_database()
    postgres_server.stop()
    try:
        service = serve("--engine", ENGINE, environment={"SEAWALL_DATABASE": url}, ready=False)
        assert service.process.wait(60) == 1
    finally:
        postgres_server.start()
    (sentence,) = service.said.splitlines()
    assert sentence.startswith("seawall: The database")
    assert "running" in sentence or "reached" in sentence, sentence


def test_a_locked_database_file_turns_nobody_away(on_sqlite: House) -> None:
    with closing(sqlite3.connect(on_sqlite.service.data / "seawall.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert_nobody_is_turned_away(on_sqlite)
        # What can still be read is.
        assert on_sqlite.unseen.get("/v1/models").status_code == 200
        assert on_sqlite.browser.get("/api/conversations").json()["conversations"]
        other.execute("ROLLBACK")
    assert_all_is_well_again(on_sqlite)


def test_a_full_disk_turns_nobody_away(on_sqlite: House) -> None:
    """A process whose files may not grow meets what a full disk does, without one being filled."""
    with no_more_room(on_sqlite.service.process.pid):
        assert_nobody_is_turned_away(on_sqlite)
    assert_all_is_well_again(on_sqlite)


def test_a_database_file_that_is_moved_away_turns_nobody_away(on_sqlite: House) -> None:
    file = on_sqlite.service.data / "seawall.db"
    away = file.with_suffix(".away")
    file.rename(away)
    assert_nobody_is_turned_away(on_sqlite)
    assert refused_for_the_records(on_sqlite.unseen.get("/v1/models"))
    assert not file.exists()
    away.rename(file)
    assert_all_is_well_again(on_sqlite)


@contextmanager
def no_more_room(pid: int) -> Generator[None]:
    """Lets a running process write to no file beyond its first 4 kB."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
