"""Every schema that ever landed comes to the newest with its rows, one process at a time and with a copy first."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from record_places import Place
from seawall.records import schema, search_index
from seawall.records.conversation_entries import ConversationWithMessages
from seawall.records.entries import AccountById, KeyByHash, UsageOf
from seawall.records.library_entries import Search
from seawall.records.port import RecordsError
from seawall.records.tables import METADATA
from seawall.values.search_words import wanted_by

SNAPSHOTS = sorted(Path(__file__).with_name("schemas").glob("*.sql"))


def load(place: Place, snapshot: Path) -> None:
    database = place.database()
    database.prepare()
    words = snapshot.read_text(encoding="utf-8")
    beside = snapshot.with_suffix(".postgresql" if place.url else ".sqlite")
    if beside.exists():  # What each has in words of its own.
        words += beside.read_text(encoding="utf-8")
    if not place.url:
        words = words.replace("DOUBLE PRECISION", "DOUBLE").replace("BYTEA", "BLOB")  # Where the two landed apart.
    statements = [part.strip() for part in words.split(";\n")]
    with database.to_write() as connection, connection.begin():
        for statement in filter(None, statements):
            connection.exec_driver_sql(statement)


def set_revision(place: Place, revision: str) -> None:
    with place.database().to_write() as connection, connection.begin():
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


def differences(place: Place) -> list[Any]:
    with place.database().to_read() as connection:
        options = {"compare_type": True, "include_name": _is_of_the_program}
        return compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)


def _is_of_the_program(name: str | None, kind: str, _: Any) -> bool:
    """The index of searches is made in each database's own words: that it is whole, a search tells."""
    return kind != "table" or not str(name).startswith(search_index.PREFIX)


def revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(schema.alembic_configuration())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def test_the_newest_revision_is_the_one_that_the_program_names():
    assert revisions()[-1] == schema.NEWEST


def test_every_revision_that_landed_has_a_snapshot():
    assert [snapshot.stem for snapshot in SNAPSHOTS] == revisions()


async def test_a_new_database_has_the_tables_of_the_program(place: Place):
    records = place.records()
    await records.start()
    await records.close()

    assert differences(place) == []
    assert not (place.data / "backups").exists()  # There was nothing to keep safe.


@pytest.mark.parametrize("snapshot", SNAPSHOTS, ids=lambda path: path.stem)
async def test_a_landed_schema_comes_to_the_newest_with_its_rows(place: Place, snapshot: Path):
    load(place, snapshot)

    records = place.records()
    await records.start()

    assert differences(place) == []
    account = await records.read(AccountById("account-ada"))
    assert account is not None
    assert (account.email, account.vouched, account.created_s) == ("Ada@Example.org", True, 1790000000.25)
    assert await records.read(KeyByHash("hash-laptop")) is not None
    found = await records.read(ConversationWithMessages("account-ada", "conversation-tides"))
    assert found is not None
    assert [message.text for message in found[1]] == ["When is high tide?", "At noon."]
    assert (await records.read(UsageOf("account-ada", "")))[0].completion_tokens == 34
    hits = await records.read(Search("account-ada", wanted_by("tide"), 10))
    assert [hit.message_id for hit in hits] == ["message-1", None]  # A title, and a message of it.
    await records.close()


def test_a_snapshot_with_a_column_less_is_told_from_the_newest(place: Place):
    load(place, SNAPSHOTS[-1])
    with place.database().to_write() as connection, connection.begin():
        connection.exec_driver_sql("ALTER TABLE accounts DROP COLUMN vouched")

    assert differences(place)


async def test_a_newer_schema_is_refused_and_left_alone(place: Place):
    load(place, SNAPSHOTS[-1])
    set_revision(place, "9999")

    with pytest.raises(RecordsError) as refusal:
        await place.records().start()

    sentence = str(refusal.value)
    assert "9999" in sentence
    assert schema.NEWEST in sentence
    assert "run the newer Seawall" in sentence
    with place.database().to_read() as connection:
        assert schema.revision_of(connection) == "9999"


async def test_everything_is_copied_before_a_migration(place: Place, monkeypatch: pytest.MonkeyPatch):
    load(place, SNAPSHOTS[-1])
    at = revisions()[-1]
    # The program of a day to come, whose migration fails: the copy must be there all the same, and whole.
    monkeypatch.setattr(schema, "NEWEST", "of-tomorrow")

    with pytest.raises(Exception, match="of-tomorrow"):
        await place.records().start()

    (copy,) = (place.data / "backups").iterdir()
    assert copy.name.startswith(f"before-migrating-{at}-")
    assert copy.stat().st_mode & 0o777 == 0o600
    if copy.suffix == ".zip":
        with zipfile.ZipFile(copy) as archive:
            assert archive.testzip() is None
            assert "Ada@Example.org" in archive.read("tables/accounts.jsonl").decode()
    else:
        monkeypatch.undo()
        copy.rename(place.data / "seawall.db")
        records = place.records()
        await records.start()
        assert await records.read(AccountById("account-ada")) is not None
        await records.close()


def test_who_watches_a_long_first_start_sees_that_it_moves(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    load(place, next(one for one in SNAPSHOTS if one.stem == "0003"))
    monkeypatch.setattr(search_index, "TOLD_EVERY", 2)

    schema.bring_to_newest(place.database())

    said = capsys.readouterr().out
    assert "migrating" in said
    assert "search_index_is_built" in said
    assert "texts=2" in said
    assert "of=3" in said


def test_processes_that_start_at_once_migrate_once(place: Place):
    program = (
        "import sys; from pathlib import Path; from seawall.records.addresses import database_at\n"
        "from seawall.records.schema import bring_to_newest\n"
        "database = database_at(sys.argv[1], Path(sys.argv[2]), patience_s=30.0)\n"
        "database.prepare(); bring_to_newest(database)"
    )
    command = [sys.executable, "-c", program, place.url, str(place.data)]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]

    for process in processes:
        _, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, complaint
    assert differences(place) == []


def test_replacing_a_table_in_a_migration_does_not_empty_those_that_point_to_it(sqlite_place: Place):
    load(sqlite_place, SNAPSHOTS[-1])
    database = sqlite_place.database()

    with database.to_migrate() as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE accounts_new (id TEXT PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO accounts_new SELECT id FROM accounts")
        connection.exec_driver_sql("DROP TABLE accounts")
        connection.exec_driver_sql("ALTER TABLE accounts_new RENAME TO accounts")
        assert connection.exec_driver_sql("SELECT count(*) FROM messages").scalar_one() == 2

        connection.exec_driver_sql("DELETE FROM conversations")
        with pytest.raises(RecordsError, match=r"messages|search_entries"):
            database.require_consistent(connection)


async def test_another_programs_tables_are_not_taken_over(place: Place):
    database = place.database()
    database.prepare()
    with database.to_write() as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE accounts (balance INTEGER)")

    with pytest.raises(RecordsError, match="accounts"):
        await place.records().start()

    with database.to_read() as connection:
        assert schema.revision_of(connection) is None


def test_a_start_without_a_migration_does_not_import_alembic(place: Place):
    load(place, SNAPSHOTS[-1])
    program = (
        "import sys; from pathlib import Path; from seawall.records.addresses import database_at\n"
        "from seawall.records.schema import bring_to_newest\n"
        "bring_to_newest(database_at(sys.argv[1], Path(sys.argv[2])))\n"
        "sys.exit('alembic' in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", program, place.url, str(place.data)], check=True)
