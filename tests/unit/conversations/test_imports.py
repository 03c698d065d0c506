"""Imports go on by themselves, tell how they went, let go what they held, and are forgotten in time."""

from __future__ import annotations

import asyncio
import io
from contextlib import AsyncExitStack
from typing import IO, Any, cast

import pytest

from seawall.conversations import imports
from seawall.conversations.import_report import Report
from seawall.conversations.importing import Importing, Progress
from seawall.conversations.imports import AWAY, FAILED, Imports
from seawall.conversations.refusals import SERVICE_STOPS
from seawall.records.port import RecordsUnavailable
from seawall.values.refusal import Refusal


class Scripted:
    """Reads no file: it waits until it may go on, then ends as it was told to."""

    def __init__(self, end: Report | Refusal | Exception) -> None:
        self.may_end = asyncio.Event()
        self._end = end

    async def bring_in(self, account_id: str, file: IO[bytes], progress: Progress) -> Report | Refusal:
        progress.share = 0.5
        await self.may_end.wait()
        if isinstance(self._end, Exception):
            raise self._end
        return self._end


def book(end: Any, *, waits: bool = False) -> tuple[Imports, Scripted]:
    scripted = Scripted(end)
    if not waits:
        scripted.may_end.set()
    return Imports(cast(Importing, scripted), unix_time=lambda: 7.0), scripted


async def held(closed: list[str]) -> AsyncExitStack:
    stack = AsyncExitStack()
    stack.callback(closed.append, "closed")
    return stack


async def test_who_does_not_wait_finds_its_end_later_and_what_it_held_is_let_go():
    closed: list[str] = []
    report = Report(imported=3)
    kept, scripted = book(report, waits=True)
    job = kept.begin("ada", io.BytesIO(), await held(closed))
    waiting = asyncio.create_task(job.over())
    await asyncio.sleep(0)
    assert (job.progress.share, job.result, closed) == (0.5, None, [])
    waiting.cancel()  # Whoever waited has left.

    scripted.may_end.set()

    assert await job.over() is report
    assert kept.last("ada") is job
    assert closed == ["closed"]
    assert kept.last("eve") is None


@pytest.mark.parametrize(("fault", "told"), [(RecordsUnavailable("away"), AWAY), (ValueError("a mistake"), FAILED)])
async def test_a_fault_is_told_as_a_refusal(fault: Exception, told: Refusal):
    closed: list[str] = []
    kept, _ = book(fault)

    assert await kept.begin("ada", io.BytesIO(), await held(closed)).over() == told
    assert closed == ["closed"]


async def test_a_service_that_stops_ends_it_and_says_so():
    closed: list[str] = []
    kept, _ = book(Report(), waits=True)
    job = kept.begin("ada", io.BytesIO(), await held(closed))
    await asyncio.sleep(0)

    await kept.close()

    assert await job.over() == SERVICE_STOPS
    assert closed == ["closed"]


async def test_the_oldest_that_have_ended_are_forgotten_and_none_in_progress(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(imports, "MOST_REMEMBERED", 2)
    kept, scripted = book(Report(), waits=True)
    running = kept.begin("running", io.BytesIO(), AsyncExitStack())
    await asyncio.sleep(0)
    scripted.may_end = asyncio.Event()
    scripted.may_end.set()
    for name in ("a", "b", "c"):
        await kept.begin(name, io.BytesIO(), AsyncExitStack()).over()

    assert kept.last("running") is running
    assert [name for name in ("a", "b", "c") if kept.last(name)] == ["c"]
    await kept.close()
