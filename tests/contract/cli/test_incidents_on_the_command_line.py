"""`seawall incident open|update|close` against a control door as the service opens it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from fresh_records import FreshRecords
from seawall.cli.main import run
from seawall.operating.control import ControlDoor
from seawall.operating.notice_desk import VERB, NoticeDesk
from seawall.status.components import Component
from seawall.status.incidents import Incident
from status_stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path, fresh_records: FreshRecords) -> AsyncIterator[Stage]:
    async with staged(fresh_records(tmp_path)) as stage:
        control = ControlDoor(tmp_path, {VERB: NoticeDesk(stage.room).answer})
        await control.open()
        with capture_logs():
            yield stage
        await control.close()


def seawall(data: Path, *words: str) -> tuple[int, str, str]:
    with CliRunner().isolation() as (out, err, _):
        status = run(["--data", str(data), "incident", *words])
        return status, out.getvalue().decode(), err.getvalue().decode()


async def said(data: Path, *words: str) -> tuple[int, str, str]:
    return await asyncio.to_thread(seawall, data, *words)


def the_one(stage: Stage) -> Incident:
    (one,) = stage.room.parts.incidents.all()
    return one


async def test_an_incident_is_opened_written_to_and_closed(stage: Stage, tmp_path: Path):
    words = ("open", "Uploads fail", "We look.", "--zh", "正在查看。", "--impact", "major", "--component", "chat")
    status, printed, _ = await said(tmp_path, *words)
    one = the_one(stage)
    assert (status, printed) == (0, f"{one.id}\n")
    assert (one.row.impact, one.components, one.updates[0].text_zh) == ("major", (Component.CHAT,), "正在查看。")

    status, printed, _ = await said(tmp_path, "update", one.id, "identified", "A disk is full.")
    assert (status, printed) == (0, f"Incident {one.id} is identified.\n")
    status, printed, _ = await said(tmp_path, "close", one.id)
    assert (status, printed) == (0, f"Incident {one.id} is closed.\n")
    assert [update.text_en for update in the_one(stage).updates] == ["We look.", "A disk is full.", "This is over."]
    assert not the_one(stage).is_open
    assert stage.room.parts.incidents.is_kept(one.id)


async def test_what_cannot_be_done_is_said_in_a_sentence(stage: Stage, tmp_path: Path):
    status, _, complaint = await said(tmp_path, "close", "nothing")
    assert (status, "There is no such incident." in complaint) == (1, True)
    status, _, complaint = await said(tmp_path, "update", "nothing", "sideways", "text")
    assert (status, "sideways" in complaint) == (2, True)


async def test_without_the_database_it_is_shown_and_said_to_be_unsaved(stage: Stage, tmp_path: Path):
    stage.records.away = True
    status, _, complaint = await said(tmp_path, "open", "Uploads fail", "We look.")
    stage.records.away = False
    assert status == 0
    assert "saved as soon as" in complaint
    assert the_one(stage).is_open


async def test_without_a_service_it_says_so(tmp_path: Path):
    status, _, complaint = await said(tmp_path, "open", "Uploads fail", "We look.")
    assert (status, "seawall serve" in complaint) == (1, True)
