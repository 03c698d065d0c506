"""Verdicts: bounds, and answers that were overtaken by a change."""

from __future__ import annotations

import asyncio

import pytest

from seawall.accounts import verdicts
from seawall.accounts.refusals import UNKNOWN_KEY
from seawall.accounts.verdicts import Verdicts
from seawall.records.port import RecordsUnavailable
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Refusal
from settable_clock import SettableClock

ADA = Identity("ada", "ada@example.org", Role.MEMBER, 0.0, key_id="k")


async def yes() -> Identity | Refusal:
    return ADA


async def no() -> Identity | Refusal:
    return UNKNOWN_KEY


async def test_a_flood_of_wrong_secrets_pushes_no_right_one_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "MOST_NOES", 10)
    kept = Verdicts(fresh_s=5, clock=SettableClock())
    await kept.of("ada", yes)
    for number in range(100):
        await kept.of(f"wrong-{number}", no)
    assert kept.warm("ada") == ADA


async def test_the_least_recently_used_yes_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "MOST_YESES", 2)
    kept = Verdicts(fresh_s=5, clock=SettableClock())
    await kept.of("first", yes)
    await kept.of("second", yes)
    assert kept.warm("first")
    await kept.of("third", yes)
    assert kept.warm("first")
    assert kept.warm("second") is None


async def test_an_answer_from_before_a_change_is_not_kept() -> None:
    kept = Verdicts(fresh_s=5, clock=SettableClock())
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slow_yes() -> Identity | Refusal:
        asked.set()
        await go_on.wait()
        return ADA

    asking = asyncio.create_task(kept.of("ada", slow_yes))
    await asked.wait()
    kept.drop(lambda who: who.account_id == "ada")
    go_on.set()
    assert await asking == ADA
    assert kept.warm("ada") is None


async def test_a_database_that_hangs_is_as_one_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "PATIENCE_S", 0.01)
    clock = SettableClock()
    kept = Verdicts(fresh_s=5, clock=clock)

    async def never() -> Identity | Refusal:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    with pytest.raises(RecordsUnavailable):
        await kept.of("ada", never)
    await kept.of("ada", yes)
    clock.advance(6)
    assert await kept.of("ada", never) == ADA
