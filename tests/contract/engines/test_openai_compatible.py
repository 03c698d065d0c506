"""An upstream server as it misbehaves: real HTTP, real connections."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from engine_places import upstream
from patience import until
from seawall.engines.openai_compatible import OpenAICompatible, PriorityOrder
from seawall.engines.port import (
    EngineBroke,
    EngineError,
    EngineFull,
    EngineLoad,
    EngineRejected,
    EngineUnavailable,
)
from seawall.values.piece import Piece, Usage
from seawall.values.question import Question, Wanted
from upstream_server import LLAMA_SERVER, VLLM, Handler, UpstreamServer, upstream_server

RECORDED = Path(__file__).parents[2] / "recorded"
KEY = "sk-upstream-secret"


def question(*, stream: bool = True, text: str = "one two three", max_tokens: int = 5) -> Question:
    return Question("echo", {"messages": [{"role": "user", "content": text}]}, max_tokens, stream=stream)


@pytest.fixture
async def server() -> AsyncIterator[UpstreamServer]:
    async with upstream_server("echo:tokens=5") as serving:
        yield serving


@pytest.fixture
async def engine(server: UpstreamServer) -> AsyncIterator[OpenAICompatible]:
    made = upstream(server.url, key=KEY, stall_s=0.3)
    await made.start()
    await until(lambda: made.report().ready)
    yield made
    await made.close()


async def asked(engine: OpenAICompatible, *, stream: bool = True) -> list[Piece]:
    async with aclosing(engine.ask(question(stream=stream))) as pieces:
        return [piece async for piece in pieces]


async def failure(engine: OpenAICompatible, *, stream: bool = True) -> EngineError:
    with pytest.raises(EngineError) as caught:
        await asked(engine, stream=stream)
    assert engine.report().in_flight == 0
    return caught.value


def answers(status: int, body: object, **headers: str) -> Handler:
    async def handler(_: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status, headers=headers)

    return handler


def streams(*blocks: bytes, then: str = "end") -> Handler:
    """Writes the blocks, then ends well, drops the connection, or hangs."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for block in blocks:
            await response.write(block)
            await asyncio.sleep(0.01)
        if then == "drop" and request.transport is not None:
            request.transport.abort()
        if then == "hang":
            await asyncio.sleep(60)
        return response

    return handler


def chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    return json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}).encode()


HELLO = b"data: " + chunk({"content": "Hello"}) + b"\n\n"
END = b"data: " + chunk({}, "stop") + b"\n\n"
DONE = b"data: [DONE]\n\n"


async def test_bytes_are_relayed_as_they_came(server: UpstreamServer, engine: OpenAICompatible) -> None:
    odd = b'{"choices": [ {"delta":{"content":"\\u00e9"},  "x":1} ]}'
    server.instead = streams(b"data: " + odd + b"\n\n", END, DONE)
    pieces = await asked(engine)
    assert pieces[0].data == odd
    assert pieces[0].text == "é"


async def test_events_cut_anywhere_commented_and_with_other_line_ends_are_read(
    server: UpstreamServer, engine: OpenAICompatible
) -> None:
    whole = (b": ping\n\n" + HELLO + END + DONE).replace(b"\n", b"\r\n")
    server.instead = streams(*(whole[at : at + 7] for at in range(0, len(whole), 7)))
    assert [piece.text for piece in await asked(engine)] == ["Hello", ""]


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
async def test_reasoning_is_read_by_either_name(server: UpstreamServer, engine: OpenAICompatible, name: str) -> None:
    server.instead = streams(b"data: " + chunk({name: "Hm"}) + b"\n\n", END, DONE)
    first, _ = await asked(engine)
    assert (first.reasoning, first.text, first.tokens) == ("Hm", "", 1)


async def test_our_key_is_sent_and_the_clients_fields_are_passed_on(
    server: UpstreamServer, engine: OpenAICompatible
) -> None:
    await asked(engine)
    assert server.headers[-1]["Authorization"] == f"Bearer {KEY}"
    assert server.asked[-1]["stream_options"] == {"include_usage": True}
    await asked(engine, stream=False)
    assert "stream_options" not in server.asked[-1]


async def test_connections_are_used_again(server: UpstreamServer, engine: OpenAICompatible) -> None:
    ports: set[int] = set()

    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername")[1])
        return await streams(HELLO, END, DONE)(request)

    server.instead = handler
    for _ in range(6):
        await asked(engine)
    # One that answered before, and one where that was just asked for the server's load.
    assert len(ports) <= 2


@pytest.mark.parametrize("status", [429, 503, 529])
async def test_full_says_when_to_come_back(server: UpstreamServer, engine: OpenAICompatible, status: int) -> None:
    server.instead = answers(status, {"error": {"message": "busy"}}, **{"Retry-After": "7"})
    error = await failure(engine)
    assert isinstance(error, EngineFull)
    assert error.retry_after_s == 7


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_is_our_operators_matter_and_never_shown(
    server: UpstreamServer, engine: OpenAICompatible, status: int
) -> None:
    server.instead = answers(status, {"error": {"message": f"Incorrect API key provided: {KEY}"}})
    error = await failure(engine)
    assert isinstance(error, EngineUnavailable)
    assert KEY not in error.message
    assert "engine.key" in error.message


async def test_a_rejection_keeps_the_servers_words_but_not_our_key(
    server: UpstreamServer, engine: OpenAICompatible
) -> None:
    fields = {"message": f"temperature must be below 2 ({KEY})", "code": "bad_value", "param": "temperature"}
    server.instead = answers(422, {"error": fields})
    error = await failure(engine)
    assert isinstance(error, EngineRejected)
    assert (error.message, error.code, error.param) == (
        "temperature must be below 2 ([key])",
        "bad_value",
        "temperature",
    )


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("status", [302, 500, 502])
async def test_a_fault_before_the_first_piece_is_unavailable(
    server: UpstreamServer, engine: OpenAICompatible, status: int, stream: bool
) -> None:
    server.instead = answers(status, {"oops": 1}, Location="http://127.0.0.1:1/")
    assert type(await failure(engine, stream=stream)) is EngineUnavailable


@pytest.mark.parametrize("then", ["end", "drop", "hang"])
async def test_an_answer_that_breaks_off_or_falls_silent_broke(
    server: UpstreamServer, engine: OpenAICompatible, then: str
) -> None:
    server.instead = streams(HELLO, then=then)
    began_s = time.monotonic()
    assert isinstance(await failure(engine), EngineBroke)
    assert time.monotonic() - began_s < 2


@pytest.mark.parametrize("then", ["end", "drop", "hang"])
async def test_an_answer_that_never_begins_is_unavailable(
    server: UpstreamServer, engine: OpenAICompatible, then: str
) -> None:
    server.instead = streams(b": here I am\n\n", then=then)
    assert type(await failure(engine)) is EngineUnavailable


async def test_a_plain_answer_is_waited_for_as_long_as_its_tokens_may_take(
    server: UpstreamServer, engine: OpenAICompatible
) -> None:
    async def late(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.6)  # Twice the stall of 0.3 s, and less than 0.2 s more for each of five tokens.
        return web.json_response({"choices": [{"message": {"content": "late"}, "finish_reason": "stop"}]})

    server.instead = late
    (piece,) = await asked(engine, stream=False)
    assert piece.text == "late"


async def test_an_error_in_the_stream_is_told_as_what_it_is(server: UpstreamServer, engine: OpenAICompatible) -> None:
    wrong = b'data: {"error": {"message": "Bad grammar", "type": "invalid_request_error", "code": 400}}\n\n'
    server.instead = streams(HELLO, wrong)
    error = await failure(engine)
    assert isinstance(error, EngineRejected)
    assert error.message == "Bad grammar"
    server.instead = streams(HELLO, b'data: {"error": {"message": "CUDA fell over", "code": 500}}\n\n')
    assert isinstance(await failure(engine), EngineBroke)


@pytest.mark.parametrize("junk", [b"data: {nope\n\n", b"data: [1]\n\n", b"data: " + b"[" * 100_000 + b"\n\n"])
async def test_what_is_no_chunk_is_not_relayed(server: UpstreamServer, engine: OpenAICompatible, junk: bytes) -> None:
    server.instead = streams(HELLO, junk, END, DONE)
    assert isinstance(await failure(engine), EngineBroke)


async def test_an_event_without_end_is_cut_off(server: UpstreamServer, engine: OpenAICompatible) -> None:
    server.instead = streams(HELLO, b"data: ", *([b"x" * 400_000] * 4), then="hang")
    assert isinstance(await failure(engine), EngineBroke)


async def test_a_plain_json_answer_to_a_streaming_question_is_its_error(
    server: UpstreamServer, engine: OpenAICompatible
) -> None:
    server.instead = answers(200, {"error": {"message": "No such adapter", "code": 404}})
    error = await failure(engine)
    assert isinstance(error, EngineRejected)
    assert error.message == "No such adapter"


@pytest.mark.parametrize("first", [True, False])
async def test_the_server_notices_within_200_ms_that_the_client_left(first: bool) -> None:
    async with upstream_server("echo:tokens=500,token_ms=20,ttft_ms=100") as server:
        engine = upstream(server.url)
        await engine.start()
        answer = engine.ask(question(max_tokens=500))
        if first:
            asking = asyncio.create_task(answer.__anext__())
            await until(lambda: bool(server.asked))
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
        else:
            await anext(answer)
        left_s = time.monotonic()
        await answer.aclose()
        await until(lambda: bool(server.left_s))
        assert server.left_s[0] - left_s < 0.2
        await engine.close()


async def test_kept_connections_that_the_server_closes_all_at_once_are_nobodys_fault(
    server: UpstreamServer, engine: OpenAICompatible
) -> None:
    kept: set[object] = set()
    drops = 0

    async def drop_kept(request: web.Request) -> web.StreamResponse:
        nonlocal drops
        assert request.transport is not None
        if request.transport in kept:
            drops += 1
            request.transport.abort()
        kept.add(request.transport)
        return await streams(HELLO, END, DONE)(request)

    server.instead = drop_kept
    await asyncio.gather(asked(engine), asked(engine))
    assert len(kept) == 2
    assert [piece.text for piece in await asked(engine)] == ["Hello", ""]
    assert drops == 1


async def test_an_unreachable_server_is_unavailable_and_found_again_when_it_comes_back() -> None:
    async with upstream_server("echo:tokens=2") as server:
        engine = upstream(server.url)
        await engine.start()
        await until(lambda: engine.report().ready)
        port = int(server.url.split(":")[2].split("/")[0])
    assert isinstance(await failure(engine), EngineUnavailable)
    assert not engine.report().ready
    assert engine.report().trouble
    async with upstream_server("echo:tokens=2", port=port):
        await until(lambda: engine.report().ready)
        assert await asked(engine)
        await engine.close()


async def test_a_server_without_a_list_of_models_offers_the_configured_one() -> None:
    async with upstream_server() as server:
        server.models_instead = answers(404, {"detail": "Not Found"})
        engine = upstream(server.url)
        await engine.start()
        await until(lambda: engine.report().ready)
        assert [offer.id for offer in engine.report().models] == ["named"]
        await engine.close()


@pytest.mark.parametrize("counting", [VLLM, LLAMA_SERVER, {}], ids=["vllm", "llama-server", "neither"])
async def test_tokens_are_counted_in_the_servers_own_way_or_not_at_all(counting: dict[str, str]) -> None:
    counts = replace(question(text="x" * 40), wanted=Wanted.COUNT)
    async with upstream_server(counting=counting) as server:
        engine = upstream(server.url)
        await engine.start()
        told = [json.loads(piece.data) for _ in range(2) async for piece in engine.ask(counts)]
        await engine.close()
    assert told == [{"input_tokens": 11 if counting else None}] * 2


async def test_embeddings_are_relayed_as_they_came(server: UpstreamServer, engine: OpenAICompatible) -> None:
    fields = {"input": ["a wall", "the sea"], "encoding_format": "base64", "dimensions": 4}
    wanted = Question("echo", fields, 0, stream=False, wanted=Wanted.EMBEDDINGS)
    (piece,) = [piece async for piece in engine.ask(wanted)]
    assert server.asked == [fields]
    assert [one["index"] for one in json.loads(piece.data)["data"]] == [0, 1]
    assert piece.usage == Usage(prompt_tokens=4)
    assert piece.tokens == 0


async def test_what_a_server_says_against_a_request_for_embeddings_is_kept(engine: OpenAICompatible) -> None:
    wanted = Question("echo", {"input": "x", "dimensions": 999}, 0, stream=False, wanted=Wanted.EMBEDDINGS)
    with pytest.raises(EngineRejected, match="16 dimensions"):
        await anext(engine.ask(wanted))


async def test_a_password_in_the_address_stays_out_of_reports() -> None:
    engine = upstream("http://me:secret@127.0.0.1:1/v1")
    await engine.start()
    await until(lambda: "yet" not in (engine.report().trouble or ""))
    assert "secret" not in repr(engine.report())
    await engine.close()


@pytest.mark.parametrize(
    ("recorded", "load"),
    [
        ("vllm", EngineLoad(75, 0.9375)),
        ("sglang", EngineLoad(2826, 0.28)),
        ("llama_server", EngineLoad(3)),
    ],
)
async def test_a_servers_own_load_is_reported_where_it_publishes_one(recorded: str, load: EngineLoad) -> None:
    async with upstream_server() as server:
        server.published = (RECORDED / f"{recorded}.prom").read_text(encoding="utf-8")
        engine = upstream(server.url)
        await engine.start()
        await until(lambda: engine.report().load == load)
        await engine.close()


async def test_a_server_that_publishes_nothing_has_no_load_and_is_ready(server: UpstreamServer) -> None:
    engine = upstream(server.url)
    await engine.start()
    await until(lambda: engine.report().ready)
    assert engine.report().load is None
    assert await asked(engine)
    await engine.close()


@pytest.mark.parametrize(
    ("order", "sent"), [(None, None), ("low_first", 3), ("high_first", -3)], ids=["off", "vllm", "sglang"]
)
async def test_the_class_goes_along_where_the_server_orders_by_it(
    server: UpstreamServer, order: PriorityOrder | None, sent: int | None
) -> None:
    engine = upstream(server.url, order=order)
    await engine.start()
    await until(lambda: engine.report().ready)
    async with aclosing(engine.ask(replace(question(), priority=3))) as pieces:
        assert [piece async for piece in pieces]
    assert server.asked[-1].get("priority") == sent
    await engine.close()
