"""A PostgreSQL server that stops, restarts or hangs: callers are told, nothing is lost, it mends by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from postgres_server import PostgresServer
from record_places import QUICK, Place, becomes_true
from record_rows import add_account
from seawall.records.entries import Accounts
from seawall.records.opening import KeptRecords, open_records
from seawall.records.port import Records, RecordsError, RecordsUnavailable


@pytest.fixture
def place(postgres_place: Place) -> Place:
    return postgres_place


@pytest.fixture
def server(postgres_server: PostgresServer, records: Records) -> Iterator[PostgresServer]:
    """The server of these records, which runs again after the test whatever it did."""
    yield postgres_server
    postgres_server.thaw()
    postgres_server.stop()
    postgres_server.start()


async def emails(records: Records) -> list[str]:
    return [account.email for account in await records.read(Accounts())]


async def test_a_stopped_server_is_told_and_outlived(records: Records, server: PostgresServer):
    await records.write(add_account("ada"))
    server.stop()

    with pytest.raises(RecordsUnavailable):
        await records.write(add_account("bob"))
    with pytest.raises(RecordsUnavailable):
        await records.read(Accounts())
    assert not records.report().healthy

    server.start()
    await becomes_true(lambda: records.report().healthy)  # By itself: nobody asks anything meanwhile.
    await records.write(add_account("carol"))
    assert await emails(records) == ["Ada@Example.org", "Carol@Example.org"]


async def test_a_stopped_server_is_noticed_while_nobody_asks(records: Records, server: PostgresServer):
    server.stop()

    await becomes_true(lambda: not records.report().healthy)

    server.start()
    await becomes_true(lambda: records.report().healthy)


async def test_a_restart_between_two_calls_is_not_even_noticed(place: Place, postgres_server: PostgresServer):
    records = place.records(replace(QUICK, pulse_s=60.0))
    await records.start()
    await records.write(add_account("ada"))
    await emails(records)

    postgres_server.stop()
    postgres_server.start()

    await records.write(add_account("bob"))
    assert await emails(records) == ["Ada@Example.org", "Bob@Example.org"]
    assert records.report().healthy
    await records.close()


async def test_a_server_that_hangs_is_given_up_after_the_patience(place: Place, postgres_server: PostgresServer):
    records = place.records(replace(QUICK, patience_s=0.5, pulse_s=60.0))
    await records.start()
    await records.write(add_account("ada"))
    await emails(records)
    postgres_server.freeze()
    try:
        told = await asyncio.gather(records.write(add_account("bob")), records.read(Accounts()), return_exceptions=True)
        assert [type(result) for result in told] == [RecordsUnavailable, RecordsUnavailable]
        assert "has not answered for 0.5 s" in str(told[0])
        await becomes_true(lambda: not records.report().healthy)  # The thread took the batch a moment after it came.
        with pytest.raises(RecordsUnavailable):
            await asyncio.wait_for(records.write(add_account("carol")), 0.2)
    finally:
        postgres_server.thaw()

    await becomes_true(lambda: records.report().healthy)
    await records.write(add_account("dora"))
    await records.close()


async def test_a_server_that_is_not_there_is_told_at_the_start_without_the_password(tmp_path: Path):
    records = open_records(f"postgresql://seawall:s3cret@/none?host={tmp_path}", tmp_path)

    with pytest.raises(RecordsUnavailable) as fault:
        await records.start()

    assert "does not answer" in str(fault.value)
    assert "s3cret" not in str(fault.value)
    assert not records.report().healthy


async def test_a_database_that_does_not_exist_is_named(postgres_server: PostgresServer, tmp_path: Path):
    with pytest.raises(RecordsUnavailable, match='"nowhere" does not exist'):
        await open_records(postgres_server.url("nowhere"), tmp_path).start()


async def test_a_database_that_cannot_hold_every_text_is_refused(postgres_server: PostgresServer, tmp_path: Path):
    postgres_server.execute("CREATE DATABASE narrow ENCODING 'LATIN1' TEMPLATE template0")

    with pytest.raises(RecordsError, match="UTF8"):
        await open_records(postgres_server.url("narrow"), tmp_path).start()


async def test_a_second_service_is_refused_a_command_is_not_and_a_restarted_server_keeps_the_place(
    records: Records, place: Place, postgres_server: PostgresServer, tmp_path: Path
):
    await records.close()
    first = KeptRecords(place.database(patience_s=60.0), serves=True)
    await first.start()
    await first.write(add_account("ada"))

    second = KeptRecords(place.database(patience_s=0.2), serves=True)
    with pytest.raises(RecordsUnavailable, match="Another Seawall already serves from the database postgresql://"):
        await second.start()
    command = open_records(place.url, tmp_path)
    await command.start()
    await command.write(add_account("bob"))
    await command.close()

    name = place.url.split("/")[3].split("?")[0]
    postgres_server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    await first.write(add_account("carol"))
    with pytest.raises(RecordsUnavailable, match="Another Seawall"):
        await second.start()

    await first.close()
    third = KeptRecords(place.database(patience_s=60.0), serves=True)
    await third.start()
    await third.close()


async def test_a_server_that_takes_no_writes_is_told_and_outlived(
    records: Records, place: Place, postgres_server: PostgresServer
):
    name = place.url.split("/")[3].split("?")[0]
    await records.write(add_account("ada"))
    postgres_server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    end_all = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    postgres_server.execute(end_all)

    with pytest.raises(RecordsUnavailable, match="takes no writes"):
        await records.write(add_account("bob"))
    assert await emails(records) == ["Ada@Example.org"]

    postgres_server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    postgres_server.execute(end_all)
    await becomes_true(lambda: records.report().healthy)
    await records.write(add_account("carol"))
