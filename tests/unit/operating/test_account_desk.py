"""What the command line changes of an account reaches the service that runs, and fails nowhere where none does."""

from __future__ import annotations

import asyncio
from pathlib import Path

from seawall.operating.account_desk import VERB, AccountDesk, RunningService
from seawall.operating.control import ControlDoor


async def test_the_running_service_is_told_whose_account_changed(tmp_path: Path) -> None:
    told: list[str] = []
    door = ControlDoor(tmp_path, {VERB: AccountDesk(told.append).answer})
    await door.open()
    await asyncio.to_thread(RunningService(tmp_path).forget_account, "account-ada")
    await door.close()
    assert told == ["account-ada"]


async def test_without_a_service_there_is_nobody_to_tell(tmp_path: Path) -> None:
    RunningService(tmp_path).forget_account("account-ada")
