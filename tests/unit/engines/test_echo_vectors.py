"""The scripted engine's vectors: the same for the same text, near for like ones; and its tool calls."""

from __future__ import annotations

import json
from base64 import b64decode
from struct import unpack
from typing import Any

import pytest

from seawall.engines.echo import Echo
from seawall.engines.echo_script import EchoScript
from seawall.engines.port import EngineRejected
from seawall.values.piece import Piece
from seawall.values.question import Question, Wanted

TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}


async def pieces(spec: str, **asked: Any) -> list[Piece]:
    engine = Echo(EchoScript.parse(spec))
    await engine.start()
    return [piece async for piece in engine.ask(Question("echo", max_tokens=100, **asked))]


async def vectors(texts: Any, **fields: Any) -> list[Any]:
    (piece,) = await pieces("echo", fields={"input": texts, **fields}, wanted=Wanted.EMBEDDINGS)
    return [one["embedding"] for one in json.loads(piece.data)["data"]]


async def test_like_texts_are_nearer_than_unlike_ones() -> None:
    wall, walls, sea = await vectors(["a high wall", "a low wall", "deep blue sea"])

    def near(one: list[float], other: list[float]) -> float:
        return sum(x * y for x, y in zip(one, other, strict=True))

    assert near(wall, wall) == pytest.approx(1.0)
    assert near(wall, walls) > near(wall, sea)
    assert await vectors("a high wall") == [wall]


async def test_base64_holds_the_same_numbers() -> None:
    (plain,) = await vectors("a wall", dimensions=4)
    (packed,) = await vectors("a wall", dimensions=4, encoding_format="base64")
    assert unpack("<4f", b64decode(packed)) == pytest.approx(plain)


async def test_more_dimensions_than_it_has_are_rejected() -> None:
    with pytest.raises(EngineRejected, match="16"):
        await vectors("a wall", dimensions=17)


@pytest.mark.parametrize("stream", [True, False])
async def test_with_tools_the_first_is_called_with_what_would_be_said(stream: bool) -> None:
    fields = {"messages": [{"role": "user", "content": "one two"}], "tools": [TOOL]}
    told = await pieces("echo:tools=1,tokens=4,reasoning=1", fields=fields, stream=stream)
    bodies = [json.loads(piece.data) for piece in told]
    parts = [choice["delta"] if stream else choice["message"] for body in bodies for choice in body["choices"]]
    calls = [call["function"] for part in parts for call in part.get("tool_calls", [])]
    assert calls[0]["name"] == "look"
    assert json.loads("".join(call["arguments"] for call in calls)) == {"text": "two one two"}
    assert [piece.finish for piece in told if piece.finish] == ["tool_calls"]


async def test_a_tools_result_is_answered_in_words() -> None:
    said = [{"role": "user", "content": "one"}, {"role": "tool", "tool_call_id": "c", "content": "sunny"}]
    told = await pieces("echo:tools=1,tokens=2", fields={"messages": said, "tools": [TOOL]})
    assert "".join(piece.text for piece in told) == "one one"
