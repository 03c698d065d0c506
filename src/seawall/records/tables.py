"""The tables of the newest schema. Knows columns, keys and indexes; knows neither changes nor databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from seawall.values.budget import NAMES as BUDGET_NAMES


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


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, KeptText, nullable=False, **options)


def _seconds(name: str, *, nullable: bool = False) -> Column[float]:
    """Unix time. A double holds it to the microsecond, and both databases give back the very same bits."""
    return Column(name, Double, nullable=nullable)


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _owned_by(name: str, owner: str, **options: Any) -> Column[str]:
    return Column(name, KeptText, ForeignKey(owner, ondelete="CASCADE"), nullable=False, **options)


ACCOUNTS = Table(
    "accounts",
    METADATA,
    _text("id", primary_key=True),
    _text("email"),
    _text("email_folded", unique=True),
    _text("role"),
    _text("password_hash"),
    _seconds("created_s"),
    Column("disabled", Boolean, nullable=False),
    Column("vouched", Boolean, nullable=False),
    _seconds("first_day_s", nullable=True),
)

HOMES = Table(
    "homes",
    METADATA,
    _owned_by("account_id", "accounts.id", primary_key=True),
    _text("name", primary_key=True),
    _seconds("first_used_s"),
    _seconds("last_used_s"),
    _seconds("settled_s"),
    _count("days"),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    _text("id_hash", primary_key=True),
    _owned_by("account_id", "accounts.id", index=True),
    _seconds("created_s"),
    _seconds("expires_s"),
    _text("user_agent"),
)

KEYS = Table(
    "keys",
    METADATA,
    _text("id", primary_key=True),
    _owned_by("account_id", "accounts.id", index=True),
    _text("name"),
    _text("secret_hash", unique=True),
    _text("hint"),
    _seconds("created_s"),
    _seconds("revoked_s", nullable=True),
    Column("front_end", Boolean, nullable=False),
)

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    _text("id", primary_key=True),
    _owned_by("account_id", "accounts.id"),
    _text("title"),
    _text("model"),
    _seconds("created_s"),
    _seconds("updated_s"),
    Index(None, "account_id", "updated_s", "id"),
)

MESSAGES = Table(
    "messages",
    METADATA,
    _text("id", primary_key=True),
    _owned_by("conversation_id", "conversations.id"),
    Column("position", Integer, nullable=False),
    _text("speaker"),
    _text("text"),
    _text("reasoning"),
    _text("status"),
    _text("model"),
    _seconds("created_s"),
    _seconds("finished_s", nullable=True),
    _count("prompt_tokens"),
    _count("completion_tokens"),
    _count("cached_tokens"),
    _count("reasoning_tokens"),
    UniqueConstraint("conversation_id", "position"),
)

_STILL_OPEN = text("status = 'streaming'")

# What a start looks for among millions of messages is a handful: index only those.
OPEN_ANSWERS = Index("ix_messages_open", MESSAGES.c.id, sqlite_where=_STILL_OPEN, postgresql_where=_STILL_OPEN)

USAGE = Table(
    "usage_counts",
    METADATA,
    _owned_by("account_id", "accounts.id", primary_key=True),
    _text("key_id", primary_key=True),
    _text("model", primary_key=True),
    _text("day", primary_key=True),
    _count("requests"),
    _count("prompt_tokens"),
    _count("cached_tokens"),
    _count("completion_tokens"),
    _count("engine_ms"),
)

BUDGETS = Table(
    "budgets",
    METADATA,
    _owned_by("account_id", "accounts.id", primary_key=True),
    _text("key_id", primary_key=True),
    *(Column(name, Double, nullable=True) for name in BUDGET_NAMES),
)


def columns_of(row: Any) -> dict[str, Any]:
    """A flat row's fields by name. ``dataclasses.asdict`` does as much in ten times as long, for it copies deeply."""
    return {name: getattr(row, name) for name in row.__slots__}
