"""Where a test's records are, and a pace that wastes none of its time. Knows both databases; knows no test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from seawall.records.addresses import database_at
from seawall.records.database import Database
from seawall.records.opening import KeptRecords
from seawall.records.recorder import Pace

# A machine that is busy with other tests is no database that is away.
QUICK = Pace(patience_s=120.0, pulse_s=0.1, first_pause_s=0.02, longest_pause_s=0.1)
_DEADLINE_S = 120.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where one database is: the setting's address and the data folder."""

    url: str
    data: Path

    def database(self, patience_s: float = 1.0) -> Database:
        return database_at(self.url, self.data, patience_s=patience_s)

    def records(self, pace: Pace = QUICK, patience_s: float = 1.0) -> KeptRecords:
        return KeptRecords(self.database(patience_s), pace)


async def becomes_true(condition: Callable[[], bool]) -> None:
    """Returns once it is; fails after a while."""
    deadline_s = time.monotonic() + _DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline_s, "it never came true"
        await asyncio.sleep(0.01)
