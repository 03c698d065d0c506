"""The scripted engine plays what it is told."""

from __future__ import annotations

import asyncio

import pytest

from patience import until
from seawall.engines.echo import Echo
from seawall.engines.echo_script import EchoScript
from seawall.engines.port import EngineBroke, EngineError, EngineUnavailable
from seawall.values.piece import Piece
from seawall.values.question import Question


async def started(spec: str) -> Echo:
    engine = Echo(EchoScript.parse(spec))
    await engine.start()
    return engine


def question(text: str = "red green blue", max_tokens: int = 100) -> Question:
    return Question("echo", {"messages": [{"role": "user", "content": text}]}, max_tokens)


async def answer(engine: Echo, asked: Question | None = None) -> list[Piece]:
    return [piece async for piece in engine.ask(asked or question())]


async def test_it_says_the_last_words_over_and_over_up_to_its_length() -> None:
    pieces = await answer(await started("echo:tokens=5"))
    assert "".join(piece.text for piece in pieces) == "red green blue red green"
    assert [piece.finish for piece in pieces if piece.finish] == ["stop"]


async def test_a_question_may_ask_for_less_and_is_told_that_it_was_cut() -> None:
    pieces = await answer(await started("echo:tokens=5"), question(max_tokens=2))
    assert sum(piece.tokens for piece in pieces) == 2
    assert [piece.finish for piece in pieces if piece.finish] == ["length"]


async def test_the_same_script_gives_the_same_bytes() -> None:
    one, other = [await answer(await started("echo:tokens=5,reasoning=2")) for _ in range(2)]
    assert one == other


async def test_reasoning_comes_before_the_text_and_is_counted() -> None:
    pieces = await answer(await started("echo:tokens=5,reasoning=2,text=a b c"))
    assert "".join(piece.reasoning for piece in pieces) == "a b"
    assert "".join(piece.text for piece in pieces) == "c a b"
    assert pieces[-1].usage is not None
    assert (pieces[-1].usage.completion_tokens, pieces[-1].usage.reasoning_tokens) == (5, 2)


async def test_time_passes_as_scripted() -> None:
    engine = await started("echo:tokens=3,ttft_ms=40,token_ms=20,prefill_ms=1000")
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    times = [loop.time() - began_s async for piece in engine.ask(question("x" * 30)) if piece.tokens]
    assert times[0] >= 0.069
    assert times[2] - times[0] >= 0.039


async def test_it_breaks_where_the_script_says() -> None:
    with pytest.raises(EngineUnavailable):
        await answer(await started("echo:fail_at=0"))
    engine, said = await started("echo:fail_at=2"), list[Piece]()
    with pytest.raises(EngineBroke):
        await _collect(engine, said)
    assert sum(piece.tokens for piece in said) == 2
    assert engine.report().in_flight == 0


async def _collect(engine: Echo, said: list[Piece]) -> None:
    async for piece in engine.ask(question()):
        said.append(piece)  # What came before the fault is what is tested.


async def test_it_falls_silent_where_the_script_says_until_it_is_closed() -> None:
    engine, said = await started("echo:stall_at=1"), list[Piece]()
    asking = asyncio.create_task(_collect(engine, said))
    await until(lambda: sum(piece.tokens for piece in said) == 1)
    await engine.close()
    with pytest.raises(EngineBroke):
        await asking


async def test_a_crash_takes_every_answer_along_and_is_over_after_a_while() -> None:
    engine = await started("echo:crash_at=1,token_ms=20,restart_ms=50,ttft_ms=10")
    failures = await asyncio.gather(*(answer(engine) for _ in range(3)), return_exceptions=True)
    assert {type(failure) for failure in failures} == {EngineBroke}
    assert not engine.report().ready
    with pytest.raises(EngineUnavailable):
        await answer(engine)
    await until(lambda: engine.report().ready)
    assert engine.report().restarts >= 1


async def test_errors_come_at_the_scripted_rate_the_same_every_time() -> None:
    async def failed(engine: Echo) -> list[bool]:
        outcomes = [(await asyncio.gather(answer(engine), return_exceptions=True))[0] for _ in range(200)]
        return [isinstance(outcome, EngineUnavailable) for outcome in outcomes]

    one, other = [await failed(await started("echo:tokens=1,error_rate=0.25,seed=7")) for _ in range(2)]
    assert one == other
    assert 30 < sum(one) < 70


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("echo:slot=3", "did you mean slots?"),
        ("echo:tftt_ms=3", "did you mean ttft_ms?"),
        ("echo:zzzz=3", "it has slots"),
        ("echo:slots=many", "slots must be a whole number, not 'many'"),
        ("echo:slots", "slots must be a whole number"),
        ("echo:token_ms=-1", "between 0 and an hour"),
        ("echo:token_ms=nan", "between 0 and an hour"),
        ("echo:slots=0", "above 0"),
        ("echo:error_rate=2", "between 0 and 1"),
    ],
)
def test_a_wrong_script_is_refused_with_what_would_be_right(spec: str, sentence: str) -> None:
    with pytest.raises(EngineError) as caught:
        EchoScript.parse(spec)
    assert sentence in caught.value.message
