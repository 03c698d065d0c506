"""The virtual clock itself: it jumps, keeps the order, and says when a program would hang."""

from __future__ import annotations

import asyncio

import pytest

from virtual_time import NothingLeftError, run_virtually


def test_an_hour_passes_in_virtual_time() -> None:
    async def wait() -> float:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        await asyncio.sleep(3600)
        return loop.time() - began_s

    assert run_virtually(wait()) == pytest.approx(3600)


def test_timers_run_in_the_order_of_their_time() -> None:
    async def race() -> list[str]:
        heard: list[str] = []

        async def say(word: str, after_s: float) -> None:
            await asyncio.sleep(after_s)
            heard.append(word)

        await asyncio.gather(say("third", 30), say("first", 1e-3), say("second", 2.5))
        return heard

    assert run_virtually(race()) == ["first", "second", "third"]


def test_a_timeout_comes_at_its_second() -> None:
    async def wait() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(7):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert run_virtually(wait(), began_s=100.0) == pytest.approx(107)


def test_a_program_that_would_hang_is_told_so() -> None:
    with pytest.raises(NothingLeftError):
        run_virtually(asyncio.Event().wait())
