"""Windows of verdicts over real databases: kept, hashed into the log, pruned by number, and whole after a bad hour."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from log_rooms import an_open_log, audited
from patience import until
from record_places import Place
from sealed_reports import a_window
from seawall.observing.metrics import Totals
from seawall.records.port import Records
from seawall.records.truth_entries import KeepWindow, LastOfKind, LogFrom, PruneWindows, WindowRow, WindowsNumbered
from seawall.safeguards.log_entry import entry_of
from seawall.safeguards.public_log import PublicLog
from seawall.safeguards.report.checking import check
from seawall.safeguards.report.gathering import Asked, report
from seawall.safeguards.window_records import digest_of, unpacked
from seawall.safeguards.windows import EVERY, Windows
from seawall.verdict.classify import State, classify

NOTHING = Totals({}, {}, {}, {})


class Watch:
    """Closes windows as the lookout does."""

    def __init__(self, windows: Windows) -> None:
        self.state = State()
        self.windows = windows
        self.before: Mapping[str, Any] = self.state.told()
        self.number = 0

    def close(self, *, hostile: bool = False) -> None:
        self.number += 1
        self.before = self.state.told()
        window = a_window(self.number, hostile=hostile)
        self.state, verdict = classify(self.state, window)
        self.windows.on_window(window, verdict)


@asynccontextmanager
async def watching(records: Records, log: PublicLog) -> AsyncGenerator[Watch]:
    watch: Watch
    windows = Windows(
        records,
        log.append,
        before=lambda: watch.before,
        totals=lambda: NOTHING,
        turned_away=lambda: {"share": float(watch.number * 10)},
        incidents=lambda: (),
    )
    watch = Watch(windows)
    windows.start()
    await until(lambda: windows.is_ready)
    try:
        yield watch
    finally:
        await windows.close()


async def kept(records: Records) -> list[str]:
    return [unpacked(row.packed) for row in await records.read(WindowsNumbered(0, 10_000))]


async def verdicts(records: Records) -> list[dict[str, Any]]:
    rows = await records.read(LogFrom(0, 10_000))
    return [dict(entry_of(row.entry).facts) for row in rows if row.kind == "verdict"]


async def test_whoever_flushes_finds_the_newest_window_said_and_kept(records: Records):
    async with an_open_log(records) as log, watching(records, log) as watch:
        for number in range(4):
            watch.close()
            await watch.windows.flush()
            assert len(await kept(records)) == number + 1
            assert (await verdicts(records))[-1]["windows"]["last"] == number + 1
        await watch.windows.flush()
        assert len(await verdicts(records)) == 4


async def test_every_window_is_hashed_by_one_verdict_of_the_log(records: Records):
    async with an_open_log(records) as log, watching(records, log) as watch:
        for number in range(EVERY + 5):
            watch.close(hostile=number > EVERY)

    texts, told = await kept(records), await verdicts(records)
    assert len(texts) == EVERY + 5
    covered = [range(one["windows"]["first"], one["windows"]["last"] + 1) for one in told]
    assert [number for numbers in covered for number in numbers] == list(range(1, EVERY + 6))
    for one, numbers in zip(told, covered, strict=True):
        assert digest_of(texts[number - 1] for number in numbers) == one["windows"]["sha256"]
    assert len({one["kind"] for one in told}) > 1
    assert '"gate":{"share":10}' in texts[3]


async def test_what_closed_before_an_incident_is_sealed_at_once_and_need_not_wait_for_its_five_minutes(
    records: Records,
):
    async with an_open_log(records) as log, watching(records, log) as watch:
        for _ in range(3):
            watch.close()
        watch.windows.seal()
        watch.windows.seal()
        await until(lambda: watch.windows.is_kept and not log.standing().waiting)

        told = [(one["windows"]["first"], one["windows"]["last"]) for one in await verdicts(records)]

        assert told == [(1, 1), (2, 3)]


async def test_another_life_goes_on_counting_and_both_can_be_reported(records: Records):
    for _ in range(2):
        async with an_open_log(records) as log, watching(records, log) as watch:
            for number in range(6):
                watch.close(hostile=number > 2)

    assert len(await kept(records)) == 12
    async with an_open_log(records) as log:
        await until(lambda: log.standing().size > 4)
        bundle = await report(Asked(0.0, 4e9), records, log.book, log.append, 4e9)
    replayed = check(bundle).replayed
    assert (replayed.windows, replayed.verdicts, replayed.missing) == (12, 12, ())


async def test_windows_are_pruned_by_number_and_those_of_incidents_last(records: Records):
    for number in range(1, 11):
        at_s = 1000.0 * number
        await records.write(KeepWindow(WindowRow(number, at_s - 10, at_s, b"")))

    assert await records.write(PruneWindows(8, 3, ((0.0, 2500.0), (3995.0, float("inf"))))) == 3
    assert [row.number for row in await records.read(WindowsNumbered(0, 99))] == [4, 5, 6, 7, 8, 9, 10]


async def test_a_killed_service_leaves_windows_that_no_report_shows(place: Place):
    """Those since the last entry: nobody could tell whether they were edited."""
    records = place.records()
    await records.start()
    async with an_open_log(records) as log:
        windows = Windows(
            records,
            lambda kind, facts: asyncio.get_running_loop().create_future(),
            before=State().told,
            totals=lambda: NOTHING,
            turned_away=dict,
            incidents=lambda: (),
        )
        windows.start()
        await until(lambda: windows.is_ready)
        Watch(windows).close()
        await windows.close()
        await log.append("posture", {})
        bundle = await report(Asked(0.0, 4e9), records, log.book, log.append, 4e9)
    assert check(bundle).replayed.windows == 0
    assert (await audited(records)).fault is None
    assert await records.read(LastOfKind("verdict")) is None
    await records.close()
