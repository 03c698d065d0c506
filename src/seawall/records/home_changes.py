"""The changes to the places where accounts are at home. Knows their SQL; the times and bounds are ``values.home``'s."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, bindparam, delete, select, text, update

from seawall.records import standing_entries
from seawall.records.standing_entries import HomeRow
from seawall.records.tables import ACCOUNTS, HOMES, columns_of
from seawall.values.home import (
    DAY_S,
    FIRST_DAY_PLACES,
    FIRST_DAY_S,
    FORGOTTEN_AFTER_S,
    MOST_HOMES,
    MOST_SIGHTINGS,
    SETTLES_AFTER_S,
    is_network,
)

_FIRST_DAY = select(ACCOUNTS.c.first_day_s).where(ACCOUNTS.c.id == bindparam("account"))
_SET_FIRST_DAY = update(ACCOUNTS).where(ACCOUNTS.c.id == bindparam("account")).values(first_day_s=bindparam("day_s"))
_PLACES = select(*HOMES.c).where(HOMES.c.account_id == bindparam("account"))
_KEEP = text(
    "INSERT INTO homes (account_id, name, first_used_s, last_used_s, settled_s, days)"
    " VALUES (:account_id, :name, :first_used_s, :last_used_s, :settled_s, :days)"
    " ON CONFLICT (account_id, name) DO UPDATE SET first_used_s = excluded.first_used_s,"
    " last_used_s = excluded.last_used_s, settled_s = excluded.settled_s, days = excluded.days"
)
_SETTLE = (
    update(HOMES)
    .where(
        HOMES.c.account_id == bindparam("account"),
        HOMES.c.last_used_s >= bindparam("since_s"),
        HOMES.c.settled_s > bindparam("at_s"),
    )
    .values(settled_s=bindparam("at_s"))
)
_FORGET = delete(HOMES).where(HOMES.c.account_id == bindparam("account"), HOMES.c.name == bindparam("forgotten"))


def use_place(connection: Connection, change: standing_entries.UsePlace) -> None:
    """Begins the first day where it has not begun, then keeps each name of the place."""
    account = {"account": change.account_id}
    found = connection.execute(_FIRST_DAY, account).one_or_none()
    if found is None:
        return
    first_day_s: float | None = found.first_day_s
    if first_day_s is None:
        first_day_s = change.at_s
        connection.execute(_SET_FIRST_DAY, account | {"day_s": first_day_s})
    is_first_day = change.at_s < first_day_s + FIRST_DAY_S
    places = {place.name: place for place in (HomeRow(*row) for row in connection.execute(_PLACES, account))}
    for name in change.names:
        at_once = change.settled or (is_first_day and _has_room(places.values(), name, change.at_s))
        places[name] = _used(places.get(name), change, name, at_once=at_once)
        connection.execute(_KEEP, columns_of(places[name]))
    for name in _surplus(places.values(), change.at_s):
        connection.execute(_FORGET, account | {"forgotten": name})


def begin_first_day(connection: Connection, change: standing_entries.BeginFirstDay) -> bool:
    account = {"account": change.account_id}
    connection.execute(_SETTLE, account | {"at_s": change.at_s, "since_s": change.at_s - DAY_S})
    return connection.execute(_SET_FIRST_DAY, account | {"day_s": None}).rowcount > 0


def forget_home(connection: Connection, change: standing_entries.ForgetHome) -> bool:
    told = connection.execute(_FORGET, {"account": change.account_id, "forgotten": change.name})
    return told.rowcount > 0


def _used(before: HomeRow | None, change: standing_entries.UsePlace, name: str, *, at_once: bool) -> HomeRow:
    at_s = change.at_s
    if before is None or before.last_used_s < at_s - FORGOTTEN_AFTER_S:
        return HomeRow(change.account_id, name, at_s, at_s, at_s if at_once else at_s + SETTLES_AFTER_S)
    another_day = at_s // DAY_S > before.last_used_s // DAY_S
    return replace(
        before,
        last_used_s=max(at_s, before.last_used_s),
        settled_s=min(at_s, before.settled_s) if at_once else before.settled_s,
        days=before.days + another_day,
    )


def _has_room(places: Iterable[HomeRow], name: str, at_s: float) -> bool:
    """Whether the first day may make this one a home: networks and devices are counted apart."""
    alike = [one for one in places if is_network(one.name) is is_network(name) and one.settled_s <= at_s]
    return len(alike) < FIRST_DAY_PLACES


def _surplus(places: Iterable[HomeRow], at_s: float) -> list[str]:
    """The homes and the mere sightings that were used longest ago, where there are too many of either."""
    latest_first = sorted(places, key=lambda one: one.last_used_s, reverse=True)
    homes = [one.name for one in latest_first if one.settled_s <= at_s]
    sightings = [one.name for one in latest_first if one.settled_s > at_s]
    return homes[MOST_HOMES:] + sightings[MOST_SIGHTINGS:]
