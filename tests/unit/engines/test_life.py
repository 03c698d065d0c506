"""When an engine counts as stalled, in no time: the clock goes on by what is slept."""

from __future__ import annotations

import asyncio

import pytest

from seawall.engines.life import Life, until_stalled
from seawall.engines.port import EngineUnavailable

STALL_S = 8.0


class Playing:
    """A life that is looked at; ``steps`` and ``pieces`` say what it shows at each look."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.now_s = 0.0
        self.steps = 0
        self.answers = True
        self.every_look = lambda: None

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        self.every_look()
        await asyncio.sleep(0)

    async def decodes(self) -> int:
        if not self.answers:
            raise EngineUnavailable("It does not answer.")
        return self.steps

    async def stalled_at_s(self, within_s: float = 100.0) -> float | None:
        """When it was found stalled, None where it was not."""

        def clock() -> float:
            if self.now_s > within_s:
                raise TimeoutError
            return self.now_s

        try:
            await until_stalled(self.life, self.decodes, stall_s=STALL_S, clock=clock, sleep=self.sleep)
        except TimeoutError:
            return None
        return self.now_s


@pytest.fixture
def playing() -> Playing:
    life = Life()
    life.waiting = 1
    return Playing(life)


async def test_a_life_without_any_sign_is_stalled_once_its_time_is_over(playing: Playing) -> None:
    assert await playing.stalled_at_s() == pytest.approx(STALL_S, abs=1.0)


async def test_a_life_that_does_not_even_answer_is_stalled_too(playing: Playing) -> None:
    playing.answers = False
    assert await playing.stalled_at_s() == pytest.approx(STALL_S, abs=1.0)


async def test_a_prompt_that_is_still_being_read_is_no_stall_though_no_piece_comes(playing: Playing) -> None:
    def read_on() -> None:
        playing.steps += int(playing.now_s % 6 == 0)

    playing.every_look = read_on
    assert await playing.stalled_at_s() is None


async def test_pieces_are_progress_though_the_steps_cannot_be_told(playing: Playing) -> None:
    def say() -> None:
        playing.life.moves += 1

    playing.answers = False
    playing.every_look = say
    assert await playing.stalled_at_s() is None


async def test_where_nobody_waits_nothing_is_stalled(playing: Playing) -> None:
    playing.life.waiting = 0
    assert await playing.stalled_at_s() is None


async def test_progress_that_ends_is_a_stall_from_then_on(playing: Playing) -> None:
    def read_for_a_while() -> None:
        playing.steps += int(playing.now_s <= 20)

    playing.every_look = read_for_a_while
    assert await playing.stalled_at_s() == pytest.approx(20 + STALL_S, abs=1.0)
