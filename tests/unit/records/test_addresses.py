"""Which database a setting means, and what is said when it means none."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.records.addresses import database_at
from seawall.records.database import DATABASE_FILE
from seawall.records.port import RecordsError, RecordsUnavailable


def test_no_address_means_sqlite_in_the_data_folder(tmp_path: Path):
    assert database_at("", tmp_path).name == f"The database {tmp_path / DATABASE_FILE}"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_postgresql_address_is_named_without_its_password(tmp_path: Path, scheme: str):
    database = database_at(f"{scheme}://ada:s3cret@db.example.org/seawall", tmp_path)

    assert "db.example.org/seawall" in database.name
    assert "s3cret" not in database.name


@pytest.mark.parametrize("address", ["mysql://root@localhost/seawall", "seawall.db", "sqlite:///x.db", "://"])
def test_another_address_is_refused_with_an_example(tmp_path: Path, address: str):
    with pytest.raises(RecordsError, match="postgresql://user:password@host/name"):
        database_at(address, tmp_path)


def test_a_broken_postgresql_address_is_refused_without_being_repeated(tmp_path: Path):
    with pytest.raises(RecordsError) as refusal:
        database_at("postgresql://ada:s3cret@host:port/name", tmp_path)

    assert "postgresql://user:password@host/name" in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


def test_a_folder_where_the_database_should_be_is_told(tmp_path: Path):
    (tmp_path / DATABASE_FILE).mkdir()

    with pytest.raises(RecordsUnavailable, match="cannot be opened"):
        database_at("", tmp_path).prepare()


def test_a_file_where_the_data_folder_should_be_is_told(tmp_path: Path):
    (tmp_path / "data").write_text("not a folder")

    with pytest.raises(RecordsUnavailable, match="cannot be opened"):
        database_at("", tmp_path / "data").prepare()
