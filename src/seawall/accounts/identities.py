"""Whom a session or a key stands for, from what the records say. Knows rows; asks nothing."""

from __future__ import annotations

from seawall.records.entries import AccountRow, KeyRow, TrackRecord
from seawall.values.grant import EVERYTHING, Grant, KeyScope
from seawall.values.home import FIRST_DAY_PLACES, FIRST_DAY_S, is_network
from seawall.values.identity import Identity


def by_session(account: AccountRow, track: TrackRecord, id_hash: str, now_s: float) -> Identity:
    """The account in a browser."""
    return Identity(
        account_id=account.id,
        email=account.email,
        role=account.role,
        since_unix_s=account.created_s,
        vouched=account.vouched,
        session_id=id_hash,
        homes=track.homes,
        good_days=track.good_days,
        first_day_ends_s=_first_day_ends_s(account, track, now_s),
        budget=track.budget,
    )


def by_key(account: AccountRow, track: TrackRecord, key: KeyRow, now_s: float) -> Identity:
    """The account's program, or a front end that speaks for its own users."""
    grant = grant_of(key)
    return Identity(
        account_id=account.id,
        email=account.email,
        role=account.role,
        since_unix_s=account.created_s,
        vouched=account.vouched,
        key_id=key.id,
        homes=track.homes,
        good_days=track.good_days,
        first_day_ends_s=_first_day_ends_s(account, track, now_s),
        budget=track.budget,
        key_budget=track.key_budget,
        front_end=key.front_end,
        grant=None if grant == EVERYTHING else grant,
    )


def grant_of(key: KeyRow) -> Grant:
    """What its row says that it may do."""
    return Grant(frozenset(map(KeyScope, key.scopes.split())), frozenset(key.models.split()), key.expires_s)


def _first_day_ends_s(account: AccountRow, track: TrackRecord, now_s: float) -> float:
    """Unix time; 0 once the day is over or has seen as many places as it may make homes."""
    networks = sum(is_network(name) for name in track.homes)
    if networks >= FIRST_DAY_PLACES:
        return 0.0
    # One that has not begun lasts a day from now; the next verdict, in seconds, knows better.
    ends_s = (now_s if account.first_day_s is None else account.first_day_s) + FIRST_DAY_S
    return ends_s if ends_s > now_s else 0.0
