"""What the line may expect of every engine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import pytest

from engine_places import Place
from patience import until
from seawall.engines.port import ContextLengthExceeded, EngineBroke, EngineError, EngineFull, EngineUnavailable
from seawall.values.piece import Piece
from seawall.values.question import Wanted


async def whole(place: Place, max_tokens: int, *, stream: bool = True) -> list[Piece]:
    return [piece async for piece in place.engine.ask(place.question(max_tokens=max_tokens, stream=stream))]


async def test_an_answer_streams_as_chunks_that_end_in_a_reason_and_the_usage(place: Place) -> None:
    await place.ready()
    pieces = await whole(place, 8)
    chunks = [json.loads(piece.data) for piece in pieces]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert {chunk["model"] for chunk in chunks} == {place.model}
    assert len({chunk["id"] for chunk in chunks}) == 1
    said = "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])
    assert said == "".join(piece.text for piece in pieces)
    assert said
    assert [piece.finish for piece in pieces if piece.finish] == ["length"]
    usage = pieces[-1].usage
    assert usage is not None
    assert usage.completion_tokens == 8
    assert usage.prompt_tokens > 0


async def test_a_plain_question_is_answered_in_one_piece(place: Place) -> None:
    await place.ready()
    (piece,) = await whole(place, 5, stream=False)
    body = json.loads(piece.data)
    assert body["object"] == "chat.completion"
    assert body["choices"][0]["message"]["content"] == piece.text
    assert piece.text
    assert piece.finish == "length"
    assert piece.usage is not None
    assert piece.usage.completion_tokens == 5


async def test_it_counts_a_prompts_tokens_as_it_would_read_them(place: Place) -> None:
    await place.ready()
    question = place.question("Tell me a long story.", max_tokens=1, stream=False)
    (answered,) = [piece async for piece in place.engine.ask(question)]
    (counted,) = [piece async for piece in place.engine.ask(replace(question, wanted=Wanted.COUNT))]
    assert answered.usage is not None
    assert json.loads(counted.data) == {"input_tokens": answered.usage.prompt_tokens}
    assert (counted.tokens, counted.usage) == (0, None)


async def test_it_tells_its_model_its_context_and_its_slots(place: Place) -> None:
    await place.ready()
    report = place.engine.report()
    assert [(offer.id, offer.context_tokens) for offer in report.models] == [(place.model, 2048)]
    assert (report.slots, report.in_flight, report.restarts, report.trouble) == (place.slots, 0, 0, None)


async def test_it_never_holds_more_answers_than_it_has_slots(place: Place) -> None:
    engine = await place.ready()
    held = [engine.ask(place.question(f"Story {number}")) for number in range(place.slots)]
    for answer in held:
        await anext(answer)
    assert engine.report().in_flight == place.slots
    with pytest.raises(EngineFull):
        await anext(engine.ask(place.question()))
    await held[0].aclose()
    async with aclosing(engine.ask(place.question("Now me", 3))) as answer:
        assert [piece async for piece in answer]
    await held[1].aclose()
    assert engine.report().in_flight == 0


async def test_closing_an_answer_frees_its_slot_within_200_ms(place: Place) -> None:
    engine = await place.ready()
    answer = engine.ask(place.question())
    await anext(answer)
    async with asyncio.timeout(0.2):
        await answer.aclose()
    assert engine.report().in_flight == 0


async def test_an_asker_cancelled_before_the_first_token_frees_its_slot(place: Place) -> None:
    engine = await place.ready()
    asking = asyncio.create_task(_first(place))
    await until(lambda: engine.report().in_flight == 1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(lambda: engine.report().in_flight == 0, within_s=0.2)


async def _rest(answer: AsyncIterator[Piece]) -> None:
    async for _ in answer:
        pass


async def _first(place: Place) -> Piece:
    async with aclosing(place.engine.ask(place.question("word " * 200))) as answer:
        return await anext(answer)


async def test_a_prompt_beyond_the_context_is_rejected_with_both_counts(place: Place) -> None:
    engine = await place.ready()
    with pytest.raises(ContextLengthExceeded) as caught:
        await anext(engine.ask(place.question("word " * 2400)))
    assert caught.value.limit_tokens == 2048
    assert 2048 < caught.value.prompt_tokens < 4000
    assert engine.report().in_flight == 0


async def test_an_engine_that_is_closed_is_unavailable_and_closing_again_is_harmless(place: Place) -> None:
    engine = await place.ready()
    await engine.start()
    await engine.close()
    await engine.close()
    assert not engine.report().ready
    with pytest.raises(EngineUnavailable):
        await anext(engine.ask(place.question()))


async def test_closing_the_engine_ends_its_answers(place: Place) -> None:
    engine = await place.ready()
    answer = engine.ask(place.question())
    while not (await anext(answer)).tokens:
        pass
    await engine.close()
    with pytest.raises(EngineBroke):
        await asyncio.wait_for(_rest(answer), 2)
    assert engine.report().in_flight == 0


async def test_an_engine_that_was_not_started_says_so_as_an_engine_error(place: Place) -> None:
    if place.engine.report().ready:
        await place.engine.close()
    with pytest.raises(EngineError):
        await anext(place.engine.ask(place.question()))
