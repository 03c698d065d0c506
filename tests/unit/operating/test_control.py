"""The command line speaks to the running service, and is told plainly when there is none."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from seawall.operating.control import SOCKET_FILE, ControlDoor, ControlError, Json, ask_service


async def echo(request: Json) -> Json:
    return {"said": request["words"]}


async def refuse(request: Json) -> Json:
    raise ControlError("Not today. Come back tomorrow.")


@asynccontextmanager
async def opened(folder: Path) -> AsyncGenerator[None]:
    door = ControlDoor(folder, {"echo": echo, "refuse": refuse})
    await door.open()
    try:
        yield
    finally:
        await door.close()


async def test_a_verb_is_answered(tmp_path: Path) -> None:
    async with opened(tmp_path):
        assert await asyncio.to_thread(ask_service, tmp_path, "echo", words="hello") == {"said": "hello"}


async def test_a_refusal_comes_as_its_sentence(tmp_path: Path) -> None:
    async with opened(tmp_path):
        with pytest.raises(ControlError, match="Not today"):
            await asyncio.to_thread(ask_service, tmp_path, "refuse")


async def test_an_unknown_verb_and_a_missing_field_are_told_and_end_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path):
        with pytest.raises(ControlError, match="knows no 'dance'"):
            await asyncio.to_thread(ask_service, tmp_path, "dance")
        with pytest.raises(ControlError, match="did not understand"):
            await asyncio.to_thread(ask_service, tmp_path, "echo")
        assert await asyncio.to_thread(ask_service, tmp_path, "echo", words=1) == {"said": 1}


async def test_only_the_services_own_user_may_speak_to_it(tmp_path: Path) -> None:
    async with opened(tmp_path):
        assert stat.S_IMODE((tmp_path / SOCKET_FILE).stat().st_mode) == 0o600


async def test_a_folder_with_a_long_name_works_too(tmp_path: Path) -> None:
    deep = tmp_path / ("long-" * 30)
    deep.mkdir()
    async with opened(deep):
        assert await asyncio.to_thread(ask_service, deep, "echo", words="hello") == {"said": "hello"}


async def test_what_a_killed_service_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / SOCKET_FILE).write_bytes(b"")
    async with opened(tmp_path):
        assert await asyncio.to_thread(ask_service, tmp_path, "echo", words="hello") == {"said": "hello"}


async def test_where_no_service_runs_it_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pass
    assert not (tmp_path / SOCKET_FILE).exists()
    with pytest.raises(ControlError, match="No service runs"):
        ask_service(tmp_path, "echo", words="hello")
