"""Every table that an asker can grow is bounded: three times as many askers leave no more behind."""

from __future__ import annotations

import gc
import sys
from collections import deque
from functools import _lru_cache_wrapper  # pyright: ignore[reportPrivateUsage]
from pathlib import Path
from types import CellType, FunctionType, MethodType
from typing import Any

import pytest

from identity_town import Step, Town
from seawall.accounts import sessions, verdicts
from seawall.accounts.factors import ceremonies, second_factor
from seawall.accounts.homes import homes, step_up
from seawall.accounts.keys import key_use, strikes
from seawall.accounts.letters import letters
from seawall.accounts.passwords import throttle
from seawall.admission import budget, challenge, entitlement, retries, waiting_room
from seawall.admission.shares import Shares
from seawall.answering import meter
from seawall.conversations.jobs import Jobs
from seawall.records.opening import open_records
from seawall.scheduling import recent_use
from seawall.verdict import crowd, looks

FEW = 20
BOUNDS = (
    (homes, ("MOST_NOTED", "MOST_WAITING")),
    (ceremonies, ("MOST_BURNT",)),
    (second_factor, ("MOST_USED",)),
    (letters, ("MOST_ON_THEIR_WAY",)),
    (key_use, ("MOST_NOTED", "MOST_WAITING")),
    (sessions, ("MOST_ENDED",)),
    (step_up, ("MOST_ACCOUNTS",)),
    (strikes, ("MOST_NETWORKS",)),
    (throttle, ("MOST_BUCKETS",)),
    (verdicts, ("MOST_YESES", "MOST_NOES")),
    (budget, ("MOST_ACCOUNTS",)),
    (challenge, ("_MOST_BURNT",)),
    (entitlement, ("MOST_ACCOUNTS",)),
    (retries, ("MOST_ASKERS",)),
    (waiting_room, ("_MOST_BURNT",)),
    (meter, ("MOST_SUMS",)),
    (recent_use, ("MOST_ACCOUNTS",)),
    (crowd, ("MOST_ASKERS",)),
    (looks, ("MOST_FINGERPRINTS",)),
)
MOST_REMEMBERED = 5_000


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Town:
    for room, names in BOUNDS:
        for name in names:
            monkeypatch.setattr(room, name, FEW)
    monkeypatch.setitem(Shares.__init__.__kwdefaults__ or {}, "most", FEW)
    monkeypatch.setitem(Jobs.__init__.__kwdefaults__ or {}, "remembered_bytes", FEW * 1024)
    return Town()


def entries(kept: list[Any]) -> int:
    """How many entries all containers that can be reached from there hold together."""
    seen: set[int] = set()
    open_: list[Any] = list(kept)
    count = 0
    while open_:
        one = open_.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, dict | set | list | deque):
            count += len(one)
        elif isinstance(one, FunctionType):
            open_.extend(one.__closure__ or ())
            continue
        elif not (isinstance(one, tuple | frozenset | CellType | MethodType) or _is_ours(one)):
            continue
        open_.extend(gc.get_referents(one))
    return count


async def _all(step: Step, numbers: range) -> None:
    for number in numbers:
        waits = step(number)
        if waits is not None:
            await waits


def _is_ours(one: Any) -> bool:
    return not isinstance(one, type) and type(one).__module__.startswith("seawall.")


@pytest.mark.parametrize("part", [name for name, _, _ in Town().parts(0)])
async def test_three_times_as_many_askers_leave_no_more_behind(town: Town, part: str, tmp_path: Path):
    town.records = open_records("", tmp_path)
    make = next(make for name, make, _ in town.parts(0) if name == part)
    step = await make()
    await _all(step, range(200))
    after_some = entries(town.kept)
    await _all(step, range(200, 600))

    assert after_some > 0
    # A fair queue remembers a few idle flows more or less, and histograms a bin.
    assert entries(town.kept) <= after_some * 1.1 + 40


def test_what_is_remembered_of_addresses_is_bounded():
    caches = [
        (name, one)
        for module_name, module in list(sys.modules.items())
        if module_name.startswith("seawall.")
        for name, one in vars(module).items()
        if isinstance(one, _lru_cache_wrapper)
    ]
    assert {name for name, _ in caches} >= {"network_of", "site_of", "networks_of"}
    for name, cache in caches:
        most = cache.cache_parameters()["maxsize"]
        assert most is not None, name
        assert most <= MOST_REMEMBERED, name
