"""The stub engine's timing: what slows a real server's answers down slows its answers down."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from seawall.engines.port import EngineFull
from seawall.values.question import Question
from stub_engine import Pace, Script, StubEngine, question_of
from virtual_time import run_virtually

PACE = Pace(
    slots=4, prefill_tokens_s=1000, first_token_ms=0, token_ms=10, crowding=1.0, prefilling=0.0, slot_tokens=2000
)


async def heard(engine: StubEngine, question: Question, tokens: int = 1_000_000) -> float:
    """Listens to so many tokens at most; the seconds until the last of them."""
    loop = asyncio.get_running_loop()
    began_s, count = loop.time(), 0
    async with aclosing(engine.ask(question)) as pieces:
        async for piece in pieces:
            count += piece.tokens
            if count >= tokens:
                break
    return loop.time() - began_s


def test_the_first_token_comes_after_the_prompt_and_the_last_after_the_answer() -> None:
    async def main() -> tuple[float, float]:
        engine, question = StubEngine(PACE), question_of(Script(101), 1000, 200)
        return await heard(engine, question, 1), await heard(engine, question)

    first_s, last_s = run_virtually(main())
    assert first_s == pytest.approx(1.0)
    # One of four slots is held: a quarter of a full batch's slowing.
    assert last_s == pytest.approx(1.0 + 100 * 0.010 * 1.25)


def test_a_long_prompt_delays_a_short_one_by_chunks_and_not_by_its_whole() -> None:
    async def main() -> float:
        engine = StubEngine(PACE)
        long = asyncio.create_task(heard(engine, question_of(Script(1), 5000, 10), 1))
        await asyncio.sleep(0)
        short_s = await heard(engine, question_of(Script(1), 100, 10), 1)
        await long
        return short_s

    assert run_virtually(main()) == pytest.approx((512 + 100) / 1000)


def test_a_known_conversation_is_found_in_the_cache() -> None:
    async def main() -> float:
        engine = StubEngine(PACE)
        await heard(engine, question_of(Script(1, "talk"), 1000, 10))
        return await heard(engine, question_of(Script(1, "talk", known_tokens=900), 1000, 10), 1)

    assert run_virtually(main()) == pytest.approx(0.1)


def test_prompts_wait_within_the_engine_while_its_cache_is_full() -> None:
    async def main() -> tuple[int, float]:
        engine = StubEngine(PACE)
        full = asyncio.create_task(heard(engine, question_of(Script(11), 7900, 20)))
        await asyncio.sleep(0.1)
        late = asyncio.create_task(heard(engine, question_of(Script(1), 500, 10)))
        await asyncio.sleep(0.1)
        load = engine.report().load
        assert load is not None
        await full
        return load.waiting, await late

    waiting, late_s = run_virtually(main())
    assert waiting == 1
    assert late_s > 7.5


def test_more_than_its_slots_are_turned_away_and_leaving_frees_one() -> None:
    async def main() -> int:
        engine, question = StubEngine(PACE), question_of(Script(100), 100, 200)
        tasks = [asyncio.create_task(heard(engine, question)) for _ in range(PACE.slots)]
        await asyncio.sleep(0.05)
        with pytest.raises(EngineFull):
            await heard(engine, question)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return engine.report().in_flight

    assert run_virtually(main()) == 0
