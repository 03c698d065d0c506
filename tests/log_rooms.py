"""Logs over records, short enough for a test's first lines. Knows seeds and names; knows no test."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from seawall.records.port import Records
from seawall.safeguards.audit import Audit
from seawall.safeguards.book import LogBook, look_through
from seawall.safeguards.operator_names import OperatorNames
from seawall.safeguards.public_log import LogPace, PublicLog

SEED = bytes(range(32))
QUICK = LogPace(first_pause_s=0.02, longest_pause_s=0.05, look_s=0.05)


def a_book(records: Records, seed: bytes = SEED) -> LogBook:
    return LogBook(records, seed, unix_time=time.time, new_name=lambda: "seawall.log/test")


@asynccontextmanager
async def an_open_log(records: Records, seed: bytes = SEED, pace: LogPace = QUICK) -> AsyncGenerator[PublicLog]:
    names = OperatorNames(records)
    log = PublicLog(a_book(records, seed), name_of=names.of, unix_time=time.time, pace=pace)
    log.start()
    try:
        yield log
    finally:
        await log.close()


async def audited(records: Records) -> Audit:
    """The whole log, every signature looked at."""
    return await look_through(records, Audit())
