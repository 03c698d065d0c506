"""What the command line changes of an account reaches the service that runs, and fails nowhere where none does."""

from __future__ import annotations

import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from seawall.operating.account_desk import VERB, AccountDesk, RunningService
from seawall.operating.control import ControlDoor

HOME = "http://127.0.0.1:49152"


async def test_the_running_service_is_told_whose_account_changed_and_logs_by_which_command(tmp_path: Path) -> None:
    told: list[str] = []
    door = ControlDoor(tmp_path, {VERB: AccountDesk(told.append, HOME).answer})
    await door.open()
    with capture_logs() as logged:
        service = RunningService(tmp_path, "seawall user reset-factors")
        await asyncio.to_thread(service.forget_account, "account-ada")
        assert await asyncio.to_thread(service.home) == HOME
    await door.close()
    assert told == ["account-ada"]
    assert [(line["account_id"], line["by"]) for line in logged] == [("account-ada", "seawall user reset-factors")]


async def test_without_a_service_there_is_nobody_to_tell_and_no_address(tmp_path: Path) -> None:
    service = RunningService(tmp_path, "seawall user disable")
    service.forget_account("account-ada")
    assert service.home() is None
