"""Kinds of columns that both databases hold alike, and the schema that all tables are of. Knows no table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, MetaData, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UnkeepableText(ValueError):
    """A text that not every database can hold."""


class KeptText(TypeDecorator[str]):
    """Text that both databases hold alike: PostgreSQL knows no NUL, so SQLite is not given one either.

    Half a surrogate pair needs no check here: no driver can encode it, and each says so itself.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None and "\0" in value:
            raise UnkeepableText("a NUL character")
        return value


# Constraints have names of one pattern, so that a migration can name what it changes and a conflict what it met.
METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def words(name: str, **options: Any) -> Column[str]:
    return Column(name, KeptText, nullable=False, **options)


def seconds(name: str, *, nullable: bool = False) -> Column[float]:
    """Unix time. A double holds it to the microsecond, and both databases give back the very same bits."""
    return Column(name, Double, nullable=nullable)


def count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def owned_by(name: str, owner: str, **options: Any) -> Column[str]:
    return Column(name, KeptText, ForeignKey(owner, ondelete="CASCADE"), nullable=False, **options)


def columns_of(row: Any) -> dict[str, Any]:
    """A flat row's fields by name. ``dataclasses.asdict`` does as much in ten times as long, for it copies deeply."""
    return {name: getattr(row, name) for name in row.__slots__}


def columns_for(table: Table, row: type) -> tuple[Column[Any], ...]:
    """The table's columns in the order of the row's fields, so that a result's row makes one by its place."""
    names: tuple[str, ...] = getattr(row, "__slots__")  # noqa: B009
    return tuple(table.c[name] for name in names)
