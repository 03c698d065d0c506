"""`seawall posture` against a control door as the service opens it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from seawall.admission.admission import Admission
from seawall.admission.budget import Budgets
from seawall.cli.main import run
from seawall.operating.control import ControlDoor
from seawall.operating.posture_desk import PostureDesk
from seawall.settings.shield import AdmissionSettings, BudgetSettings
from seawall.values.load import Load
from settable_clock import SettableClock


@asynccontextmanager
async def serving(folder: Path) -> AsyncGenerator[None]:
    clock = SettableClock(1_800_000_000.0)
    door = Admission(
        AdmissionSettings(),
        patience_s=60,
        random=Random(1),
        clock=clock,
        unix_time=clock,
        budgets=Budgets(BudgetSettings(), unix_time=clock),
    )
    control = ControlDoor(folder, {"posture": PostureDesk(door, Load, None, unix_time=clock).answer})
    await control.open()
    try:
        with capture_logs():  # They are on the same terminal here, as service and command share a process.
            yield
    finally:
        await control.close()


def seawall(data: Path, *words: str) -> tuple[int, str, str]:
    with CliRunner().isolation() as (out, err, _):
        status = run(["--data", str(data), *words])
        return status, out.getvalue().decode(), err.getvalue().decode()


async def said(data: Path, *words: str) -> tuple[int, str, str]:
    return await asyncio.to_thread(seawall, data, *words)


async def test_it_shows_pins_and_gives_back(tmp_path: Path):
    async with serving(tmp_path):
        assert (await said(tmp_path, "posture"))[1].startswith("NORMAL since ")
        pinned = (await said(tmp_path, "posture", "siege", "--for", "30m"))[1]
        assert pinned.startswith("SIEGE since ")
        assert "pinned by the command line until " in pinned
        assert json.loads((await said(tmp_path, "posture", "--json"))[1])["pin"]["until_unix_s"] == 1_800_001_800.0
        assert (await said(tmp_path, "posture", "auto"))[1].startswith("NORMAL")


async def test_verbose_tells_what_presses_the_classes_and_the_prices(tmp_path: Path):
    async with serving(tmp_path):
        told = (await said(tmp_path, "posture", "--verbose"))[1]
        for words in ("registered users' wait", "C1b", "longest answer", "engine-ms", "not learned yet"):
            assert words in told


@pytest.mark.parametrize("words", [("siege", "--for", "soon"), ("auto", "--for", "1h"), ("panic",), ("--for", "1h")])
async def test_wrong_use_is_told_with_status_2(tmp_path: Path, words: tuple[str, ...]):
    status, _, err = await said(tmp_path, "posture", *words)
    assert status == 2
    assert err.count("\n") == 1


async def test_where_no_service_runs_it_says_what_to_do(tmp_path: Path):
    status, _, err = await said(tmp_path, "posture")
    assert status == 1
    assert "No service runs on the data folder" in err
