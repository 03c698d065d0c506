"""Answers queries: one function a query, looked up by its type. Knows SQL; changes nothing.

Each is a single statement, so that a read needs no transaction to see one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Connection, Text, bindparam, case, cast, func, literal_column, select

from seawall.records import (
    attachment_queries,
    conversation_queries,
    entrance_queries,
    entries,
    factor_queries,
    import_queries,
    library_queries,
    outside_changes,
    register_queries,
    standing_entries,
    status_queries,
    truth_queries,
)
from seawall.records.account_rows import account_from
from seawall.records.columns import columns_for
from seawall.records.entries import AccountRow, KeyRow, Query, SessionRow, TrackRecord, UsageCount
from seawall.records.standing_entries import HomeRow
from seawall.records.tables import ACCOUNTS, BUDGETS, HOMES, KEYS, SESSIONS, USAGE
from seawall.values.budget import NAMES, Budget
from seawall.values.home import FORGOTTEN_AFTER_S
from seawall.values.identity import Role

T = TypeVar("T")

_ACCOUNT = columns_for(ACCOUNTS, AccountRow)
_SESSION = columns_for(SESSIONS, SessionRow)
_KEY = columns_for(KEYS, KeyRow)
_USAGE = columns_for(USAGE, UsageCount)
_HOME = columns_for(HOMES, HomeRow)

# What time has earned, in the same statement as the secret's look-up: a verdict stays one round trip.
_MOST_GOOD_DAYS = 10
# A plain text here is rendered into the statement anew at each execution: a third of all that a look-up costs.
_BLANK: Any = literal_column("' '", Text())
_HOMES_NOW = (
    select(func.aggregate_strings(HOMES.c.name, _BLANK))
    .where(
        HOMES.c.account_id == ACCOUNTS.c.id,
        HOMES.c.settled_s <= bindparam("now_s"),
        HOMES.c.last_used_s >= bindparam("remembered_s"),
    )
    .scalar_subquery()
)
_DAYS = select(USAGE.c.day).where(USAGE.c.account_id == ACCOUNTS.c.id).distinct().limit(_MOST_GOOD_DAYS)
_GOOD_DAYS = select(func.count()).select_from(_DAYS.correlate(ACCOUNTS).subquery()).scalar_subquery()
_OF_ACCOUNT, _OF_KEY = BUDGETS.alias("of_account"), BUDGETS.alias("of_key")
_BUDGET = tuple(_OF_ACCOUNT.c[name] for name in NAMES)
_KEY_BUDGET = tuple(_OF_KEY.c[name] for name in NAMES)
_ITS_BUDGET = (_OF_ACCOUNT.c.account_id == ACCOUNTS.c.id) & (_OF_ACCOUNT.c.key_id == "")
_KEYS_BUDGET = (_OF_KEY.c.account_id == ACCOUNTS.c.id) & (_OF_KEY.c.key_id == KEYS.c.id)

_BY_EMAIL = select(*_ACCOUNT).where(ACCOUNTS.c.email_folded == bindparam("email"))
_BY_ID = select(*_ACCOUNT).where(ACCOUNTS.c.id == bindparam("account_id"))
_ALL = (
    select(*_ACCOUNT)
    .order_by(ACCOUNTS.c.created_s, ACCOUNTS.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_OWNER = select(ACCOUNTS.c.id).where(ACCOUNTS.c.role == Role.OWNER.value).limit(1)
_SESSION_BY_HASH = (
    select(*_SESSION, *_ACCOUNT, _HOMES_NOW, _GOOD_DAYS, *_BUDGET)
    .select_from(SESSIONS)
    .join(ACCOUNTS, ACCOUNTS.c.id == SESSIONS.c.account_id)
    .outerjoin(_OF_ACCOUNT, _ITS_BUDGET)
    .where(SESSIONS.c.id_hash == bindparam("hash"))
)
_KEY_BY_HASH = (
    select(*_KEY, *_ACCOUNT, _HOMES_NOW, _GOOD_DAYS, *_BUDGET, *_KEY_BUDGET)
    .select_from(KEYS)
    .join(ACCOUNTS, ACCOUNTS.c.id == KEYS.c.account_id)
    .outerjoin(_OF_ACCOUNT, _ITS_BUDGET)
    .outerjoin(_OF_KEY, _KEYS_BUDGET)
    .where(KEYS.c.secret_hash == bindparam("hash"))
)
_KNOWN_KEYS = select(KEYS.c.secret_hash).where(KEYS.c.secret_hash.in_(bindparam("hashes", expanding=True)))
_ALL_KEYS = select(*_KEY).order_by(KEYS.c.created_s.desc(), KEYS.c.id.desc())
_KEYS_OF = _ALL_KEYS.where(KEYS.c.account_id == bindparam("account_id"))
_USAGE_OF = (
    select(*_USAGE)
    .where(USAGE.c.account_id == bindparam("account_id"), USAGE.c.day >= bindparam("since_day"))
    .order_by(USAGE.c.day, USAGE.c.key_id, USAGE.c.model)
)
# Summed in the database: a start under load asks for hundreds of accounts at once. PostgreSQL's sums are of a type of
# their own, unless they are told which.
_SPENT_BY = (
    select(
        USAGE.c.account_id,
        USAGE.c.key_id,
        literal_column("''", Text()).label("model"),
        func.max(USAGE.c.day),
        *(
            cast(func.sum(USAGE.c[name]), BigInteger)
            for name in ("requests", "prompt_tokens", "cached_tokens", "completion_tokens", "engine_ms")
        ),
    )
    .where(
        USAGE.c.account_id.in_(bindparam("account_ids", expanding=True)),
        USAGE.c.day >= bindparam("since_day"),
        USAGE.c.day <= bindparam("day"),
    )
    .group_by(USAGE.c.account_id, USAGE.c.key_id, case((USAGE.c.day == bindparam("day"), 1), else_=0))
)
_HOMES_OF = (
    select(*_HOME)
    .where(HOMES.c.account_id == bindparam("account_id"))
    .order_by(HOMES.c.last_used_s.desc(), HOMES.c.name)
)
_BUDGETS_OF = select(BUDGETS.c.key_id, *(BUDGETS.c[name] for name in NAMES)).where(
    BUDGETS.c.account_id == bindparam("account_id")
)
_ALL_BUDGETS = select(BUDGETS).order_by(BUDGETS.c.account_id, BUDGETS.c.key_id)


def answer(connection: Connection, query: Query[T]) -> T:
    """The query's answer. Raises sqlalchemy.exc.SQLAlchemyError as the driver did."""
    return ANSWERERS[type(query)](connection, query)


def _track_record(row: Any) -> TrackRecord:
    """From the homes' names on: the number of days, then the bounds of the account's budget and of the key's."""
    homes, good_days, *bounds = row
    return TrackRecord(
        tuple((homes or "").split()), good_days, _budget(bounds[: len(NAMES)]), _budget(bounds[len(NAMES) :])
    )


def _budget(bounds: list[Any]) -> Budget | None:
    return None if bounds.count(None) == len(bounds) else Budget(*bounds)


def _at(now_s: float) -> dict[str, float]:
    return {"now_s": now_s, "remembered_s": now_s - FORGOTTEN_AFTER_S}


def _account_by_email(connection: Connection, query: entries.AccountByEmail) -> AccountRow | None:
    row = connection.execute(_BY_EMAIL, {"email": query.email.casefold()}).first()
    return account_from(row) if row else None


def _account_by_id(connection: Connection, query: entries.AccountById) -> AccountRow | None:
    row = connection.execute(_BY_ID, {"account_id": query.account_id}).first()
    return account_from(row) if row else None


def _accounts(connection: Connection, query: entries.Accounts) -> tuple[AccountRow, ...]:
    rows = connection.execute(_ALL, {"most": query.limit, "skipped": query.offset})
    return tuple(account_from(row) for row in rows)


def _owner_exists(connection: Connection, query: entries.OwnerExists) -> bool:
    return connection.execute(_OWNER).first() is not None


def _session_by_hash(
    connection: Connection, query: entries.SessionByHash
) -> tuple[SessionRow, AccountRow, TrackRecord] | None:
    row = connection.execute(_SESSION_BY_HASH, {"hash": query.id_hash, **_at(query.now_s)}).first()
    if row is None:
        return None
    first, second = len(_SESSION), len(_SESSION) + len(_ACCOUNT)
    return SessionRow(*row[:first]), account_from(row[first:second]), _track_record(row[second:])


def _key_by_hash(connection: Connection, query: entries.KeyByHash) -> tuple[KeyRow, AccountRow, TrackRecord] | None:
    row = connection.execute(_KEY_BY_HASH, {"hash": query.secret_hash, **_at(query.now_s)}).first()
    if row is None:
        return None
    first, second = len(_KEY), len(_KEY) + len(_ACCOUNT)
    return KeyRow(*row[:first]), account_from(row[first:second]), _track_record(row[second:])


def _known_keys(connection: Connection, query: entries.KnownKeys) -> frozenset[str]:
    return frozenset(connection.execute(_KNOWN_KEYS, {"hashes": query.secret_hashes}).scalars())


def _keys_of(connection: Connection, query: entries.KeysOf) -> tuple[KeyRow, ...]:
    statement = _ALL_KEYS if query.account_id is None else _KEYS_OF
    asked = {} if query.account_id is None else {"account_id": query.account_id}
    return tuple(KeyRow(*row) for row in connection.execute(statement, asked).all())


def _usage_of(connection: Connection, query: entries.UsageOf) -> tuple[UsageCount, ...]:
    rows = connection.execute(_USAGE_OF, {"account_id": query.account_id, "since_day": query.since_day})
    return tuple(UsageCount(*row) for row in rows)


def _spent_by(connection: Connection, query: standing_entries.SpentBy) -> tuple[UsageCount, ...]:
    asked = {"account_ids": query.account_ids, "since_day": f"{query.day[:7]}-01", "day": query.day}
    return tuple(UsageCount(*row) for row in connection.execute(_SPENT_BY, asked))


def _homes_of(connection: Connection, query: standing_entries.HomesOf) -> tuple[HomeRow, ...]:
    rows = connection.execute(_HOMES_OF, {"account_id": query.account_id})
    return tuple(HomeRow(*row) for row in rows)


def _budgets_of(connection: Connection, query: standing_entries.BudgetsOf) -> dict[str, Budget]:
    rows = connection.execute(_BUDGETS_OF, {"account_id": query.account_id})
    return {row[0]: Budget(*row[1:]) for row in rows}


def _all_budgets(connection: Connection, query: standing_entries.AllBudgets) -> dict[tuple[str, str], Budget]:
    rows = connection.execute(_ALL_BUDGETS).mappings()
    return {(row["account_id"], row["key_id"]): Budget(**{name: row[name] for name in NAMES}) for row in rows}


ANSWERERS: Mapping[type[Query[Any]], Callable[[Connection, Any], Any]] = MappingProxyType(
    {
        entries.AccountByEmail: _account_by_email,
        entries.AccountById: _account_by_id,
        entries.Accounts: _accounts,
        entries.OwnerExists: _owner_exists,
        entries.SessionByHash: _session_by_hash,
        entries.KeyByHash: _key_by_hash,
        entries.KnownKeys: _known_keys,
        entries.KeysOf: _keys_of,
        **conversation_queries.ANSWERERS,
        **library_queries.ANSWERERS,
        **attachment_queries.ANSWERERS,
        **import_queries.ANSWERERS,
        **status_queries.ANSWERERS,
        **entrance_queries.ANSWERERS,
        **factor_queries.ANSWERERS,
        **outside_changes.ANSWERERS,
        **truth_queries.ANSWERERS,
        **register_queries.ANSWERERS,
        entries.UsageOf: _usage_of,
        standing_entries.HomesOf: _homes_of,
        standing_entries.SpentBy: _spent_by,
        standing_entries.BudgetsOf: _budgets_of,
        standing_entries.AllBudgets: _all_budgets,
    }
)
